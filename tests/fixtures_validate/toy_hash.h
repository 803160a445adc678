// The hash of the fixtures: 32 bytes of a key and an input. Any change of either changes all of it.
#pragma once

#include <nebula/abi.h>

static inline void toy_absorb(uint64_t state[4], const uint8_t *bytes, uint64_t count) {
   for (uint64_t i = 0; i < count; ++i) {
      state[i % 4] = (state[i % 4] ^ bytes[i] ^ i) * 0x100000001b3u;
   }
}

static inline void toy_hash(neb_bytes key, const uint8_t *input, uint64_t count, uint8_t *digest) {
   uint64_t state[4] = {1, 2, 3, count + 1};
   toy_absorb(state, key.ptr, key.len);
   toy_absorb(state, input, count);
   for (int i = 0; i < 32; ++i) {
      uint64_t *lane = &state[i % 4];
      *lane = (*lane ^ (state[(i + 1) % 4] >> 23)) * 0x9e3779b97f4a7c15u;
      *lane ^= *lane >> 29;
   }
   for (int i = 0; i < 32; ++i) {
      digest[i] = (uint8_t)(state[i / 8] >> (8 * (i % 8)));
   }
}
