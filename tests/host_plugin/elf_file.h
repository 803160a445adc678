#pragma once

/// Small ELF files made in memory, for tests of the manifest reader.

#include <nebula/manifest.h>

#include <cstring>
#include <elf.h>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::test {

using Bytes = std::vector<std::uint8_t>;

template <class T>
void append(Bytes &bytes, const T &value) {
   const auto *first = reinterpret_cast<const std::uint8_t *>(&value);
   bytes.insert(bytes.end(), first, first + sizeof value);
}

inline void append_padded(Bytes &bytes, std::string_view text) {
   bytes.insert(bytes.end(), text.begin(), text.end());
   while (bytes.size() % 4)
      bytes.push_back(0);
}

/// One note, padded to four bytes.
inline Bytes note(std::string_view name, std::uint32_t type, std::string_view text) {
   Bytes bytes;
   append(bytes, Elf64_Nhdr{static_cast<Elf64_Word>(name.size()), static_cast<Elf64_Word>(text.size()), type});
   append_padded(bytes, name);
   append_padded(bytes, text);
   return bytes;
}

inline Bytes manifest_note(std::string_view json) {
   return note(std::string_view(NEB_MANIFEST_NOTE_NAME, sizeof NEB_MANIFEST_NOTE_NAME), NEB_MANIFEST_NOTE_TYPE, json);
}

/// A shared library of one PT_NOTE segment with these bytes.
inline Bytes library_with(const Bytes &notes) {
   Elf64_Ehdr header{};
   std::memcpy(header.e_ident, ELFMAG, SELFMAG);
   header.e_ident[EI_CLASS] = ELFCLASS64;
   header.e_ident[EI_DATA] = ELFDATA2LSB;
   header.e_type = ET_DYN;
#if defined(__x86_64__)
   header.e_machine = EM_X86_64;
#else
   header.e_machine = EM_AARCH64;
#endif
   header.e_phoff = sizeof header;
   header.e_phentsize = sizeof(Elf64_Phdr);
   header.e_phnum = 1;
   Elf64_Phdr segment{};
   segment.p_type = PT_NOTE;
   segment.p_offset = sizeof header + sizeof segment;
   segment.p_filesz = notes.size();
   segment.p_align = 4;
   Bytes file;
   append(file, header);
   append(file, segment);
   file.insert(file.end(), notes.begin(), notes.end());
   return file;
}

} // namespace nebula::host::test
