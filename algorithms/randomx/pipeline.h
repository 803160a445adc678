#pragma once

/// Hashes consecutive nonces of one input on one machine, filling the scratchpad for the next while the current one is
/// finished. It carries over from slice to slice: a slice that follows the last one begins with a hash under way.

#include <randomx.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "options.h"

namespace nebula::randomx {

/// What a pipeline hashes: an input with the place of its nonce.
struct Blob {
   const std::uint8_t *data;
   std::uint32_t size;
   std::uint32_t nonce_offset;
};

class Pipeline {
public:
   using Digest = std::array<std::uint8_t, RANDOMX_HASH_SIZE>;
   using OnDigest = std::function<void(std::uint32_t nonce, const Digest &digest)>;

   /// Calls `on_digest` for first, first + 1, ... (`count` of them, none above 2^32 - 1). `machine_id` names the
   /// machine and its key: another one, another input or another first nonce than the expected one starts afresh.
   void run(randomx_vm *vm, std::uint64_t machine_id, const Blob &blob, std::uint32_t first, std::uint64_t count,
            const OnDigest &on_digest);

private:
   [[nodiscard]] bool continues(std::uint64_t machine_id, const Blob &blob, std::uint32_t first) const noexcept;
   void write_nonce_of(std::uint32_t nonce) noexcept;

   std::vector<std::uint8_t> input_; ///< with the nonce of the hash under way
   std::uint32_t nonce_offset_ = 0;
   std::uint64_t machine_id_ = 0;
   std::uint32_t under_way_ = 0;
   bool begun_ = false;
};

} // namespace nebula::randomx
