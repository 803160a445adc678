#include "host/validate/elf_facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace nebula::host::validation {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string &fixture) {
   std::ifstream file(std::string(FIXTURES) + "/libfixture-" + fixture + ".so", std::ios::binary);
   return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ElfFacts, AreThoseOfAPluginBuiltByTheHelper) {
   const auto bytes = bytes_of("good");
   const auto facts = read_elf_facts(elf_input(bytes));
   ASSERT_TRUE(facts) << facts.error().message;
   EXPECT_EQ(facts->exported, std::vector<std::string>{"nebula_plugin_entry"});
   EXPECT_TRUE(facts->unique.empty());
   EXPECT_TRUE(facts->bind_now);
   EXPECT_TRUE(facts->relro);
   EXPECT_FALSE(facts->text_relocations);
   EXPECT_FALSE(facts->executable_stack);
}

TEST(ElfFacts, OfACutFileAreRefused) {
   const auto bytes = bytes_of("good");
   for (std::size_t size = 0; size < bytes.size(); size += 97)
      EXPECT_FALSE(read_elf_facts(elf_input(std::span(bytes).first(size)))) << size;
}

TEST(ElfFacts, OfDamagedFilesAreReadWithinTheirBounds) {
   const auto good = bytes_of("good");
   const unsigned seed = 7;
   std::mt19937 random(seed);
   for (int round = 0; round < 2'000; ++round) {
      auto bytes = good;
      for (int i = 0; i < 4; ++i) {
         // Half of the damage goes to the header and the section headers, which lead everywhere.
         const std::size_t place = round % 2 ? random() % bytes.size() : random() % 64;
         bytes[place] = static_cast<std::uint8_t>(random());
      }
      ElfInput input{bytes.size(), [&](std::uint64_t offset, std::span<std::uint8_t> out) {
                        EXPECT_LE(offset, bytes.size()) << "seed " << seed << ", round " << round;
                        EXPECT_LE(out.size(), bytes.size() - offset) << "seed " << seed << ", round " << round;
                        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
                        return true;
                     }};
      (void)read_elf_facts(input);
   }
}

} // namespace
} // namespace nebula::host::validation
