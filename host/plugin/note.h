#pragma once

/// Reads the manifest's text out of a shared library without executing anything of it: a 64-bit little-endian ELF file
/// whose PT_NOTE segments hold one note named "Nebula" of type 1. The bytes are untrusted: every offset is checked
/// against the size, every loop has a limit.

#include "host/util/result.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace nebula::host {

/// A file to look into. `read_at` fills the whole of `out` from `offset` and returns false when it cannot; it is only
/// called with ranges inside `size`.
struct ElfInput {
   std::uint64_t size = 0;
   std::function<bool(std::uint64_t offset, std::span<std::uint8_t> out)> read_at;
};

/// Bytes in memory; borrowed.
[[nodiscard]] ElfInput elf_input(std::span<const std::uint8_t> bytes);
/// An open file, read with pread; the descriptor stays the caller's.
[[nodiscard]] Result<ElfInput> elf_input(int descriptor);

/// Whether a file is a plugin at all.
enum class NoteFault : std::uint8_t {
   none,
   not_a_library, // no ELF file, or one for another machine
   no_manifest,   // a library, but no plugin
   damaged,       // meant to be a plugin, and broken
};

struct Note {
   std::string text; // the JSON, when fault is none
   NoteFault fault = NoteFault::none;
   std::string what; // the reason and the remedy, otherwise
};

[[nodiscard]] Note read_manifest_note(const ElfInput &file);

} // namespace nebula::host
