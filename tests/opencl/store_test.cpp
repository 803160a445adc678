// The cache on disk: what is not exactly what was saved under that key is not used.

#include <gtest/gtest.h>

#include <nebula/error.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "common/opencl/store.h"
#include "temp_folder.h"
#include "toy.h"

namespace nebula::test {
namespace {

namespace fs = std::filesystem;
using common::opencl::Store;
using Bytes = std::vector<std::uint8_t>;

Bytes content(const fs::path &path) {
   std::ifstream file(path, std::ios::binary);
   return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path &path, const Bytes &bytes) {
   std::ofstream file(path, std::ios::binary | std::ios::trunc);
   file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

class OpenClStore : public testing::Test {
protected:
   TempFolder temp_;
   Store store_{temp_.path() / "opencl"};
   const Bytes value_ = {1, 2, 3, 0, 255};
};

TEST_F(OpenClStore, gives_back_what_was_saved_under_the_key_and_only_that) {
   EXPECT_FALSE(store_.load("a"));
   store_.save("a", value_);
   store_.save("b", Bytes{});
   EXPECT_EQ(store_.load("a"), value_);
   EXPECT_EQ(store_.load("b"), Bytes{});
   EXPECT_FALSE(store_.load("c"));
   store_.save("a", Bytes{9});
   EXPECT_EQ(store_.load("a"), Bytes{9});
}

TEST_F(OpenClStore, is_there_for_another_process_and_for_its_owner_only) {
   store_.save("a", value_);
   EXPECT_EQ(Store(temp_.path() / "opencl").load("a"), value_);
   struct stat folder {
   }, file{};
   ASSERT_EQ(::stat((temp_.path() / "opencl").c_str(), &folder), 0);
   ASSERT_EQ(::stat(store_.path_of("a").c_str(), &file), 0);
   EXPECT_EQ(folder.st_mode & 0077u, 0u);
   EXPECT_EQ(file.st_mode & 0077u, 0u);
}

TEST_F(OpenClStore, uses_no_entry_with_a_changed_byte_and_removes_it) {
   store_.save("a", value_);
   const fs::path path = store_.path_of("a");
   const Bytes good = content(path);
   for (std::size_t i = 0; i < good.size(); ++i) {
      Bytes bad = good;
      bad[i] ^= 0x10;
      overwrite(path, bad);
      EXPECT_FALSE(store_.load("a")) << "byte " << i;
      EXPECT_FALSE(fs::exists(path)) << "byte " << i;
   }
}

TEST_F(OpenClStore, uses_no_torn_and_no_longer_entry) {
   store_.save("a", value_);
   const fs::path path = store_.path_of("a");
   Bytes entry = content(path);
   for (std::size_t size = 0; size < entry.size(); ++size) {
      overwrite(path, Bytes(entry.begin(), entry.begin() + static_cast<std::ptrdiff_t>(size)));
      EXPECT_FALSE(store_.load("a")) << size << " bytes";
   }
   entry.push_back(0);
   overwrite(path, entry);
   EXPECT_FALSE(store_.load("a"));
}

TEST_F(OpenClStore, uses_no_intact_entry_of_another_key) {
   store_.save("driver 1", value_);
   store_.save("driver 2", Bytes{2});
   fs::copy_file(store_.path_of("driver 1"), store_.path_of("driver 2"), fs::copy_options::overwrite_existing);
   EXPECT_FALSE(store_.load("driver 2"));
   EXPECT_EQ(store_.load("driver 1"), value_);
}

TEST_F(OpenClStore, keeps_the_newest_entries_up_to_its_limit_and_touches_no_other_file) {
   const fs::path folder = temp_.path() / "opencl";
   store_.save("first", value_);
   temp_.write("opencl/notes.txt", "of someone else");
   fs::last_write_time(store_.path_of("first"), fs::file_time_type::clock::now() - std::chrono::hours(1));
   for (std::size_t i = 0; i < common::opencl::k_store_entries_max; ++i)
      store_.save("entry " + std::to_string(i), value_);
   EXPECT_FALSE(store_.load("first"));
   EXPECT_TRUE(store_.load("entry 0"));
   const auto files = std::distance(fs::directory_iterator(folder), fs::directory_iterator{});
   EXPECT_EQ(static_cast<std::size_t>(files), common::opencl::k_store_entries_max + 1);
   EXPECT_TRUE(fs::exists(folder / "notes.txt"));
}

TEST_F(OpenClStore, refuses_an_entry_over_its_limit_and_says_why_it_cannot_write) {
   EXPECT_THROW(store_.save("a", Bytes(common::opencl::k_store_entry_bytes_max)), Error);
   temp_.write("file", "");
   try {
      Store(temp_.path() / "file" / "below").save("a", value_);
      FAIL() << "it was saved";
   } catch (const Error &error) {
      EXPECT_EQ(error.status(), NEB_E_IO);
      EXPECT_NE(std::string(error.what()).find("Not a directory"), std::string::npos) << error.what();
   }
}

/// How a toy's program came to be: compiled so often, loaded so often.
using Made = std::pair<unsigned, unsigned>;

Made open_once(FakeOpenCl &driver, const fs::path &folder) {
   driver.compiled = driver.loaded = 0;
   Toy toy(driver, std::make_shared<Store>(folder));
   toy.open();
   EXPECT_EQ(toy.submit(1, 0, 1000), NEB_OK);
   EXPECT_EQ(toy.wait().nonces, toy_hits(0, 1000));
   EXPECT_TRUE(toy.log.notes.empty());
   return {driver.compiled, driver.loaded};
}

TEST(OpenClProgram, is_compiled_once_and_then_taken_from_the_disk) {
   TempFolder temp;
   FakeOpenCl driver;
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(1, 0));
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(0, 1));
}

TEST(OpenClProgram, is_compiled_again_for_another_driver) {
   TempFolder temp;
   FakeOpenCl driver;
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(1, 0));
   driver.driver_version = "1.1";
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(1, 0));
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(0, 1));
}

TEST(OpenClProgram, is_compiled_again_when_the_entry_is_corrupt_and_replaces_it) {
   TempFolder temp;
   FakeOpenCl driver;
   (void)open_once(driver, temp.path() / "cache");
   for (const auto &file : fs::directory_iterator(temp.path() / "cache")) {
      Bytes entry = content(file.path());
      entry.back() ^= 1;
      overwrite(file.path(), entry);
   }
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(1, 0));
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(0, 1));
}

TEST(OpenClProgram, is_compiled_again_when_the_driver_refuses_the_entry) {
   TempFolder temp;
   FakeOpenCl driver;
   (void)open_once(driver, temp.path() / "cache");
   driver.refuses_binaries = true;
   EXPECT_EQ(open_once(driver, temp.path() / "cache"), Made(1, 0));
}

TEST(OpenClProgram, works_and_says_so_where_nothing_can_be_kept) {
   TempFolder temp;
   temp.write("file", "");
   FakeOpenCl driver;
   Toy toy(driver, std::make_shared<Store>(temp.path() / "file" / "below"));
   toy.open();
   ASSERT_EQ(toy.submit(1, 0, 1000), NEB_OK);
   EXPECT_EQ(toy.wait().nonces, toy_hits(0, 1000));
   ASSERT_EQ(toy.log.notes.size(), 1u);
   EXPECT_NE(toy.log.notes[0].find("not kept for the next start"), std::string::npos) << toy.log.notes[0];
}

} // namespace
} // namespace nebula::test
