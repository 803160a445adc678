#pragma once

/// What a shared library's headers and dynamic section say about it, read without executing anything. The bytes are
/// untrusted: every offset is checked against the size, every loop has a limit.

#include "host/plugin/note.h"
#include "host/util/result.h"

#include <string>
#include <vector>

namespace nebula::host::validation {

struct ElfFacts {
   std::vector<std::string> exported;  // defined global and weak symbols
   std::vector<std::string> unique;    // those of GNU's unique binding, which prevent unloading
   std::vector<std::string> run_paths; // DT_RPATH and DT_RUNPATH, one entry per folder
   bool bind_now = false;              // every symbol is resolved when it is loaded
   bool relro = false;                 // its tables are read-only after that
   bool text_relocations = false;      // its code must be made writable to load it
   bool executable_stack = false;      // it asks for an executable stack
};

/// Most symbols looked at: a plugin exports one, its dynamic table has some hundreds.
inline constexpr std::uint64_t k_max_dynamic_symbols = 1u << 20;

[[nodiscard]] Result<ElfFacts> read_elf_facts(const ElfInput &file);

} // namespace nebula::host::validation
