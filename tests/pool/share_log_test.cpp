/// The accounts' log in a file.

#include "shell/share_log.h"

#include <nebula/error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace nebula::pool {
namespace {

using accounts::Bytes;
using accounts::ByteView;

class ShareLogFile : public testing::Test {
protected:
   ShareLogFile() {
      char made[] = "/tmp/nebula-share-log-XXXXXX";
      folder_ = mkdtemp(made);
   }
   ~ShareLogFile() override { std::filesystem::remove_all(folder_); }

   [[nodiscard]] std::string path() const { return folder_ + "/shares.log"; }
   [[nodiscard]] static std::vector<std::uint64_t> numbers(ShareLog &log) {
      std::vector<std::uint64_t> out;
      log.each([&](std::uint64_t number, ByteView) { out.push_back(number); });
      return out;
   }

   std::string folder_;
};

TEST_F(ShareLogFile, has_after_a_start_what_was_appended_and_goes_on_behind_it) {
   {
      ShareLog log(path());
      EXPECT_TRUE(numbers(log).empty());
      EXPECT_TRUE(log.append(7, Bytes(100, 1)));
      EXPECT_TRUE(log.append(8, Bytes(10'000, 2)));
   }
   ShareLog log(path());
   EXPECT_EQ(numbers(log), (std::vector<std::uint64_t>{7, 8}));
   EXPECT_TRUE(log.append(9, Bytes(1, 3)));
   EXPECT_EQ(numbers(log), (std::vector<std::uint64_t>{7, 8, 9}));
   log.restart();
   EXPECT_TRUE(log.append(10, Bytes(1, 4)));
   EXPECT_EQ(numbers(log), (std::vector<std::uint64_t>{10}));
}

TEST_F(ShareLogFile, keeps_its_length_and_says_when_it_is_full) {
   ShareLog log(path());
   std::uint64_t number = 0;
   while (log.append(number + 1, Bytes(60'000)))
      ++number;
   EXPECT_GE(number, 16u);
   EXPECT_FALSE(log.append(number + 1, Bytes(ShareLog::k_bytes)));
   EXPECT_EQ(numbers(log).size(), number);
   EXPECT_EQ(std::filesystem::file_size(path()), ShareLog::k_bytes);
   log.restart();
   EXPECT_TRUE(log.append(number + 1, Bytes(60'000)));
}

TEST_F(ShareLogFile, is_made_anew_after_a_start_that_was_cut_short_and_refused_when_it_was_cut_itself) {
   { std::ofstream(path() + ".new") << "half"; }
   { ShareLog log(path()); }
   EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
   std::filesystem::resize_file(path(), 5'000);
   EXPECT_THROW(ShareLog log(path()), Error);
}

} // namespace
} // namespace nebula::pool
