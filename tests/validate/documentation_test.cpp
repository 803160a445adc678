// docs/validate.md lists the checks that there are, in their words.
#include "host/validate/check.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace nebula::host::validation {
namespace {

TEST(ValidateDocument, ListsEveryCheckInItsOwnWords) {
   std::ifstream document(DOCUMENT);
   ASSERT_TRUE(document);
   std::multiset<std::string> listed;
   for (std::string line; std::getline(document, line);)
      if (line.starts_with("| `") && !line.starts_with("| `--") && line.find('.') != std::string::npos)
         listed.insert(line);
   std::multiset<std::string> checks;
   for (const auto &check : all_checks())
      checks.insert("| `" + std::string(check.id) + "` | " + std::string(check.sentence) + " |");
   EXPECT_EQ(listed, checks);
}

} // namespace
} // namespace nebula::host::validation
