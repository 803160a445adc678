#pragma once

/// Scans slices of jobs: computing every element with a kernel, or reading them from the table where there is one.

#include <nebula/pow_session.hpp>

#include <cstdint>

#include "batch.h"
#include "kernels.h"
#include "table_size.h"

namespace nebula::autolykos2 {

class TablelessScanner final : public Scanner {
public:
   /// `kernel` lives for ever.
   TablelessScanner(const Kernel &kernel, TableSizeRule rule) noexcept : rule_(rule), kernel_(kernel), batch_(kernel) {}

   /// Throws NEB_E_INVALID for a height that the hash has no room for.
   void prepare(const neb_pow_epoch &epoch) override;
   /// Throws NEB_E_INVALID when the input is not a message of 32 bytes and a nonce.
   void scan(const ScanRange &range, Hits &hits) override;

private:
   void hash_batch(const Task &task, std::uint64_t first);

   TableSizeRule rule_;
   const Kernel &kernel_;
   Batch batch_;
   std::uint32_t height_ = 0;
   Modulus table_size_{1};
};

/// The task of a slice. Throws NEB_E_INVALID when the input is malformed.
[[nodiscard]] Task task_of(const ScanRange &range, std::uint32_t height, const Modulus &table_size);

/// The height of an epoch. Throws NEB_E_INVALID when it does not fit into the four bytes that are hashed.
[[nodiscard]] std::uint32_t height_of(const neb_pow_epoch &epoch);

/// Adds the first `count` nonces of a finished batch that meet the target.
void add_hits(const Batch &batch, std::uint64_t count, const std::uint8_t *target, Hits &hits);

} // namespace nebula::autolykos2
