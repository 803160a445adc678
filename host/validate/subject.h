#pragma once

/// The plugin under examination, as the process of one check sees it: opened, and loaded only when a check asks for it.

#include "host/plugin/manifest.h"
#include "host/plugin/note.h"
#include "host/util/result.h"
#include "host/validate/elf_facts.h"
#include "host/validate/validate.h"

#include <nebula/entry.h>

#include <string>
#include <vector>

namespace nebula::host::validation {

/// The one symbol of a plugin file.
struct EntrySymbol {
   const neb_entry *(*call)(std::uint32_t host_major, std::uint32_t host_minor);
};

class Subject {
public:
   explicit Subject(ValidateOptions options);
   ~Subject();
   Subject(const Subject &) = delete;
   Subject &operator=(const Subject &) = delete;

   [[nodiscard]] const ValidateOptions &options() const noexcept { return options_; }

   // Nothing is executed.
   [[nodiscard]] Note note() const;
   [[nodiscard]] Result<std::vector<Manifest>> manifests() const;
   [[nodiscard]] Result<ElfFacts> facts() const;

   /// Maps the code, once.
   [[nodiscard]] Result<void *> handle();
   [[nodiscard]] Result<EntrySymbol> entry_symbol();
   /// The entry for this host.
   [[nodiscard]] Result<const neb_entry *> entry();

private:
   ValidateOptions options_;
   int descriptor_ = -1;
   void *handle_ = nullptr; // never closed
};

} // namespace nebula::host::validation
