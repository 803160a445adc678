#include "host/validate/elf_facts.h"

#include "host/plugin/limits.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <optional>
#include <sstream>

namespace nebula::host::validation {
namespace {

constexpr std::uint64_t k_max_sections = 4096;        // with -ffunction-sections a linked library still has about 40
constexpr std::uint64_t k_max_strings = 16u << 20;    // bytes of the dynamic string table
constexpr std::uint64_t k_max_dynamic_entries = 4096; // linkers write about 30

Error damaged() {
   return {"its section headers are damaged or stripped; link it again without removing them", ErrorKind::unavailable};
}

// `count` records from `offset`, or nullopt when they do not lie inside the file.
template <class T>
std::optional<std::vector<T>> records_at(const ElfInput &file, std::uint64_t offset, std::uint64_t count) {
   std::vector<T> records(count);
   const std::uint64_t bytes = count * sizeof(T); // count has a limit at every call
   if (offset > file.size || file.size - offset < bytes)
      return std::nullopt;
   if (bytes && !file.read_at(offset, {reinterpret_cast<std::uint8_t *>(records.data()), bytes}))
      return std::nullopt;
   return records;
}

struct Strings {
   std::vector<char> bytes;

   [[nodiscard]] std::string at(std::uint64_t offset) const {
      if (offset >= bytes.size())
         return {};
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
      return {begin, std::find(begin, bytes.end(), '\0')};
   }
};

const Elf64_Shdr *section_of(const std::vector<Elf64_Shdr> &sections, std::uint32_t type) {
   const auto found = std::find_if(sections.begin(), sections.end(),
                                   [&](const Elf64_Shdr &section) { return section.sh_type == type; });
   return found == sections.end() ? nullptr : &*found;
}

// The string table that belongs to a section.
std::optional<Strings> strings_of(const ElfInput &file, const std::vector<Elf64_Shdr> &sections,
                                  const Elf64_Shdr &owner) {
   if (owner.sh_link >= sections.size())
      return std::nullopt;
   const auto &table = sections[owner.sh_link];
   if (table.sh_size > k_max_strings)
      return std::nullopt;
   auto bytes = records_at<char>(file, table.sh_offset, table.sh_size);
   if (!bytes)
      return std::nullopt;
   return Strings{std::move(*bytes)};
}

void take_symbol(const Elf64_Sym &symbol, const Strings &strings, ElfFacts &facts) {
   const auto binding = ELF64_ST_BIND(symbol.st_info);
   const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
   if (symbol.st_shndx == SHN_UNDEF || (visibility != STV_DEFAULT && visibility != STV_PROTECTED))
      return;
   if (binding == STB_GNU_UNIQUE)
      facts.unique.push_back(strings.at(symbol.st_name));
   else if (binding == STB_GLOBAL || binding == STB_WEAK)
      facts.exported.push_back(strings.at(symbol.st_name));
}

void take_dynamic(const Elf64_Dyn &entry, const Strings &strings, ElfFacts &facts) {
   switch (entry.d_tag) {
   case DT_BIND_NOW:
      facts.bind_now = true;
      break;
   case DT_FLAGS:
      facts.bind_now |= (entry.d_un.d_val & DF_BIND_NOW) != 0;
      facts.text_relocations |= (entry.d_un.d_val & DF_TEXTREL) != 0;
      break;
   case DT_FLAGS_1:
      facts.bind_now |= (entry.d_un.d_val & DF_1_NOW) != 0;
      break;
   case DT_TEXTREL:
      facts.text_relocations = true;
      break;
   case DT_RPATH:
   case DT_RUNPATH: {
      std::istringstream folders(strings.at(entry.d_un.d_val));
      for (std::string folder; std::getline(folders, folder, ':');)
         facts.run_paths.push_back(folder);
      break;
   }
   default:
      break;
   }
}

bool read_symbols(const ElfInput &file, const std::vector<Elf64_Shdr> &sections, ElfFacts &facts) {
   const auto *section = section_of(sections, SHT_DYNSYM);
   if (!section || section->sh_size / sizeof(Elf64_Sym) > k_max_dynamic_symbols)
      return false;
   const auto strings = strings_of(file, sections, *section);
   const auto symbols = records_at<Elf64_Sym>(file, section->sh_offset, section->sh_size / sizeof(Elf64_Sym));
   if (!strings || !symbols)
      return false;
   for (const auto &symbol : *symbols)
      take_symbol(symbol, *strings, facts);
   return true;
}

bool read_dynamic(const ElfInput &file, const std::vector<Elf64_Shdr> &sections, ElfFacts &facts) {
   const auto *section = section_of(sections, SHT_DYNAMIC);
   if (!section || section->sh_size / sizeof(Elf64_Dyn) > k_max_dynamic_entries)
      return false;
   const auto strings = strings_of(file, sections, *section);
   const auto entries = records_at<Elf64_Dyn>(file, section->sh_offset, section->sh_size / sizeof(Elf64_Dyn));
   if (!strings || !entries)
      return false;
   for (const auto &entry : *entries)
      take_dynamic(entry, *strings, facts);
   return true;
}

} // namespace

Result<ElfFacts> read_elf_facts(const ElfInput &file) {
   const auto header = records_at<Elf64_Ehdr>(file, 0, 1);
   if (!header || std::memcmp(header->front().e_ident, ELFMAG, SELFMAG) != 0 ||
       header->front().e_ident[EI_CLASS] != ELFCLASS64)
      return Error{"it is not a 64-bit ELF file", ErrorKind::unavailable};
   const auto &elf = header->front();
   if (elf.e_phnum > k_max_segments || elf.e_shnum > k_max_sections || elf.e_shentsize != sizeof(Elf64_Shdr))
      return damaged();
   const auto segments = records_at<Elf64_Phdr>(file, elf.e_phoff, elf.e_phnum);
   const auto sections = records_at<Elf64_Shdr>(file, elf.e_shoff, elf.e_shnum);
   if (!segments || !sections)
      return damaged();
   ElfFacts facts;
   for (const auto &segment : *segments) {
      facts.relro |= segment.p_type == PT_GNU_RELRO;
      facts.executable_stack |= segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) != 0;
   }
   if (!read_symbols(file, *sections, facts) || !read_dynamic(file, *sections, facts))
      return damaged();
   return facts;
}

} // namespace nebula::host::validation
