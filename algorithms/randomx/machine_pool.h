#pragma once

/// Machines of one cache or dataset, kept for the next who wants one.

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "machine.h"

namespace nebula::randomx {

/// Machines that one pool keeps while nobody uses them: more threads than this verify at once only in a burst.
inline constexpr std::size_t k_idle_machines_max = 16;

/// Thread-safe.
class MachinePool {
public:
   explicit MachinePool(std::function<VmPtr()> make) : make_(std::move(make)) { idle_.reserve(k_idle_machines_max); }

   /// Throws NEB_E_NO_MEMORY.
   [[nodiscard]] VmPtr take();
   void take_back(VmPtr vm) noexcept;

private:
   std::function<VmPtr()> make_;
   std::mutex mutex_;
   std::vector<VmPtr> idle_; ///< at most k_idle_machines_max
};

/// A machine for one thread. It keeps alive what the pool belongs to.
class BorrowedMachine {
public:
   /// `pool` shares the ownership of the cache or dataset.
   explicit BorrowedMachine(std::shared_ptr<MachinePool> pool) : pool_(std::move(pool)), vm_(pool_->take()) {}
   BorrowedMachine(BorrowedMachine &&) noexcept = default;
   BorrowedMachine &operator=(BorrowedMachine &&) = delete;
   ~BorrowedMachine() {
      if (pool_)
         pool_->take_back(std::move(vm_));
   }
   [[nodiscard]] randomx_vm *raw() const noexcept { return vm_.get(); }

private:
   std::shared_ptr<MachinePool> pool_;
   VmPtr vm_;
};

} // namespace nebula::randomx
