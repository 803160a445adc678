// LINK: nebula_pool_core
#include "accounts/codec.h"
#include "core/pool.h"

using namespace nebula::pool;

namespace {

/// Takes what the pool says, and has no work to derive.
class Nobody final : public Surroundings {
public:
   void send(ConnectionId, std::string_view) override {}
   void close(ConnectionId, std::string_view) override {}
   bool derive(std::uint64_t, std::span<const std::uint8_t>, Input &) override { return false; }
   void hash(const HashTask &) override {}
   void submit(const Solution &) override {}
   std::uint64_t share(const ShareFact &) override { return 0; }
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
   Nobody around;
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
   for (const ConnectionId connection : connections) {
      pool.line(connection,
                R"({"id":1,"method":"mining.submit","params":["W","zion_ch_000001","00000000",")" +
                   std::string(64, '0') + "\"]}",
                k_now_ns);
      pool.line(connection, R"({"id":2,"jsonrpc":"2.0","method":"keepalived","params":{"id":"x"}})", k_now_ns);
   }
   (void)pool.tick(k_now_ns);
   if (pool.settled()) {
      nebula::pool::accounts::RecordWriter out;
      pool.save(out);
   }
   for (const ConnectionId connection : connections)
      pool.closed(connection, k_now_ns);
   return 0;
}
