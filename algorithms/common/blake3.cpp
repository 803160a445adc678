#include "common/blake3.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "common/bytes.h"

namespace nebula::common {
namespace {

using Words8 = std::array<std::uint32_t, 8>;
using Words16 = std::array<std::uint32_t, 16>;

constexpr Words8 k_iv = {0x6A09E667u, 0xBB67AE85u, 0x3C6EF372u, 0xA54FF53Au,
                         0x510E527Fu, 0x9B05688Cu, 0x1F83D9ABu, 0x5BE0CD19u};

/// Where each message word goes before the next of the seven rounds.
constexpr std::array<std::uint8_t, 16> k_permutation = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

constexpr std::size_t k_block_bytes = 64;
constexpr std::size_t k_chunk_bytes = 1024;
/// 2^54 chunks are 2^64 bytes, the longest message a 64-bit length can name.
constexpr std::size_t k_tree_depth_max = 54;

enum Flag : std::uint32_t { k_chunk_start = 1, k_chunk_end = 2, k_parent = 4, k_root = 8 };

void mix(Words16 &v, unsigned a, unsigned b, unsigned c, unsigned d, std::uint32_t x, std::uint32_t y) noexcept {
   v[a] += v[b] + x;
   v[d] = std::rotr(v[d] ^ v[a], 16);
   v[c] += v[d];
   v[b] = std::rotr(v[b] ^ v[c], 12);
   v[a] += v[b] + y;
   v[d] = std::rotr(v[d] ^ v[a], 8);
   v[c] += v[d];
   v[b] = std::rotr(v[b] ^ v[c], 7);
}

void round(Words16 &v, const Words16 &m) noexcept {
   mix(v, 0, 4, 8, 12, m[0], m[1]);
   mix(v, 1, 5, 9, 13, m[2], m[3]);
   mix(v, 2, 6, 10, 14, m[4], m[5]);
   mix(v, 3, 7, 11, 15, m[6], m[7]);
   mix(v, 0, 5, 10, 15, m[8], m[9]);
   mix(v, 1, 6, 11, 12, m[10], m[11]);
   mix(v, 2, 7, 8, 13, m[12], m[13]);
   mix(v, 3, 4, 9, 14, m[14], m[15]);
}

/// The first half of the compression function's output: the only half a 32-byte digest needs.
Words8 compress(const Words8 &chain, Words16 m, std::uint64_t counter, std::uint32_t length,
                std::uint32_t flags) noexcept {
   Words16 v = {chain[0],
                chain[1],
                chain[2],
                chain[3],
                chain[4],
                chain[5],
                chain[6],
                chain[7],
                k_iv[0],
                k_iv[1],
                k_iv[2],
                k_iv[3],
                static_cast<std::uint32_t>(counter),
                static_cast<std::uint32_t>(counter >> 32),
                length,
                flags};
   for (unsigned r = 0; r < 7; ++r) {
      round(v, m);
      Words16 next;
      for (unsigned i = 0; i < 16; ++i)
         next[i] = m[k_permutation[i]];
      m = next;
   }
   Words8 out;
   for (unsigned i = 0; i < 8; ++i)
      out[i] = v[i] ^ v[i + 8];
   return out;
}

/// The chaining value of one chunk of at most 1024 bytes; `extra` is k_root when the chunk is the whole message.
Words8 hash_chunk(std::span<const std::uint8_t> chunk, std::uint64_t index, std::uint32_t extra) noexcept {
   Words8 chain = k_iv;
   std::uint32_t flags = k_chunk_start;
   for (;;) {
      const std::size_t length = std::min(chunk.size(), k_block_bytes);
      std::array<std::uint8_t, k_block_bytes> block{};
      std::copy_n(chunk.begin(), length, block.begin());
      Words16 m;
      for (unsigned i = 0; i < 16; ++i)
         m[i] = load_le32(block.data() + std::size_t{4} * i);
      chunk = chunk.subspan(length);
      const bool last = chunk.empty();
      chain = compress(chain, m, index, static_cast<std::uint32_t>(length), last ? flags | k_chunk_end | extra : flags);
      if (last)
         return chain;
      flags = 0;
   }
}

Words8 hash_parent(const Words8 &left, const Words8 &right, std::uint32_t extra) noexcept {
   Words16 m;
   std::copy(left.begin(), left.end(), m.begin());
   std::copy(right.begin(), right.end(), m.begin() + 8);
   return compress(k_iv, m, 0, k_block_bytes, k_parent | extra);
}

/// A message of more than one chunk. Invariant: the stack holds one complete subtree for each set bit of the number
/// of chunks so far, the largest at the bottom; the last chunk is kept apart because it may be the root's right child.
Words8 hash_tree(std::span<const std::uint8_t> message) noexcept {
   std::array<Words8, k_tree_depth_max> stack;
   std::size_t depth = 0;
   std::uint64_t index = 0;
   while (message.size() > k_chunk_bytes) {
      Words8 node = hash_chunk(message.first(k_chunk_bytes), index, 0);
      message = message.subspan(k_chunk_bytes);
      ++index;
      for (std::uint64_t count = index; (count & 1) == 0; count >>= 1)
         node = hash_parent(stack[--depth], node, 0);
      stack[depth++] = node;
   }
   Words8 node = hash_chunk(message, index, 0);
   while (depth > 1)
      node = hash_parent(stack[--depth], node, 0);
   return hash_parent(stack[0], node, k_root);
}

} // namespace

std::array<std::uint8_t, 32> blake3_256(std::span<const std::uint8_t> message) noexcept {
   const Words8 words = message.size() <= k_chunk_bytes ? hash_chunk(message, 0, k_root) : hash_tree(message);
   std::array<std::uint8_t, 32> digest;
   for (unsigned i = 0; i < 8; ++i)
      store_le32(digest.data() + std::size_t{4} * i, words[i]);
   return digest;
}

} // namespace nebula::common
