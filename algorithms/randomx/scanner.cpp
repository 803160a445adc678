#include "scanner.h"

namespace nebula::randomx {

void RandomXScanner::prepare(const neb_pow_epoch &epoch) {
   std::shared_ptr<KeyCache> cache = caches_.get(epoch.key, &given_up_);
   if (cache != cache_) {
      machine_.reset();
      cache_ = std::move(cache);
      ++machine_id_;
   }
}

void RandomXScanner::prepare_ahead(const neb_pow_epoch &epoch) {
   prepare(epoch);
   if (datasets_)
      datasets_->build_ahead(cache_, given_up_);
}

void RandomXScanner::give_up() noexcept {
   given_up_ = true;
   if (datasets_)
      datasets_->wake();
}

void RandomXScanner::scan(const ScanRange &range, Hits &hits) {
   if (range.nonce_bytes != k_nonce_bytes || range.input_bytes > k_input_bytes_max)
      throw Error(NEB_E_INVALID, "randomx takes a 4-byte nonce in an input of at most 4096 bytes");
   if (!datasets_ || !scan_on_dataset(range, hits))
      scan_lightly(range, hits);
}

bool RandomXScanner::scan_on_dataset(const ScanRange &range, Hits &hits) {
   const Datasets::Lease dataset = datasets_->for_job(cache_);
   if (!dataset)
      return false;
   if (!fast_machine_)
      fast_machine_ = maker_.make_vm(nullptr, dataset->raw());
   if (fast_number_ != dataset->number())
      randomx_vm_set_dataset(fast_machine_.get(), dataset->raw());
   if (!last_was_fast_ || fast_number_ != dataset->number())
      ++machine_id_;
   last_was_fast_ = true;
   fast_number_ = dataset->number();
   machine_.reset();
   run(fast_machine_.get(), range, hits);
   return true;
}

void RandomXScanner::scan_lightly(const ScanRange &range, Hits &hits) {
   if (!machine_ || last_was_fast_) {
      machine_.emplace(cache_->borrow());
      ++machine_id_;
   }
   last_was_fast_ = false;
   run(machine_->raw(), range, hits);
}

void RandomXScanner::run(randomx_vm *vm, const ScanRange &range, Hits &hits) {
   const Blob blob{range.input, range.input_bytes, range.nonce_offset};
   pipeline_.run(vm, machine_id_, blob, static_cast<std::uint32_t>(range.nonce_first), range.nonce_count,
                 [&](std::uint32_t nonce, const Pipeline::Digest &digest) {
                    if (meets_target(digest.data(), NEB_POW_ORDER_LITTLE, range.target))
                       hits.add(nonce, digest.data());
                 });
}

} // namespace nebula::randomx
