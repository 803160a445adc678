// example-cpp: a complete proof-of-work algorithm. Replace `hash` and the vectors by those of your own.
//
// It absorbs the input in little-endian 64-bit words with SipHash's round function and gives all 256 bits of the state.
// That is an example's hash: do not use it for money.
#include <nebula/algorithm.hpp>

static uint64_t rotate(uint64_t x, int n) {
   return x << n | x >> (64 - n);
}

static void hash(const nebula::HashCall &call) {
   uint64_t a = 0x736f6d6570736575, b = 0x646f72616e646f6d, c = 0x6c7967656e657261, d = 0x7465646279746573;
   const auto rounds = [&](int count) {
      while (count-- > 0) {
         a += b, b = rotate(b, 13) ^ a, a = rotate(a, 32), c += d, d = rotate(d, 16) ^ c;
         a += d, d = rotate(d, 21) ^ a, c += b, b = rotate(b, 17) ^ c, c = rotate(c, 32);
      }
   };
   for (uint64_t i = 0; i < call.input.len; i += 8) {
      uint64_t word = 0;
      for (uint64_t j = i; j < i + 8 && j < call.input.len; ++j) {
         word |= uint64_t{call.input.ptr[j]} << (8 * (j - i));
      }
      d ^= word, rounds(2), a ^= word;
   }
   c ^= call.input.len, rounds(4);
   for (int i = 0; i < 32; ++i) {
      const uint64_t words[4] = {a, b, c, d};
      call.digest[i] = static_cast<uint8_t>(words[i / 8] >> (8 * (i % 8)));
   }
}

static nebula::AlgorithmSpec describe() {
   nebula::AlgorithmSpec spec;
   spec.name = "example-cpp";
   spec.text = "An example: SipHash rounds with a 256-bit digest, not for money";
   spec.nonce_bytes = 8; // appended to the input
   spec.hash = hash;
   spec.vectors = {
      {"0000000000000000", "7f2d1dcab48c48c4ee4b110da446dfddc27c68dfc63ddac862cddb359c34db2b"},
      {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627",
       "98329e11ef41bb72b4bb73697af67bf0eb77a9f464d2cc555c871e204a160da6"},
   };
   return spec;
}

NEBULA_ALGORITHM(describe);
