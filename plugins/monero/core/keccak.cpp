#include "core/keccak.h"

#include <bit>

namespace nebula::monero {

namespace {

constexpr std::size_t k_rate = 136; // 1600 bits of state less twice 256 bits of capacity, in bytes

using State = std::array<std::uint64_t, 25>;

constexpr std::array<std::uint64_t, 24> k_round_constants = {
   0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
   0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
   0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
   0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
   0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

// The walk of rho and pi over the lanes other than (0,0): where each lane goes, and by how many bits it turns.
constexpr std::array<std::uint8_t, 24> k_lane_walk = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                                      15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
constexpr std::array<std::uint8_t, 24> k_rotations = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

void theta(State &a) {
   std::array<std::uint64_t, 5> column;
   for (std::size_t x = 0; x < 5; ++x)
      column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
   for (std::size_t x = 0; x < 5; ++x) {
      const std::uint64_t mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (std::size_t y = 0; y < 25; y += 5)
         a[x + y] ^= mix;
   }
}

void rho_pi(State &a) {
   std::uint64_t moving = a[1];
   for (std::size_t i = 0; i < k_lane_walk.size(); ++i) {
      const std::uint64_t next = a[k_lane_walk[i]];
      a[k_lane_walk[i]] = std::rotl(moving, k_rotations[i]);
      moving = next;
   }
}

void chi(State &a) {
   for (std::size_t y = 0; y < 25; y += 5) {
      const std::array<std::uint64_t, 5> row = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
      for (std::size_t x = 0; x < 5; ++x)
         a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
   }
}

void permute(State &a) {
   for (const std::uint64_t constant : k_round_constants) {
      theta(a);
      rho_pi(a);
      chi(a);
      a[0] ^= constant;
   }
}

class Sponge {
public:
   void absorb(ByteView data) {
      for (const std::uint8_t byte : data)
         absorb(byte);
   }

   [[nodiscard]] Hash squeeze() {
      mix(position_, 0x01);
      mix(k_rate - 1, 0x80);
      permute(state_);
      Hash hash;
      for (std::size_t i = 0; i < hash.size(); ++i)
         hash[i] = static_cast<std::uint8_t>(state_[i / 8] >> (8 * (i % 8)));
      return hash;
   }

private:
   void absorb(std::uint8_t byte) {
      mix(position_, byte);
      if (++position_ == k_rate) {
         permute(state_);
         position_ = 0;
      }
   }
   void mix(std::size_t at, std::uint8_t byte) { state_[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8)); }

   State state_{};
   std::size_t position_ = 0;
};

} // namespace

Hash keccak256(ByteView data) {
   return keccak256({data});
}

Hash keccak256(std::initializer_list<ByteView> parts) {
   Sponge sponge;
   for (const ByteView part : parts)
      sponge.absorb(part);
   return sponge.squeeze();
}

} // namespace nebula::monero
