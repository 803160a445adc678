#include "host/validate/page_end.h"

#include "host/validate/child.h"
#include "host/validate/host_view.h"

#include <array>
#include <atomic>
#include <cassert>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

struct Fence {
   const std::byte *begin;
   const std::byte *end;
   std::string line; // what is said when somebody touches it
};

constexpr std::size_t k_fences_max = 256; // records of one check: about thirty

// Only appended to, so that the signal handler can read it at any time.
struct Fences {
   std::array<const Fence *, k_fences_max> list{};
   std::atomic<std::size_t> count{0};
};

Fences &fences() {
   static auto &all = for_ever<Fences>();
   return all;
}

void on_fault(int signal, siginfo_t *info, void *) {
   const auto *address = static_cast<const std::byte *>(info->si_addr);
   const std::size_t count = fences().count.load(std::memory_order_acquire);
   for (std::size_t i = 0; i < count; ++i) {
      const Fence *fence = fences().list[i];
      if (address < fence->begin || address >= fence->end)
         continue;
      (void)!write(k_child_pipe, fence->line.data(), fence->line.size());
      _exit(0);
   }
   std::signal(signal, SIG_DFL); // an ordinary crash: it happens again as soon as this returns
}

void catch_faults() {
   struct sigaction action {};
   action.sa_sigaction = on_fault;
   action.sa_flags = SA_SIGINFO;
   sigaction(SIGSEGV, &action, nullptr);
}

} // namespace

void *at_page_end(const void *bytes, std::size_t size, std::string_view what) {
   static const bool caught = (catch_faults(), true);
   (void)caught;
   const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
   assert(size <= page);
   void *mapped = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   const std::size_t index = fences().count.load(std::memory_order_relaxed);
   if (mapped == MAP_FAILED || mprotect(static_cast<std::byte *>(mapped) + page, page, PROT_NONE) != 0 ||
       index == k_fences_max)
      std::abort();
   auto *fence = static_cast<std::byte *>(mapped) + page;
   fences().list[index] = &for_ever<Fence>(
      Fence{fence, fence + page,
            "failed it used " + std::string(what) +
               " past its size; ask NEB_HAS(table, type, member) before using what a later release added\n"});
   fences().count.store(index + 1, std::memory_order_release);
   return std::memcpy(fence - size, bytes, size);
}

} // namespace nebula::host::validation
