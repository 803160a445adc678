// The tags that validate holds plugins to are those of the contract's headers.
#include "host/validate/host_tags.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace nebula::host::validation {
namespace {

// "table.function [tag]" for every function pointer of a host table in a header.
void read_functions(const std::filesystem::path &header, std::set<std::string> &out) {
   static const std::regex k_table(R"(^(?:typedef )?struct (neb_(?:ext_\w+|host)) \{)");
   static const std::regex k_tag(R"(^\s*// \[(.*)\]$)");
   static const std::regex k_function(R"(^\s*(?:const )?\w+ \*?\(\*(\w+)\)\()");
   std::ifstream file(header);
   std::string table;
   std::string tag;
   for (std::string line; std::getline(file, line);) {
      std::smatch found;
      if (std::regex_search(line, found, k_table))
         table = found[1];
      else if (line.starts_with("}"))
         table.clear();
      else if (std::regex_match(line, found, k_tag))
         tag = found[1];
      else if (!table.empty() && std::regex_search(line, found, k_function))
         out.insert(table + "." + found[1].str() + " [" + tag + "]");
   }
}

TEST(HostTags, AreThoseOfTheHeaders) {
   std::set<std::string> in_headers;
   read_functions(std::filesystem::path(INCLUDE_FOLDER) / "host.h", in_headers);
   for (const auto &entry : std::filesystem::directory_iterator(std::filesystem::path(INCLUDE_FOLDER) / "ext"))
      read_functions(entry.path(), in_headers);
   std::set<std::string> here;
   for (const auto &function : k_host_functions)
      here.insert(std::string(function.table) + "." + std::string(function.name) + " [" + std::string(function.tag) +
                  "]");
   EXPECT_EQ(here, in_headers);
}

TEST(HostTags, AdmitTheStatesTheyName) {
   using S = InstanceState;
   EXPECT_TRUE(admits_state("main", S::stopped, false));
   EXPECT_TRUE(admits_state("main & in init", S::created, true));
   EXPECT_FALSE(admits_state("main & in init", S::created, false));
   EXPECT_TRUE(admits_state("main & (created|ready)", S::ready, false));
   EXPECT_FALSE(admits_state("main & (created|ready)", S::running, false));
   EXPECT_TRUE(admits_state("main & !running", S::stopped, false));
   EXPECT_FALSE(admits_state("main & !running", S::running, false));
   EXPECT_TRUE(wants_main_thread("main & in init"));
   EXPECT_FALSE(wants_main_thread("thread-safe"));
}

} // namespace
} // namespace nebula::host::validation
