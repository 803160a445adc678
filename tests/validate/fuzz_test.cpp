// --reproduce, --seed, --fuzz-steps and --fuzz-seconds keep what they say, through the command itself.
#include "host/validate/validate.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <sys/wait.h>

namespace nebula::host::validation {
namespace {

struct Ran {
   int exit = -1;
   std::string output;
};

// A command line as the report prints it: with the program of this build where it says nebula.
Ran run(std::string command) {
   constexpr std::string_view k_command = "nebula validate";
   EXPECT_TRUE(command.starts_with(k_command)) << command;
   command.replace(0, k_command.size(), PROGRAM);
   Ran ran;
   std::FILE *pipe = popen(command.c_str(), "r");
   if (!pipe)
      return ran;
   std::array<char, 4096> buffer{};
   for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      ran.output.append(buffer.data(), got);
   const int status = pclose(pipe);
   ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
   return ran;
}

struct Fuzzed {
   const char *fixture;
   const char *check;
};

void PrintTo(const Fuzzed &fuzzed, std::ostream *out) {
   *out << fuzzed.fixture << " fails " << fuzzed.check;
}

std::string fixture(const std::string &name) {
   return std::string(FIXTURES) + "/libfixture-" + name + ".so";
}

std::string command_for(const Fuzzed &fuzzed) {
   return "nebula validate " + fixture(fuzzed.fixture) + " --with " + fixture("good-algorithm") + " --only " +
          fuzzed.check + " --fuzz-seconds 0";
}

// What a report for programs says of one check.
struct Said {
   std::string outcome;
   std::string text;
   std::string reproduce;
   bool operator==(const Said &) const = default;

   // STEP of SEED:STEP.
   [[nodiscard]] unsigned step() const {
      return static_cast<unsigned>(std::stoul(reproduce.substr(reproduce.find(':') + 1)));
   }
};

void PrintTo(const Said &said, std::ostream *out) {
   *out << said.outcome << " \"" << said.text << "\" at " << said.reproduce;
}

Said said_of(const std::string &check, const std::string &command) {
   const auto ran = run(command + " --json");
   boost::system::error_code failed;
   const auto report = boost::json::parse(ran.output, failed);
   EXPECT_FALSE(failed) << ran.output;
   if (failed)
      return {};
   for (const auto &one : report.at("checks").as_array())
      if (one.at("id").as_string() == check)
         return {std::string(one.at("outcome").as_string()), std::string(one.at("text").as_string()),
                 std::string(one.at("reproduce").as_string())};
   return {};
}

class Fuzz : public testing::TestWithParam<Fuzzed> {};

TEST_P(Fuzz, PrintsACommandThatFailsTheSameWay) {
   const auto &fuzzed = GetParam();
   const auto first = said_of(fuzzed.check, command_for(fuzzed) + " --seed 5");
   ASSERT_EQ(first.outcome, "failed");

   const auto text = run(command_for(fuzzed) + " --seed 5").output;
   const auto begin = text.find("again: ");
   ASSERT_NE(begin, std::string::npos) << text;
   const auto command = text.substr(begin + 7, text.find('\n', begin) - begin - 7);
   EXPECT_EQ(said_of(fuzzed.check, command), first) << command;
   EXPECT_EQ(run(command).exit, 1);
}

TEST_P(Fuzz, MakesTheStepsItIsAllowedAndNoMore) {
   const auto &fuzzed = GetParam();
   const auto command = command_for(fuzzed) + " --seed 5";
   const auto first = said_of(fuzzed.check, command);
   ASSERT_EQ(first.outcome, "failed");
   EXPECT_EQ(said_of(fuzzed.check, command + " --fuzz-steps " + std::to_string(first.step())), first);
   EXPECT_EQ(said_of(fuzzed.check, command + " --fuzz-steps " + std::to_string(first.step() - 1)).outcome, "passed");
}

INSTANTIATE_TEST_SUITE_P(Validate, Fuzz,
                         testing::Values(Fuzzed{"fuzz-life", "fuzz.life"}, Fuzzed{"fuzz-config", "fuzz.config"},
                                         Fuzzed{"algorithm-fuzz", "fuzz.algorithm"},
                                         Fuzzed{"family-fuzz", "fuzz.family"}, Fuzzed{"backend-fuzz", "fuzz.backend"}),
                         [](const auto &test) { return std::string(test.param.check).substr(5); });

TEST(FuzzSeed, DecidesEveryStep) {
   const Fuzzed fuzzed{"algorithm-fuzz", "fuzz.algorithm"};
   const auto with_seed = [&](const char *seed) {
      return said_of(fuzzed.check, command_for(fuzzed) + " --seed " + seed);
   };
   EXPECT_EQ(with_seed("5"), with_seed("5"));
   EXPECT_NE(with_seed("5").text + with_seed("5").reproduce.substr(2),
             with_seed("6").text + with_seed("6").reproduce.substr(2));
}

TEST(FuzzSeconds, EndACheckThatHasStepsLeftAndSaySo) {
   const auto said = said_of("fuzz.family", "nebula validate " + fixture("good-family") +
                                               " --only fuzz.family --fuzz-steps 4000000000 --fuzz-seconds 1");
   EXPECT_EQ(said.outcome, "passed");
   EXPECT_NE(said.text.find("of 4000000000 steps in the 1 s of --fuzz-seconds"), std::string::npos) << said.text;
}

TEST(FuzzReproduce, RunsTheChecksOfItsGroupUnlessOneIsNamed) {
   const auto file = "nebula validate " + fixture("good");
   const auto all = run(file + " --reproduce 3:2").output;
   EXPECT_NE(all.find("(seed 3)"), std::string::npos) << all;
   EXPECT_NE(all.find("\nfuzz\n"), std::string::npos) << all;
   const auto one = run(file + " --reproduce 3:2 --only load.opens").output;
   EXPECT_EQ(one.find("\nfuzz\n"), std::string::npos) << one;
   EXPECT_EQ(run(file + " --reproduce 3:x").exit, 64);
}

} // namespace
} // namespace nebula::host::validation
