#pragma once

/// Where pages lie on a machine with several memory nodes. What all threads read at random (caches, datasets) is spread
/// evenly over the nodes: left alone it would fill the node of whoever touched it first, and every other processor
/// would queue for that one. A machine with one node is left alone, and so is a process that was started with a policy
/// of its own (numactl).

#include <cstdint>
#include <string_view>
#include <vector>

namespace nebula::randomx {

/// The numbers in a list such as "0-1,4"; none when it is malformed or names a node above 1023.
[[nodiscard]] std::vector<unsigned> nodes_in_list(std::string_view text);

/// The nodes that have memory, as the system says; empty when it does not say.
[[nodiscard]] const std::vector<unsigned> &memory_nodes();

/// While it lives, new pages that this thread touches come from the nodes in turn.
class SpreadHere {
public:
   SpreadHere() noexcept : SpreadHere(memory_nodes()) {}
   explicit SpreadHere(const std::vector<unsigned> &nodes) noexcept;
   ~SpreadHere();
   SpreadHere(const SpreadHere &) = delete;
   SpreadHere &operator=(const SpreadHere &) = delete;

   [[nodiscard]] bool active() const noexcept { return active_; }

private:
   bool active_ = false;
};

/// The same for memory that other threads touch later. False: the system refuses it.
bool spread_pages(void *memory, std::uint64_t bytes, const std::vector<unsigned> &nodes = memory_nodes()) noexcept;

/// Tells the kernel that 2 MiB pages pay here, where it gives them unreserved (transparent huge pages).
void ask_for_huge_pages(void *memory, std::uint64_t bytes) noexcept;

} // namespace nebula::randomx
