#include "host/plugin/note.h"

#include "host/plugin/limits.h"

#include <nebula/manifest.h>

#include <bit>
#include <cstring>
#include <elf.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::host {
namespace {

static_assert(std::endian::native == std::endian::little, "the reader takes ELF fields as they stand");

#if defined(__x86_64__)
constexpr std::uint16_t k_machine = EM_X86_64;
constexpr const char *k_machine_name = "x86-64";
#elif defined(__aarch64__)
constexpr std::uint16_t k_machine = EM_AARCH64;
constexpr const char *k_machine_name = "aarch64";
#else
#error "name this machine's ELF number here"
#endif

Note fault(NoteFault kind, std::string what) {
   return {{}, kind, std::move(what)};
}

// A record at `offset`, or nullopt when it does not lie inside the file.
template <class T>
std::optional<T> record_at(const ElfInput &file, std::uint64_t offset) {
   T value;
   if (offset > file.size || file.size - offset < sizeof value)
      return std::nullopt;
   std::uint8_t bytes[sizeof value];
   if (!file.read_at(offset, bytes))
      return std::nullopt;
   std::memcpy(&value, bytes, sizeof value);
   return value;
}

std::optional<Note> wrong_header(const Elf64_Ehdr &header) {
   if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
      return fault(NoteFault::not_a_library,
                   "it is not a shared library (no ELF header); give the path of a plugin's .so");
   if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
       header.e_machine != k_machine)
      return fault(NoteFault::not_a_library,
                   std::string("it is built for another machine; this host needs a plugin built for ") +
                      k_machine_name);
   if (header.e_type != ET_DYN)
      return fault(NoteFault::not_a_library, "it is an ELF file but no shared library; link it with -shared");
   if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 || header.e_phnum > k_max_segments)
      return fault(NoteFault::damaged, "its program headers are damaged; build or copy it again");
   return std::nullopt;
}

struct NoteReader {
   const ElfInput &file;
   std::optional<Note> found;

   // Takes the text of a note that begins at `text`. False ends the search with `found` set.
   bool take(std::uint64_t text, std::uint64_t size) {
      if (found) {
         found =
            fault(NoteFault::damaged, "it holds two manifests; give nebula_add_plugin or NEB_MANIFEST once per file");
         return false;
      }
      if (size > NEB_MANIFEST_MAX_BYTES) {
         found =
            fault(NoteFault::damaged, "its manifest has " + std::to_string(size) + " bytes; at most 262,144 are read");
         return false;
      }
      std::string json(size, '\0');
      if (size && !file.read_at(text, {reinterpret_cast<std::uint8_t *>(json.data()), json.size()})) {
         found = fault(NoteFault::damaged, "its manifest cannot be read; copy the file again");
         return false;
      }
      found = Note{std::move(json), NoteFault::none, {}};
      return true;
   }

   [[nodiscard]] bool is_ours(const Elf64_Nhdr &note, std::uint64_t name) const {
      constexpr std::size_t k_name_bytes = sizeof NEB_MANIFEST_NOTE_NAME;
      if (note.n_type != NEB_MANIFEST_NOTE_TYPE || note.n_namesz != k_name_bytes)
         return false;
      std::uint8_t bytes[k_name_bytes];
      return file.read_at(name, bytes) && std::memcmp(bytes, NEB_MANIFEST_NOTE_NAME, k_name_bytes) == 0;
   }

   // Walks the notes of one segment, [offset, offset + size) being inside the file. Returns false to end the search.
   bool walk(std::uint64_t offset, std::uint64_t size, std::uint64_t alignment) {
      const std::uint64_t end = offset + size;
      const auto padded = [alignment](std::uint64_t n) { return (n + alignment - 1) & ~(alignment - 1); };
      for (std::uint32_t i = 0; i < k_max_notes && end - offset >= sizeof(Elf64_Nhdr); ++i) {
         const auto note = record_at<Elf64_Nhdr>(file, offset);
         if (!note)
            return true;
         const std::uint64_t name = offset + sizeof(Elf64_Nhdr);
         // Sizes are 32-bit and offsets below 2^62, so the sums cannot wrap.
         const std::uint64_t text = offset + padded(sizeof(Elf64_Nhdr) + note->n_namesz);
         if (text > end || note->n_descsz > end - text)
            return true; // a damaged note of someone else ends the walk of its segment
         if (is_ours(*note, name) && !take(text, note->n_descsz))
            return false;
         const std::uint64_t next = text + padded(note->n_descsz);
         if (next >= end)
            return true;
         offset = next;
      }
      return true;
   }
};

} // namespace

ElfInput elf_input(std::span<const std::uint8_t> bytes) {
   return {bytes.size(), [bytes](std::uint64_t offset, std::span<std::uint8_t> out) {
              std::memcpy(out.data(), bytes.data() + offset, out.size());
              return true;
           }};
}

Result<ElfInput> elf_input(int descriptor) {
   struct stat status {};
   if (fstat(descriptor, &status) != 0)
      return Error{std::string("cannot be examined: ") + std::strerror(errno), ErrorKind::io};
   if (!S_ISREG(status.st_mode))
      return Error{"is not a regular file", ErrorKind::io};
   return ElfInput{
      static_cast<std::uint64_t>(status.st_size), [descriptor](std::uint64_t offset, std::span<std::uint8_t> out) {
         for (std::size_t done = 0; done < out.size();) {
            const auto got = pread(descriptor, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
            if (got <= 0)
               return false;
            done += static_cast<std::size_t>(got);
         }
         return true;
      }};
}

Note read_manifest_note(const ElfInput &file) {
   if (file.size > k_max_plugin_bytes)
      return fault(NoteFault::not_a_library, "it is larger than 1 GiB, the most a plugin may have");
   const auto header = record_at<Elf64_Ehdr>(file, 0);
   if (!header)
      return fault(NoteFault::not_a_library, "it is too short for a shared library; copy it again");
   if (auto wrong = wrong_header(*header))
      return *wrong;
   NoteReader reader{file, std::nullopt};
   for (std::uint32_t i = 0; i < header->e_phnum; ++i) {
      if (header->e_phoff > file.size)
         return fault(NoteFault::damaged, "its program headers lie outside the file; copy it again");
      const auto segment = record_at<Elf64_Phdr>(file, header->e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment)
         return fault(NoteFault::damaged, "its program headers lie outside the file; copy it again");
      if (segment->p_type != PT_NOTE)
         continue;
      if (segment->p_offset > file.size || segment->p_filesz > file.size - segment->p_offset)
         return fault(NoteFault::damaged, "its notes lie outside the file; copy it again");
      if (!reader.walk(segment->p_offset, segment->p_filesz, segment->p_align == 8 ? 8 : 4))
         break;
   }
   if (reader.found)
      return *reader.found;
   return fault(NoteFault::no_manifest,
                "it has no manifest (section .note.nebula); build it with nebula_add_plugin or use NEB_MANIFEST");
}

} // namespace nebula::host
