#include "log/log.h"

#include "log/escape.h"
#include "log/progress_board.h"
#include "support.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace nebula::host::test {
namespace {

constexpr uint64_t k_second = 1'000'000'000;

[[nodiscard]] std::string read_file(const std::string &path) {
   std::ifstream in(path, std::ios::binary);
   return {std::istreambuf_iterator<char>(in), {}};
}

[[nodiscard]] std::size_t lines_in(const std::string &text) {
   return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class FileLog : public ::testing::Test {
protected:
   [[nodiscard]] std::unique_ptr<Log> open() {
      auto opened = Log::open(options_, clock_);
      EXPECT_TRUE(opened) << opened.error().message;
      return std::move(*opened);
   }
   ManualClock clock_;
   std::string folder_ = make_folder();
   LogOptions options_{.file = folder_ + "/log"};
};

TEST_F(FileLog, IsJsonWithTimeLevelInstanceAndText) {
   open()->source("chain").warn("disk \"full\" \\ 7\nnext\x1b[31m");
   EXPECT_EQ(read_file(options_.file),
             "{\"time\":\"2023-11-14T22:13:20.000000Z\",\"level\":\"warn\",\"instance\":\"chain\","
             "\"text\":\"disk \\\"full\\\" \\\\ 7\\nnext\\u001b[31m\"}\n");
   EXPECT_EQ(boost::json::parse(read_file(options_.file)).at("text").as_string(), "disk \"full\" \\ 7\nnext\x1b[31m");
}

TEST_F(FileLog, IsTextWhenAskedFor) {
   options_.format = LogOptions::Format::text;
   open()->source("chain").info("height 5\nand \x1b[2J more");
   EXPECT_EQ(read_file(options_.file), "2023-11-14T22:13:20.000Z INFO  chain: height 5\\nand \\x1b[2J more\n");
}

TEST_F(FileLog, WritesWhatTheLevelAdmitsAndTheLevelIsLive) {
   const auto log = open();
   LogSource &chain = log->source("chain");
   LogSource &pool = log->source("pool");
   const uint32_t *cell = chain.level_cell();
   EXPECT_EQ(*cell, 2u);
   chain.debug("hidden");
   log->set_level("chain", LogLevel::debug);
   EXPECT_EQ(*cell, 1u);
   chain.debug("seen");
   pool.debug("hidden");
   log->set_level("", LogLevel::off);
   EXPECT_EQ(*cell, 5u);
   chain.error("hidden");
   EXPECT_EQ(log->source("later").level(), LogLevel::off);
   const std::string text = read_file(options_.file);
   EXPECT_EQ(lines_in(text), 1u);
   EXPECT_NE(text.find("seen"), std::string::npos);
   EXPECT_EQ(&log->source("chain"), &chain);
}

TEST_F(FileLog, CutsALineAtFourKibWithoutCuttingACharacter) {
   const auto log = open();
   log->source("chain").info(std::string(4095, 'a') + "\xc3\xa9" + "tail");
   const auto text = boost::json::parse(read_file(options_.file)).at("text").as_string();
   EXPECT_EQ(std::string_view(text), std::string(4095, 'a') + " (6 bytes cut)");
}

TEST_F(FileLog, CountsLinesBeyondTwoHundredASecondAndTellsTheirNumber) {
   const auto log = open();
   LogSource &chain = log->source("chain");
   for (int i = 0; i < 1000; ++i)
      chain.info("flood");
   log->source("pool").info("not affected");
   EXPECT_EQ(lines_in(read_file(options_.file)), 201u);
   clock_.advance(k_second);
   log->tick();
   const std::string text = read_file(options_.file);
   EXPECT_EQ(lines_in(text), 202u);
   EXPECT_NE(text.find("800 lines not written: more than 200 a second"), std::string::npos);
   chain.info("again");
   log->tick();
   EXPECT_EQ(lines_in(read_file(options_.file)), 203u);
}

TEST_F(FileLog, TellsTheNumberBeforeTheNextLineToo) {
   const auto log = open();
   for (int i = 0; i < 201; ++i)
      log->source("chain").info("flood");
   clock_.advance(k_second);
   log->source("chain").info("calm");
   const std::string text = read_file(options_.file);
   EXPECT_LT(text.find("1 line not written"), text.find("calm"));
}

TEST_F(FileLog, RotatesBySizeAndKeepsSoManyFiles) {
   options_.rotate_bytes = 1000;
   options_.rotate_files = 2;
   {
      const auto log = open();
      for (int i = 0; i < 60; ++i) {
         log->source("s" + std::to_string(i)).info("line " + std::to_string(i));
      }
   }
   for (const char *name : {"/log", "/log.1", "/log.2"}) {
      const std::string text = read_file(folder_ + name);
      EXPECT_FALSE(text.empty()) << name;
      EXPECT_LE(text.size(), 1000u) << name;
      EXPECT_EQ(text.back(), '\n') << name;
   }
   EXPECT_FALSE(std::filesystem::exists(folder_ + "/log.3"));
   EXPECT_NE(read_file(folder_ + "/log").find("line 59"), std::string::npos);
}

TEST_F(FileLog, ReopenFollowsARotationTool) {
   const auto log = open();
   log->source("chain").info("before");
   std::filesystem::rename(options_.file, folder_ + "/moved");
   log->source("chain").info("still the old file");
   ASSERT_TRUE(log->reopen());
   log->source("chain").info("after");
   EXPECT_EQ(lines_in(read_file(folder_ + "/moved")), 2u);
   EXPECT_EQ(lines_in(read_file(options_.file)), 1u);
}

TEST_F(FileLog, AFailedReopenKeepsTheOldFile) {
   std::filesystem::create_directory(folder_ + "/sub");
   options_.file = folder_ + "/sub/log";
   const auto log = open();
   std::filesystem::rename(folder_ + "/sub", folder_ + "/moved");
   std::ofstream(folder_ + "/sub") << "a file where the folder was";
   const auto reopened = log->reopen();
   ASSERT_FALSE(reopened);
   EXPECT_EQ(reopened.error().kind, ErrorKind::io);
   log->source("chain").info("still here");
   EXPECT_NE(read_file(folder_ + "/moved/log").find("still here"), std::string::npos);
}

TEST_F(FileLog, AFileThatCannotBeMadeIsSaid) {
   std::ofstream(folder_ + "/file") << "x";
   options_.file = folder_ + "/file/log";
   const auto opened = Log::open(options_, clock_);
   ASSERT_FALSE(opened);
   EXPECT_NE(opened.error().message.find("cannot be opened"), std::string::npos) << opened.error().message;
}

TEST_F(FileLog, ProgressIsALineEveryTenPercent) {
   const auto log = open();
   for (uint64_t done = 0; done <= 1000; ++done)
      log->progress("randomx", "dataset", done, 1000, "MiB");
   const std::string text = read_file(options_.file);
   EXPECT_EQ(lines_in(text), 10u);
   EXPECT_NE(text.find("dataset 10 % (100 of 1000 MiB)"), std::string::npos) << text;
   EXPECT_NE(text.find("dataset done (1000 MiB)"), std::string::npos) << text;
}

TEST(ProgressBoardTest, IsBoundedAndSurvivesNonsense) {
   ProgressBoard board;
   for (uint64_t i = 0; i < 1000; ++i)
      (void)board.update(false, i, "x", std::to_string(i), 1, 2, "");
   EXPECT_FALSE(board.update(false, 1, "x", "y", 5, UINT64_MAX, "").line);
   EXPECT_TRUE(board.update(false, 1, "x", "y", 7, 3, "").line) << "more than all is all";
   EXPECT_TRUE(board.update(false, 1, "x", "y", 0, 0, "").line);
}

TEST(Escaping, ShowsWhatATerminalWouldObey) {
   const auto shown = [](std::string_view text) {
      std::string out;
      append_escaped_text(out, text);
      return out;
   };
   EXPECT_EQ(shown("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
   EXPECT_EQ(shown("\x01\x7f\r\t"), "\\x01\\x7f\\r\\t");
   EXPECT_EQ(shown("\xff\xc0\xaf\xed\xa0\x80\xe2\x82"), "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xe2\\x82");
   EXPECT_EQ(shown("\xc2\x9b"), "\\u009b");
   EXPECT_EQ(shown("\xe2\x80\xae"), "\\u202e");
   EXPECT_EQ(shown(std::string_view("\0", 1)), "\\x00");
   std::string json;
   append_escaped_json(json, "\xff\"\n\xe2\x80\xae");
   EXPECT_EQ(json, R"(\\xff\"\n\u202e)");
   EXPECT_TRUE(boost::json::parse('"' + json + '"').is_string());
}

/// A pseudo-terminal: what a person would see.
class TerminalLog : public ::testing::Test {
protected:
   void SetUp() override {
      winsize size{24, 60, 0, 0};
      if (::openpty(&screen_, &terminal_, nullptr, nullptr, &size) != 0)
         GTEST_SKIP() << "SKIPPED: no pseudo-terminal can be opened here (is /dev/pts mounted?)";
      EXPECT_EQ(::fcntl(screen_, F_SETFL, O_NONBLOCK), 0);
      LogOptions options;
      options.stream = terminal_;
      auto opened = Log::open(options, clock_);
      EXPECT_TRUE(opened);
      log_ = std::move(*opened);
   }
   ~TerminalLog() override {
      log_.reset();
      if (screen_ >= 0) {
         ::close(terminal_);
         ::close(screen_);
      }
   }
   [[nodiscard]] std::string shown() {
      std::string all;
      char piece[4096];
      for (ssize_t length = 0; (length = ::read(screen_, piece, sizeof piece)) > 0;)
         all.append(piece, static_cast<std::size_t>(length));
      return all;
   }
   ManualClock clock_;
   int screen_ = -1;
   int terminal_ = -1;
   std::unique_ptr<Log> log_;
};

TEST_F(TerminalLog, IsTextWithColours) {
   ::unsetenv("NO_COLOR");
   EXPECT_TRUE(log_->on_terminal());
   log_->source("chain").error("bad");
   const std::string seen = shown();
   EXPECT_NE(seen.find("\x1b[1;31mERROR\x1b[0m chain: bad\r\n"), std::string::npos) << seen;
}

TEST_F(TerminalLog, ALineTakesThePlaceOfTheBarAndTheBarIsDrawnAgain) {
   log_->progress("randomx", "dataset", 50, 100, "MiB");
   EXPECT_EQ(shown(), "\r\x1b[Krandomx: dataset [############............] 50 % 50 of 100 ");
   log_->source("chain").info("height 5");
   const std::string seen = shown();
   EXPECT_TRUE(seen.starts_with("\r\x1b[K2023-")) << seen;
   EXPECT_NE(seen.find("height 5\r\nrandomx: dataset [####"), std::string::npos) << seen;
   log_->progress("randomx", "dataset", 51, 100, "MiB");
   EXPECT_EQ(shown(), "") << "not drawn more than ten times a second";
   clock_.advance(k_second);
   log_->progress("randomx", "dataset", 100, 100, "MiB");
   const std::string end = shown();
   EXPECT_TRUE(end.starts_with("\r\x1b[K")) << end;
   EXPECT_NE(end.find("dataset done (100 MiB)\r\n"), std::string::npos) << end;
   EXPECT_FALSE(end.ends_with("MiB")) << "no bar is left";
}

TEST(StreamLog, IsJsonWhenNotATerminal) {
   ManualClock clock;
   int ends[2];
   ASSERT_EQ(::pipe(ends), 0);
   LogOptions options;
   options.stream = ends[1];
   auto log = Log::open(options, clock);
   ASSERT_TRUE(log);
   EXPECT_FALSE((*log)->on_terminal());
   (*log)->source("chain").info("hello");
   char text[512];
   const ssize_t length = ::read(ends[0], text, sizeof text);
   ASSERT_GT(length, 0);
   EXPECT_EQ(text[0], '{');
   EXPECT_EQ(text[length - 1], '\n');
   ::close(ends[0]);
   ::close(ends[1]);
}

TEST(LogLevels, HaveNames) {
   for (uint32_t level = 0; level <= 5; ++level)
      EXPECT_EQ(log_level_from(to_string(static_cast<LogLevel>(level))), static_cast<LogLevel>(level));
   EXPECT_EQ(log_level_from("loud"), std::nullopt);
}

TEST_F(FileLog, ManyThreadsWriteWholeLines) {
   const auto log = open();
   std::vector<std::thread> threads;
   for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
         for (int i = 0; i < 100; ++i)
            log->source("t" + std::to_string(t)).info("line " + std::to_string(i));
      });
   for (std::thread &thread : threads)
      thread.join();
   std::ifstream in(options_.file);
   std::size_t count = 0;
   for (std::string line; std::getline(in, line); ++count)
      EXPECT_TRUE(boost::json::parse(line).is_object());
   EXPECT_EQ(count, 400u);
}

} // namespace
} // namespace nebula::host::test
