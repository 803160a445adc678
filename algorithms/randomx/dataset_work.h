#pragma once

/// What the making of datasets consists of, and what it needs of its surroundings: the library in a node, less in
/// tests.

#include <cstdint>
#include <functional>
#include <string_view>

#include "dataset.h"
#include "key_cache.h"

namespace nebula::randomx {

struct DatasetWork {
   std::uint64_t items = 0;
   std::uint64_t piece_items = 0;        ///< of a task
   std::function<DatasetPtr()> allocate; ///< null: there is no memory; may take a second
   std::function<void(const Dataset &, const KeyCache &, std::uint64_t first, std::uint64_t count)> fill;
   std::function<bool(Dataset &, KeyCache &)> agrees; ///< with light hashing
   std::function<bool()> room;                        ///< for one more, with others there
};

/// By the library.
[[nodiscard]] DatasetWork library_work(const Maker &maker);

struct Workers {
   /// Runs a task on some worker, later; throws when there is none to take it.
   std::function<void(std::function<void()>)> post;
   std::uint32_t count = 1;
   /// Told after each piece, from any worker; done == total at the end.
   std::function<void(std::uint64_t done_mib, std::uint64_t total_mib)> progress;
   /// Told when there will be no dataset for a key though jobs want it, or it comes later than they do.
   std::function<void(std::string_view text)> say;
   /// Told once, in words, when there will be none any more.
   std::function<void(std::string_view why)> failed;
};

} // namespace nebula::randomx
