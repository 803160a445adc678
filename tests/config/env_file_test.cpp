#include "host/config/env_file.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

std::string lines_of(std::string_view text, std::size_t mistakes_expected = 0) {
   Mistakes mistakes;
   std::string out;
   for (const EnvLine &line : read_env_file(text, {}, mistakes))
      out += line.name + "=<" + line.value + ">" + std::to_string(line.origin.line) + ":" +
             std::to_string(line.origin.column) + " ";
   EXPECT_EQ(mistakes.size(), mistakes_expected) << text;
   return out;
}

TEST(EnvFile, reads_what_shells_and_container_tools_write) {
   EXPECT_EQ(lines_of("# c\n\nA=1\n  export B = two words # c\nC=\"x # \\\"y\\\"\\n\"\nD='a\\n'\nE=\nF=a#b\n"),
             "A=<1>3:1 B=<two words>4:10 C=<x # \"y\"\n>5:1 D=<a\\n>6:1 E=<>7:1 F=<a#b>8:1 ");
}

TEST(EnvFile, reads_windows_line_ends_and_a_last_line_without_end) {
   EXPECT_EQ(lines_of("A=1\r\nB=2"), "A=<1>1:1 B=<2>2:1 ");
}

TEST(EnvFile, reports_each_bad_line_and_keeps_the_others) {
   EXPECT_EQ(lines_of("A\n1B=2\n=x\nC=\"open\nD='a' b\nE=5\n", 5), "E=<5>6:1 ");
}

} // namespace
} // namespace nebula::host::config
