// example-cpp-midstate: a faster backend for somebody else's algorithm, example-cpp. It absorbs the part of the input
// before the nonce once per slice instead of once per nonce. The host compares it with the algorithm's own reference
// before it may serve.
#include <nebula/cpu_backend.hpp>

namespace {

constexpr uint64_t k_words[4] = {0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573};

struct State {
   uint64_t a = k_words[0], b = k_words[1], c = k_words[2], d = k_words[3];

   static uint64_t rotate(uint64_t x, int n) { return x << n | x >> (64 - n); }

   void rounds(int count) {
      while (count-- > 0) {
         a += b, b = rotate(b, 13) ^ a, a = rotate(a, 32), c += d, d = rotate(d, 16) ^ c;
         a += d, d = rotate(d, 21) ^ a, c += b, b = rotate(b, 17) ^ c, c = rotate(c, 32);
      }
   }

   void absorb(const uint8_t *from, const uint8_t *end) {
      while (from < end) {
         uint64_t word = 0;
         for (int shift = 0; shift < 64 && from < end; shift += 8) {
            word |= uint64_t{*from++} << shift;
         }
         d ^= word, rounds(2), a ^= word;
      }
   }

   void finish(uint64_t length, uint8_t *digest) {
      c ^= length, rounds(4);
      const uint64_t words[4] = {a, b, c, d};
      for (int i = 0; i < 32; ++i) {
         digest[i] = static_cast<uint8_t>(words[i / 8] >> (8 * (i % 8)));
      }
   }
};

void scan(const nebula::ScanRange &range, nebula::Hits &hits) {
   const uint32_t kept = range.nonce_offset / 8 * 8; // whole words before the nonce
   State midstate;
   midstate.absorb(range.input, range.input + kept);
   for (uint64_t i = 0; i < range.nonce_count; ++i) {
      const uint64_t nonce = range.nonce_first + i;
      nebula::write_nonce(range.input + range.nonce_offset, range.nonce_bytes, nonce);
      State state = midstate;
      uint8_t digest[32];
      state.absorb(range.input + kept, range.input + range.input_bytes);
      state.finish(range.input_bytes, digest);
      if (nebula::meets_target(digest, NEB_POW_ORDER_BIG, range.target)) {
         hits.add(nonce, digest);
      }
   }
}

nebula::CpuBackendSpec describe() {
   nebula::CpuBackendSpec spec;
   spec.name = "example-cpp/midstate";
   spec.algorithm = "example-cpp";
   spec.properties = "device=cpu,kind=scalar";
   spec.open = [] { return nebula::function_scanner(scan); };
   return spec;
}

class BackendPlugin final : public nebula::Plugin {
public:
   explicit BackendPlugin(const neb_host *host) : Plugin(host), backend_(describe()) {}

protected:
   void init() override { backend_.provide(host()); }

private:
   nebula::CpuBackend backend_;
};

} // namespace

NEBULA_PLUGIN(BackendPlugin);
