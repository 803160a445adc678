#include "pipeline.h"

#include <algorithm>
#include <cstring>

#include "common/bytes.h"
#include "machine.h"

namespace nebula::randomx {

bool Pipeline::continues(std::uint64_t machine_id, const Blob &blob, std::uint32_t first) const noexcept {
   if (!begun_ || machine_id != machine_id_ || first != under_way_ || blob.size != input_.size() ||
       blob.nonce_offset != nonce_offset_)
      return false;
   const std::uint32_t after = blob.nonce_offset + k_nonce_bytes;
   return std::memcmp(blob.data, input_.data(), blob.nonce_offset) == 0 &&
          std::memcmp(blob.data + after, input_.data() + after, blob.size - after) == 0;
}

void Pipeline::write_nonce_of(std::uint32_t nonce) noexcept {
   common::store_le32(input_.data() + nonce_offset_, nonce);
   under_way_ = nonce;
}

void Pipeline::run(randomx_vm *vm, std::uint64_t machine_id, const Blob &blob, std::uint32_t first, std::uint64_t count,
                   const OnDigest &on_digest) {
   const KeepRounding keep;
   if (!continues(machine_id, blob, first)) {
      input_.assign(blob.data, blob.data + blob.size);
      nonce_offset_ = blob.nonce_offset;
      machine_id_ = machine_id;
      write_nonce_of(first);
      randomx_calculate_hash_first(vm, input_.data(), input_.size());
   }
   begun_ = false; // until the next hash is under way, also when on_digest throws
   Digest digest;
   for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint32_t nonce = under_way_;
      // After the last nonce of all, 0 is begun, and thrown away by the next call.
      write_nonce_of(nonce + 1);
      randomx_calculate_hash_next(vm, input_.data(), input_.size(), digest.data());
      on_digest(nonce, digest);
   }
   begun_ = true;
}

} // namespace nebula::randomx
