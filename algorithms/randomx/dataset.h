#pragma once

/// The dataset of one key, 2080 MiB: what the fast mode reads instead of computing it from the cache.

#include <randomx.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "machine_pool.h"

namespace nebula::randomx {

/// Thread-safe. Filled by its builder before anybody else sees it, and never changed afterwards. It lives as long as
/// somebody holds it, which should not be longer than a slice or a hash: 2 GiB wait for it.
class Dataset : public std::enable_shared_from_this<Dataset> {
public:
   /// `raw` may be uninitialised yet; `number` is another one for every dataset.
   Dataset(const Maker &maker, std::string key, std::uint64_t number, DatasetPtr raw)
      : key_(std::move(key)), number_(number), raw_(std::move(raw)),
        machines_([&maker, dataset = raw_.get()] { return maker.make_vm(nullptr, dataset); }) {}

   [[nodiscard]] const std::string &key() const noexcept { return key_; }
   [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
   [[nodiscard]] randomx_dataset *raw() const noexcept { return raw_.get(); }

   /// For one hash; it keeps the dataset alive. Throws NEB_E_NO_MEMORY.
   [[nodiscard]] BorrowedMachine borrow() {
      return BorrowedMachine(std::shared_ptr<MachinePool>(shared_from_this(), &machines_));
   }

   /// True for one hash in k_check_every: that one is computed lightly as well, so that a memory error comes to light.
   [[nodiscard]] bool check_is_due() noexcept {
      return hashes_.fetch_add(1, std::memory_order_relaxed) % k_check_every == 0;
   }

   /// Adds about 0.5 ms to the mean of a hash of about 2.5 ms.
   static constexpr std::uint64_t k_check_every = 64;

private:
   std::string key_;
   std::uint64_t number_;
   DatasetPtr raw_;
   MachinePool machines_; ///< destroyed before the dataset
   std::atomic<std::uint64_t> hashes_{0};
};

} // namespace nebula::randomx
