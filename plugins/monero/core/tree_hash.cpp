#include "core/tree_hash.h"

#include "core/keccak.h"

#include <bit>
#include <cassert>

namespace nebula::monero {

namespace {

Hash pair_hash(const Hash &left, const Hash &right) {
   return keccak256({left, right});
}

// The first step of a tree of three or more: leaves become a power of two of entries.
std::vector<Hash> level_out(std::span<const Hash> leaves) {
   const std::size_t count = std::bit_ceil(leaves.size()) / 2;
   const std::size_t kept = 2 * count - leaves.size();
   std::vector<Hash> entries(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(kept));
   entries.reserve(count);
   for (std::size_t i = kept; i < leaves.size(); i += 2)
      entries.push_back(pair_hash(leaves[i], leaves[i + 1]));
   return entries;
}

void halve(std::vector<Hash> &entries) {
   for (std::size_t i = 0; i < entries.size() / 2; ++i)
      entries[i] = pair_hash(entries[2 * i], entries[2 * i + 1]);
   entries.resize(entries.size() / 2);
}

} // namespace

Hash tree_root(std::span<const Hash> leaves) {
   assert(!leaves.empty());
   if (leaves.size() == 1)
      return leaves[0];
   if (leaves.size() == 2)
      return pair_hash(leaves[0], leaves[1]);
   std::vector<Hash> entries = level_out(leaves);
   while (entries.size() > 1)
      halve(entries);
   return entries[0];
}

std::vector<Hash> tree_branch(std::span<const Hash> others) {
   if (others.size() <= 1)
      return {others.begin(), others.end()};
   // The value of leaf 0 never reaches the branch, so any stand-in will do.
   std::vector<Hash> leaves{Hash{}};
   leaves.insert(leaves.end(), others.begin(), others.end());
   std::vector<Hash> branch;
   if (std::has_single_bit(leaves.size()))
      branch.push_back(leaves[1]); // no leaf is kept as it is: leaf 0 is hashed with leaf 1 first
   std::vector<Hash> entries = level_out(leaves);
   for (; entries.size() > 1; halve(entries))
      branch.push_back(entries[1]);
   return branch;
}

Hash root_from_branch(const Hash &leaf, std::span<const Hash> branch) {
   Hash root = leaf;
   for (const Hash &right : branch)
      root = pair_hash(root, right);
   return root;
}

} // namespace nebula::monero
