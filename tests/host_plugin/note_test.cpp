#include "elf_file.h"
#include "host/plugin/note.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::host {
namespace {

using test::append;
using test::Bytes;
using test::library_with;
using test::manifest_note;

Note read(const Bytes &file) {
   return read_manifest_note(elf_input(file));
}

Elf64_Ehdr &header_of(Bytes &file) {
   return *reinterpret_cast<Elf64_Ehdr *>(file.data());
}
Elf64_Phdr &segment_of(Bytes &file) {
   return *reinterpret_cast<Elf64_Phdr *>(file.data() + sizeof(Elf64_Ehdr));
}

TEST(ManifestNote, IsFoundInALibrary) {
   const auto found = read(library_with(manifest_note(R"({"id":"x"})")));
   EXPECT_EQ(found.fault, NoteFault::none) << found.what;
   EXPECT_EQ(found.text, R"({"id":"x"})");
}

TEST(ManifestNote, IsFoundBehindOtherNotes) {
   Bytes notes = test::note(std::string_view("GNU\0", 4), 3, "0123456789abcdef0123");
   const auto ours = manifest_note("{}");
   notes.insert(notes.end(), ours.begin(), ours.end());
   EXPECT_EQ(read(library_with(notes)).text, "{}");
}

TEST(ManifestNote, ALibraryWithoutOneIsNoPlugin) {
   const auto found = read(library_with(test::note(std::string_view("GNU\0", 4), 1, "x")));
   EXPECT_EQ(found.fault, NoteFault::no_manifest);
   EXPECT_NE(found.what.find("nebula_add_plugin"), std::string::npos);
}

TEST(ManifestNote, TwoAreRefused) {
   Bytes notes = manifest_note("{}");
   const auto again = manifest_note("{}");
   notes.insert(notes.end(), again.begin(), again.end());
   EXPECT_EQ(read(library_with(notes)).fault, NoteFault::damaged);
}

TEST(ManifestNote, OneOverTheLimitIsRefusedAndOneAtItIsRead) {
   EXPECT_EQ(read(library_with(manifest_note(std::string(NEB_MANIFEST_MAX_BYTES, ' ')))).fault, NoteFault::none);
   EXPECT_EQ(read(library_with(manifest_note(std::string(NEB_MANIFEST_MAX_BYTES + 1, ' ')))).fault, NoteFault::damaged);
}

TEST(ManifestNote, OtherFilesAreNoLibraries) {
   EXPECT_EQ(read({}).fault, NoteFault::not_a_library);
   EXPECT_EQ(read(Bytes(1000, 'x')).fault, NoteFault::not_a_library);
   auto other_machine = library_with(manifest_note("{}"));
   header_of(other_machine).e_machine = EM_RISCV;
   EXPECT_NE(read(other_machine).what.find("another machine"), std::string::npos);
   auto program = library_with(manifest_note("{}"));
   header_of(program).e_type = ET_EXEC;
   EXPECT_EQ(read(program).fault, NoteFault::not_a_library);
}

TEST(ManifestNote, OffsetsOutsideTheFileAreDamage) {
   for (const std::uint64_t offset : {std::uint64_t{100000}, ~std::uint64_t{0}, ~std::uint64_t{0} - 8}) {
      auto far_headers = library_with(manifest_note("{}"));
      header_of(far_headers).e_phoff = offset;
      EXPECT_EQ(read(far_headers).fault, NoteFault::damaged) << offset;
      auto far_segment = library_with(manifest_note("{}"));
      segment_of(far_segment).p_offset = offset;
      EXPECT_EQ(read(far_segment).fault, NoteFault::damaged) << offset;
      auto long_segment = library_with(manifest_note("{}"));
      segment_of(long_segment).p_filesz = offset;
      EXPECT_EQ(read(long_segment).fault, NoteFault::damaged) << offset;
   }
}

TEST(ManifestNote, EveryCutOfAFileIsAnsweredWithoutATextOfItsOwn) {
   const auto whole = library_with(manifest_note(R"({"id":"x"})"));
   for (std::size_t n = 0; n < whole.size(); ++n)
      EXPECT_NE(read(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))).fault, NoteFault::none) << n;
}

TEST(ManifestNote, AFileWithChangedBytesIsReadWithinItsBounds) {
   constexpr unsigned seed = 20240501;
   std::mt19937 random(seed);
   const auto whole = library_with(manifest_note(R"({"id":"x"})"));
   for (int round = 0; round < 20000; ++round) {
      auto file = whole;
      for (int change = 0; change < 3; ++change)
         file[random() % file.size()] = static_cast<std::uint8_t>(random());
      const auto found = read(file);
      EXPECT_TRUE(found.fault != NoteFault::none || found.text.size() <= file.size()) << "seed " << seed;
   }
}

} // namespace
} // namespace nebula::host
