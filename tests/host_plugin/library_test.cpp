#include "host/plugin/crash.h"
#include "host/plugin/discovery.h"
#include "host/plugin/library.h"
#include "host/plugin/sealed_copy.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::host {
namespace {

namespace fs = std::filesystem;

std::string fixture(const std::string &name) {
   return std::string(NEBULA_FIXTURES) + "/libfixture-" + name + ".so";
}

Result<const Library *> load(const std::string &name) {
   auto image = open_image(fixture(name), "");
   if (!image)
      return image.error();
   return load_library(std::move(*image));
}

std::string refusal(const std::string &name) {
   auto loaded = load(name);
   return loaded ? "it was loaded" : loaded.error().message;
}

std::string hash_of(const std::string &path) {
   const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
   auto copy = sealed_copy(file.get());
   EXPECT_TRUE(copy);
   const Descriptor owner(copy->descriptor);
   return copy->sha256;
}

TEST(Loading, AGoodPluginIsMappedOnceHoweverOftenItIsAskedFor) {
   auto first = load("plain");
   ASSERT_TRUE(first) << first.error().message;
   EXPECT_STREQ((*first)->entry->id, "plain");
   auto second = load("plain");
   ASSERT_TRUE(second);
   EXPECT_EQ(*first, *second);
}

TEST(Loading, EachRefusalNamesTheFileTheFaultAndTheRemedy) {
   struct Case {
      const char *name;
      std::string fault;
      const char *remedy;
   };
   const auto ours = std::to_string(NEB_ABI_MAJOR) + "." + std::to_string(NEB_ABI_MINOR);
   for (const auto &[name, fault, remedy] :
        {Case{"old-abi", "built for ABI 0.9 and this host offers " + ours, "update the plugin"},
         Case{"wrong-major", "its entry is for ABI major 2", "built for ABI 1"},
         Case{"no-entry-for-us", "no entry for ABI " + ours, "install a version"},
         Case{"mismatch", "entry says version \"2.0.0\" and its manifest \"1.0.0\"", "make them equal"},
         Case{"no-entry", "does not export nebula_plugin_entry", "NEB_EXPORT"},
         Case{"../libfixture_library", "cannot be opened", "No such file"}}) {
      const auto text = refusal(name);
      EXPECT_EQ(text.find("plugin file "), 0u) << text;
      EXPECT_NE(text.find(fault), std::string::npos) << text;
      EXPECT_NE(text.find(remedy), std::string::npos) << text;
   }
}

TEST(Loading, ALibraryThatIsNoPluginIsNotExecuted) {
   auto image = open_image(std::string(NEBULA_FIXTURES) + "/libfixture_library.so", "");
   ASSERT_FALSE(image);
   EXPECT_NE(image.error().message.find("no manifest"), std::string::npos);
}

TEST(Loading, AFifoInAPluginFolderDoesNotHang) {
   const auto path = fs::temp_directory_path() / ("nebula-fifo-" + std::to_string(getpid()) + ".so");
   ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
   auto image = open_image(path, "");
   EXPECT_FALSE(image);
   fs::remove(path);
}

TEST(Pinning, TheRightHashLoadsASealedCopyAndAWrongOneIsRefused) {
   const auto path = fixture("maker");
   const auto hash = hash_of(path);
   auto image = open_image(path, hash);
   ASSERT_TRUE(image) << image.error().message;
   EXPECT_TRUE(image->sealed);
   const char byte = 0;
   EXPECT_LT(pwrite(image->descriptor.get(), &byte, 1, 0), 0) << "the sealed copy can be written";
   auto loaded = load_library(std::move(*image));
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ((*loaded)->image.sha256, hash);
   auto wrong = open_image(path, std::string(64, '0'));
   ASSERT_FALSE(wrong);
   EXPECT_NE(wrong.error().message.find("its sha256 is " + hash + ", not the pinned 000000"), std::string::npos);
}

TEST(Pinning, ABadHashIsRefusedThoughTheFileIsSwappedAfterOpening) {
   const auto path = fs::temp_directory_path() / ("nebula-swap-" + std::to_string(getpid()) + ".so");
   fs::copy_file(fixture("user"), path, fs::copy_options::overwrite_existing);
   auto image = open_image(path, hash_of(path));
   ASSERT_TRUE(image) << image.error().message;
   std::ofstream(path, std::ios::trunc) << "something else";
   auto loaded = load_library(std::move(*image)); // the sealed bytes, not the file
   EXPECT_TRUE(loaded) << loaded.error().message;
   fs::remove(path);
}

TEST(Loading, AFileThatWasReplacedOnDiskIsMappedAfresh) {
   const auto path = fs::temp_directory_path() / ("nebula-replaced-" + std::to_string(getpid()) + ".so");
   const auto put = [&](const std::string &name) {
      fs::remove(path); // another inode, as package managers do it
      fs::copy_file(fixture(name), path);
      auto image = open_image(path, "");
      EXPECT_TRUE(image);
      return load_library(std::move(*image));
   };
   auto first = put("plain");
   auto second = put("truncated");
   fs::remove(path);
   ASSERT_TRUE(first);
   ASSERT_TRUE(second) << second.error().message;
   EXPECT_STREQ((*second)->entry->id, "truncated");
}

TEST(Discovery, FindsIdsInTheOrderOfTheFolders) {
   const std::string second = std::string(NEBULA_FIXTURES) + "/../second";
   const auto forward = Catalogue::scan({{NEBULA_FIXTURES, second}});
   const auto backward = Catalogue::scan({{second, NEBULA_FIXTURES, "/nowhere"}});
   ASSERT_NE(forward.find("plain"), nullptr);
   EXPECT_EQ(fs::path(forward.find("plain")->path).filename(), "libfixture-plain.so");
   EXPECT_EQ(fs::path(backward.find("plain")->path).filename(), "libfixture-plain-again.so");
   EXPECT_EQ(forward.providers_of("test.thing/1"), "maker");
}

TEST(Discovery, AMissingPluginIsAnsweredWithTheNearestIdAndTheFolders) {
   const auto text = Catalogue::scan({{NEBULA_FIXTURES, "/nowhere"}}).missing("makr");
   EXPECT_NE(text.find("did you mean \"maker\"?"), std::string::npos) << text;
   EXPECT_NE(text.find("/nowhere"), std::string::npos) << text;
}

TEST(Discovery, ADamagedFileIsNamedWhenItsPluginIsMissing) {
   const auto folder = fs::temp_directory_path() / ("nebula-damaged-" + std::to_string(getpid()));
   fs::create_directory(folder);
   fs::copy_file(fixture("plain"), folder / "libchain.so");
   {
      std::fstream file(folder / "libchain.so", std::ios::in | std::ios::out | std::ios::binary);
      std::string bytes((std::istreambuf_iterator<char>(file)), {});
      file.seekp(static_cast<std::streamoff>(bytes.find("\"id\"")));
      file.write("!!!!", 4);
   }
   const auto catalogue = Catalogue::scan({{folder}});
   EXPECT_EQ(catalogue.bad_files().size(), 1u);
   EXPECT_NE(catalogue.missing("chain").find("not JSON"), std::string::npos) << catalogue.missing("chain");
   fs::remove_all(folder);
}

TEST(Discovery, TheSearchPathIsFileThenVariableThenProgram) {
   const auto path = SearchPath::make({"mine", "/abs"}, "/etc/nebula", "/a::/b", "/usr/bin/nebula");
   ASSERT_GE(path.folders.size(), 5u);
   EXPECT_EQ(path.folders[0], "/etc/nebula/mine");
   EXPECT_EQ(path.folders[1], "/abs");
   EXPECT_EQ(path.folders[2], "/a");
   EXPECT_EQ(path.folders[3], "/b");
   EXPECT_EQ(path.folders[4], "/usr/lib/nebula/plugins");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they have handlers of their own

void handle_crashes_without_core_files() {
   const rlimit none{};
   setrlimit(RLIMIT_CORE, &none);
   install_crash_handler();
}

void crash_in_a_plugin() {
   handle_crashes_without_core_files();
   const CallMark outer("pool", "start");
   const CallMark mark("chain", "init");
   raise(SIGSEGV);
}

void crash_after_a_plugin() {
   handle_crashes_without_core_files();
   { const CallMark mark("chain", "init"); }
   raise(SIGABRT);
}

TEST(CrashDeathTest, APluginThatCrashesIsNamedWithItsFunction) {
   EXPECT_EXIT(crash_in_a_plugin(), ::testing::ExitedWithCode(k_crash_exit),
               "nebula: plugin chain crashed in init \\(signal 11, segmentation fault\\)");
}

TEST(CrashDeathTest, ACrashElsewhereBlamesNoPlugin) {
   EXPECT_EXIT(
      crash_after_a_plugin(), ::testing::ExitedWithCode(k_crash_exit),
      "nebula: crashed on thread test_host_plugi, outside the host's calls into plugins \\(signal 6, abort\\)");
}

#endif

} // namespace
} // namespace nebula::host
