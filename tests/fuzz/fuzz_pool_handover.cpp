// LINK: nebula_pool_core
#include "accounts/codec.h"
#include "core/pool.h"

#include <nebula/svc/work-source.h>

using namespace nebula::pool;

namespace {

/// Takes what the pool says; whatever is hashed gives the best digest there is.
class Anywhere final : public Surroundings {
public:
   void send(ConnectionId, std::string_view) override {}
   void close(ConnectionId, std::string_view) override {}
   bool derive(std::uint64_t, std::span<const std::uint8_t> extranonce, Input &out) override {
      if (extranonce.size() > NEB_WORK_EXTRANONCE_MAX)
         __builtin_trap();
      out.bytes.assign(76, 0);
      out.nonce_offset = 39;
      return true;
   }
   void hash(const HashTask &task) override { tickets.push_back(task.ticket); }
   void submit(const Solution &) override {}
   std::uint64_t share(const ShareFact &) override { return 0; }

   std::vector<std::uint64_t> tickets;
};

PoolSettings settings() {
   PoolSettings out;
   out.algorithms = {{"cosmic-harmony", {}, Dialect::cosmic, 2},
                     {"randomx", {"rx/0"}, Dialect::xmrig, 1},
                     {"yescryptr16", {}, Dialect::bitcoin, 1},
                     {"autolykos2", {}, Dialect::ergo, 0}};
   PortSettings port;
   port.algorithms = {0, 1, 2, 3};
   out.ports.push_back(port);
   out.secret = 7;
   return out;
}

constexpr std::uint64_t k_now_ns = 1'000'000'000'000;

} // namespace

/// The state of another process: refused with a reason, or a pool that lives on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   Anywhere around;
   Pool pool(settings(), around);
   nebula::pool::accounts::RecordReader in({data, size});
   try {
      (void)pool.restore(in, {std::uint8_t{0}});
      in.end();
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_CORRUPT)
         __builtin_trap();
      return 0;
   }
   std::vector<ConnectionId> connections;
   pool.sessions().each([&](ConnectionId connection, const Session &) { connections.push_back(connection); });
   const std::string zeros(64, '0');
   const std::string lines[] = {
      R"({"id":1,"method":"mining.submit","params":["W","zion_ch_000001","00000000",")" + zeros + "\"]}",
      R"({"id":1,"method":"mining.submit","params":["W","1","0000000000000000","00000000","00000000"]})",
      R"({"id":1,"method":"mining.submit","params":["W","2","00000001","","0000000000000001"]})",
      R"({"id":1,"method":"mining.submit","params":["W","1","00000001"]})",
      R"({"id":1,"method":"submit","params":{"id":"x","job_id":"1","nonce":"00000000","result":")" + zeros + "\"}}",
      R"({"id":1,"method":"mining.subscribe","params":["m/1","1e42025097be0313"]})",
      R"({"id":1,"method":"mining.authorize","params":["W.rig","x"]})",
      R"({"id":1,"method":"login","params":{"login":"W.rig","pass":"x","algo":["rx/0"]}})",
      R"({"id":2,"jsonrpc":"2.0","method":"keepalived","params":{"id":"x"}})"};
   for (const ConnectionId connection : connections)
      for (const std::string &line : lines) {
         pool.line(connection, line, k_now_ns);
         for (const std::uint64_t ticket : std::exchange(around.tickets, {}))
            pool.hashed(ticket, Digest{}, {}, k_now_ns);
      }
   while (pool.broadcast(100, k_now_ns))
      ;
   (void)pool.tick(k_now_ns);
   if (pool.settled()) {
      nebula::pool::accounts::RecordWriter out;
      pool.save(out);
   }
   for (const ConnectionId connection : connections)
      pool.closed(connection, k_now_ns);
   return 0;
}
