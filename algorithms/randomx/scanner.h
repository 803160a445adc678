#pragma once

/// Scans slices of jobs by RandomX: on the dataset where it is there, else lightly on the key's cache.

#include <nebula/pow_session.hpp>

#include <atomic>
#include <memory>
#include <optional>

#include "datasets.h"
#include "key_cache.h"
#include "pipeline.h"

namespace nebula::randomx {

class RandomXScanner final : public Scanner {
public:
   /// `datasets` may be null: then always lightly. All outlive the scanner.
   RandomXScanner(const Maker &maker, KeyCaches &caches, Datasets *datasets) noexcept
      : maker_(maker), caches_(caches), datasets_(datasets) {}

   /// Makes the key's cache: half a second.
   void prepare(const neb_pow_epoch &epoch) override;
   /// And its dataset, which takes as long as it takes, unless jobs use the one of another key.
   void prepare_ahead(const neb_pow_epoch &epoch) override;
   void give_up() noexcept override;
   /// Throws NEB_E_INVALID when the nonce has not 4 bytes, NEB_E_NO_MEMORY.
   void scan(const ScanRange &range, Hits &hits) override;

private:
   [[nodiscard]] bool scan_on_dataset(const ScanRange &range, Hits &hits);
   void scan_lightly(const ScanRange &range, Hits &hits);
   void run(randomx_vm *vm, const ScanRange &range, Hits &hits);

   const Maker &maker_;
   KeyCaches &caches_;
   Datasets *datasets_;
   std::atomic<bool> given_up_{false};

   std::shared_ptr<KeyCache> cache_;        ///< of the epoch prepared last
   std::optional<BorrowedMachine> machine_; ///< of cache_, made on first light use
   VmPtr fast_machine_;                     ///< told its dataset again in every slice that finds another one
   std::uint64_t fast_number_ = 0;          ///< of the dataset it was told last, which may be gone since
   bool last_was_fast_ = false;
   std::uint64_t machine_id_ = 0; ///< counts changes of machine, key and dataset: the pipeline starts afresh at each
   Pipeline pipeline_;
};

} // namespace nebula::randomx
