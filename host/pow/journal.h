#pragma once

/// A file with one JSON object per line: the inputs on which a backend answered wrongly, so that its author can repeat
/// it.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace nebula::host {

/// Thread-safe.
class Journal {
public:
   static constexpr std::uint64_t k_bytes_max = 1u << 20; // about a thousand quarantines

   /// Empty: nothing is written.
   explicit Journal(std::string file) : file_(std::move(file)) {}
   /// False: the file cannot be written, or is full.
   bool add(std::string_view line);

private:
   std::mutex mutex_;
   const std::string file_;
};

} // namespace nebula::host
