#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::powerloss {

/// What a recorded program did to one file (see README.md).
class Journal {
public:
   /// Aborts when the file cannot be read: a test cannot go on without it. A record cut short by a kill is left out.
   [[nodiscard]] static Journal load(const std::string &path);

   [[nodiscard]] std::size_t size() const { return entries_.size(); }

   /// The last number acknowledged before entry `cut`.
   [[nodiscard]] std::optional<uint64_t> acknowledged(std::size_t cut) const;

   /// The bytes of the file after the power failed right before entry `cut`: what was durable, and of the pages written
   /// since then about half, chosen by `seed`.
   [[nodiscard]] std::vector<uint8_t> image(std::size_t cut, uint64_t seed) const;

private:
   struct Entry {
      uint32_t kind;
      uint64_t offset;
      std::vector<uint8_t> bytes;
   };
   std::vector<Entry> entries_;
};

/// Runs a program to its end under the shim, with what it writes to files ending in `followed` recorded in `journal`.
/// Returns its wait status.
[[nodiscard]] int run_recorded(const std::vector<std::string> &command, const std::string &followed,
                               const std::string &journal);

/// Writes the bytes as a file, replacing it.
void write_file(const std::string &path, const std::vector<uint8_t> &bytes);

} // namespace nebula::powerloss
