// LINK: nebula_upstream_core
// The state of another process's connections to pools: refused with a reason, or a client that lives on. The first byte
// is the dialect.
#include "core/client.h"

#include <nebula/svc/work-source.h>

using namespace nebula::upstream;

namespace {

ClientSettings settings(Dialect dialect) {
   ClientSettings out;
   for (const char *host : {"pool0.example.org", "pool1.example.org"}) {
      PoolSettings pool;
      pool.place = {host, 3333};
      pool.account = {"W", "x", "", "test/1", {}};
      out.pools.push_back(pool);
   }
   out.book.dialect = dialect;
   return out;
}

constexpr std::uint64_t k_now_ns = 1'100'000'000'000;

void use(Client &client, std::uint64_t template_id, std::uint32_t extranonce_size) {
   for (std::uint8_t sink = 0; sink < 4; ++sink) {
      Bytes name(extranonce_size);
      if (!name.empty())
         name.back() = sink;
      Input input;
      if (client.book().derive(template_id, name, k_now_ns, input) != Derived::good)
         continue;
      if (input.bytes.size() > NEB_WORK_INPUT_MAX || name.size() > NEB_WORK_EXTRANONCE_MAX)
         __builtin_trap();
      auto admitted = client.book().admit({template_id, input.nonce_first, name, 0, 0});
      if (const auto *good = std::get_if<Admitted>(&admitted))
         client.hand_in(*good, Hash{}, U256(1), sink, k_now_ns);
   }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   Client client(settings(static_cast<Dialect>(data[0] % 4)));
   RecordReader in(ByteView(data, size).subspan(1));
   std::vector<LaneId> lanes;
   try {
      lanes = client.restore(in, k_now_ns);
      in.end();
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_CORRUPT)
         __builtin_trap();
      return 0;
   }
   if (const auto offer = client.book().current())
      for (std::uint64_t back = 0; back < 16 && back < offer->id; ++back)
         use(client, offer->id - back, offer->extranonce_size);
   for (const LaneId lane : lanes)
      for (const char *line :
           {R"({"id":1,"result":true,"error":null})", R"({"id":null,"method":"mining.set_difficulty","params":[2]})",
            R"({"id":null,"method":"mining.set_extranonce","params":["0a",7]})",
            R"({"id":null,"method":"client.reconnect","params":[]})"})
         client.line(lane, line, k_now_ns);
   client.tick(k_now_ns + 1'000'000'000);
   (void)client.view();
   RecordWriter out;
   client.save(out, client.movable(), k_now_ns);
   client.stop();
   return 0;
}
