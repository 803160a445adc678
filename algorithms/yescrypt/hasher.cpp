#include "hasher.h"

#include <cassert>

#include "common/bytes.h"
#include "key_steps.h"

namespace nebula::yescrypt {
namespace {

[[nodiscard]] std::size_t v_bytes(const Parameters &parameters) noexcept {
   return row_bytes(parameters.r) * parameters.n;
}

/// One hash: V, its S-boxes, its row.
[[nodiscard]] std::size_t bytes_each(const Parameters &parameters) noexcept {
   return v_bytes(parameters) + boxes_stride(parameters.version) + row_bytes(parameters.r);
}

} // namespace

unsigned ways_of(const Parameters &parameters) noexcept {
   return v_bytes(parameters) <= k_interleaved_v_max ? k_ways_max : 1;
}

Hasher::Hasher(const Kernel &kernel, const Parameters &parameters)
   : parameters_(parameters), smix_(kernel.smix(parameters.version)),
     pages_(ways_of(parameters) * bytes_each(parameters)) {
   const unsigned ways = ways_of(parameters);
   work_.boxes = pages_.data();
   work_.row = work_.boxes + ways * boxes_stride(parameters.version);
   work_.row_stride = row_bytes(parameters.r);
   work_.v = work_.row + ways * work_.row_stride;
   work_.v_stride = v_bytes(parameters);
}

void Hasher::hash(std::span<std::uint8_t> input, std::uint32_t nonce_offset, std::uint32_t first, unsigned count,
                  Digests &out) noexcept {
   assert(count >= 1 && count <= ways_of(parameters_));
   std::uint8_t *const nonce = input.data() + nonce_offset;
   // What stands before the nonce is the same for all: the copies go on from there.
   common::Sha256 before_nonce;
   before_nonce.update(input.first(nonce_offset));
   std::array<common::Digest256, k_ways_max> h1;
   for (unsigned k = 0; k < count; ++k) {
      common::store_le32(nonce, first + k);
      common::Sha256 prehash = before_nonce;
      prehash.update(input.subspan(nonce_offset));
      h1[k] = derive_b(parameters_, prehash.finish(), input, work_.row + k * work_.row_stride);
   }
   smix_.by_ways[count - 1](work_, parameters_.n, parameters_.r);
   for (unsigned k = 0; k < count; ++k) {
      common::store_le32(nonce, first + k);
      out[k] = finish_hash(parameters_, h1[k], {work_.row + k * work_.row_stride, work_.row_stride}, input);
   }
}

} // namespace nebula::yescrypt
