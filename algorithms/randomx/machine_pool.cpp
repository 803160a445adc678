#include "machine_pool.h"

namespace nebula::randomx {

VmPtr MachinePool::take() {
   {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
         VmPtr vm = std::move(idle_.back());
         idle_.pop_back();
         return vm;
      }
   }
   return make_();
}

void MachinePool::take_back(VmPtr vm) noexcept {
   const std::lock_guard lock(mutex_);
   if (idle_.size() < k_idle_machines_max)
      idle_.push_back(std::move(vm)); // within the reserved room
}

} // namespace nebula::randomx
