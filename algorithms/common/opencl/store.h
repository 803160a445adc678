#pragma once

/// What is worth keeping between runs: compiled programs and measured work-group sizes, one file each, in one folder.
///
/// It is a cache: an entry that is missing, torn, changed or of another key is as good as none, and what cannot be
/// written is measured or compiled again next time.

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nebula::common::opencl {

/// A compiled program takes 10 kB to 1 MB; 64 entries hold a machine full of different cards, old drivers included.
inline constexpr std::size_t k_store_entries_max = 64;
inline constexpr std::uint64_t k_store_entry_bytes_max = 8u << 20;

/// Thread-safe; several processes may share a folder.
class Store {
public:
   /// The folder is made by the first `save`, with access for its owner only.
   explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

   /// What was saved under `key`, if it is intact. An entry that is not is removed.
   [[nodiscard]] std::optional<std::vector<std::uint8_t>> load(std::string_view key) const;

   /// Replaces the entry of `key`, all or nothing, and removes the oldest entries above the limit. Throws
   /// nebula::Error.
   void save(std::string_view key, std::span<const std::uint8_t> value);

   /// Where the entry of `key` is or would be.
   [[nodiscard]] std::filesystem::path path_of(std::string_view key) const;

private:
   void remove_oldest() const;

   std::filesystem::path folder_;
   std::mutex saving_;
};

} // namespace nebula::common::opencl
