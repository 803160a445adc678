#include "time_slice.h"

#include <cstdint>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// sched_attr of Linux (sched_setattr(2)), which the C library does not declare everywhere.
struct Attributes {
   std::uint32_t size = sizeof(Attributes), policy = 0;
   std::uint64_t flags = 0;
   std::int32_t nice = 0;
   std::uint32_t priority = 0;
   std::uint64_t runtime_ns = 0, deadline_ns = 0, period_ns = 0;
};

/// The least that Linux takes. Since 6.12 a thread of the normal class with a shorter turn goes before others.
constexpr std::uint64_t k_slice_ns = 100'000;

} // namespace

void ask_for_prompt_turns() {
   Attributes attributes;
   if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0 || attributes.policy != SCHED_OTHER)
      return; // what an operator chose stays
   attributes.runtime_ns = k_slice_ns;
   (void)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

} // namespace nebula::pool
