#include "numa.h"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace nebula::randomx {
namespace {

constexpr unsigned k_nodes_max = 1024; // of any Linux kernel
constexpr unsigned k_word_bits = 8 * sizeof(unsigned long);

/// A set of nodes as the kernel takes it.
struct NodeMask {
   std::array<unsigned long, k_nodes_max / k_word_bits> words{};

   explicit NodeMask(const std::vector<unsigned> &nodes) noexcept {
      for (const unsigned node : nodes)
         if (node < k_nodes_max)
            words[node / k_word_bits] |= 1ul << (node % k_word_bits);
   }
   // The kernel takes one bit less than it is told.
   [[nodiscard]] static constexpr unsigned long bits() noexcept { return k_nodes_max + 1; }
};

[[nodiscard]] bool has_default_policy() noexcept {
   int mode = -1;
   return ::syscall(SYS_get_mempolicy, &mode, nullptr, 0ul, nullptr, 0ul) == 0 && mode == MPOL_DEFAULT;
}

/// The pages that lie wholly or partly in the range.
struct Pages {
   void *begin;
   std::uint64_t bytes;
};
[[nodiscard]] Pages pages_of(void *memory, std::uint64_t bytes) noexcept {
   const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
   const std::uint64_t before = reinterpret_cast<std::uintptr_t>(memory) % page;
   return {static_cast<std::uint8_t *>(memory) - before, (before + bytes + page - 1) / page * page};
}

} // namespace

std::vector<unsigned> nodes_in_list(std::string_view text) {
   std::vector<unsigned> nodes;
   const char *at = text.data();
   const char *const end = at + text.size();
   const auto number = [&](unsigned &out) {
      const auto [next, error] = std::from_chars(at, end, out);
      at = next;
      return error == std::errc{} && out < k_nodes_max;
   };
   while (at != end && *at != '\n') {
      unsigned first = 0;
      if (!number(first))
         return {};
      unsigned last = first;
      if (at != end && *at == '-' && (++at, !number(last) || last < first))
         return {};
      for (unsigned node = first; node <= last; ++node)
         nodes.push_back(node);
      if (at != end && *at == ',')
         ++at;
      else if (at != end && *at != '\n')
         return {};
   }
   return nodes;
}

const std::vector<unsigned> &memory_nodes() {
   static const std::vector<unsigned> nodes = [] {
      std::ifstream file("/sys/devices/system/node/has_memory");
      return nodes_in_list(std::string{std::istreambuf_iterator<char>(file), {}});
   }();
   return nodes;
}

SpreadHere::SpreadHere(const std::vector<unsigned> &nodes) noexcept {
   if (nodes.size() < 2 || !has_default_policy())
      return;
   const NodeMask mask(nodes);
   active_ = ::syscall(SYS_set_mempolicy, MPOL_INTERLEAVE, mask.words.data(), NodeMask::bits()) == 0;
}

SpreadHere::~SpreadHere() {
   if (active_)
      (void)::syscall(SYS_set_mempolicy, MPOL_DEFAULT, nullptr, 0ul);
}

bool spread_pages(void *memory, std::uint64_t bytes, const std::vector<unsigned> &nodes) noexcept {
   const NodeMask mask(nodes);
   const Pages pages = pages_of(memory, bytes);
   return ::syscall(SYS_mbind, pages.begin, pages.bytes, MPOL_INTERLEAVE, mask.words.data(), NodeMask::bits(), 0u) == 0;
}

void ask_for_huge_pages(void *memory, std::uint64_t bytes) noexcept {
   const Pages pages = pages_of(memory, bytes);
   (void)::madvise(pages.begin, pages.bytes, MADV_HUGEPAGE); // refused for reserved huge pages, which are better
}

} // namespace nebula::randomx
