// On a terminal the command says which check it is at; elsewhere it does not.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

// A terminal whose screen is read by the test.
class Terminal {
public:
   Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
      EXPECT_TRUE(master_ >= 0 && grantpt(master_) == 0 && unlockpt(master_) == 0);
      name_ = ptsname(master_);
      slave_ = open(name_.c_str(), O_RDWR | O_NOCTTY); // what is written stays until it is read
   }
   ~Terminal() {
      close(slave_);
      close(master_);
   }
   Terminal(const Terminal &) = delete;
   Terminal &operator=(const Terminal &) = delete;

   [[nodiscard]] const std::string &name() const { return name_; }
   [[nodiscard]] std::string text() const {
      std::string out;
      std::array<char, 4096> buffer{};
      for (ssize_t got; (got = read(master_, buffer.data(), buffer.size())) > 0;)
         out.append(buffer.data(), static_cast<std::size_t>(got));
      return out;
   }

private:
   int master_;
   int slave_ = -1;
   std::string name_;
};

std::string shown(const std::string &options) {
   const Terminal terminal;
   const std::string command = std::string(PROGRAM) + " " + FIXTURES + "/libfixture-good.so --only entry.this-host " +
                               options + " >/dev/null 2>" + terminal.name();
   EXPECT_EQ(std::system(command.c_str()), 0);
   return terminal.text();
}

TEST(Progress, NamesEachCheckAndLeavesAnEmptyLine) {
   const auto text = shown("");
   EXPECT_NE(text.find("[1/4] file.library"), std::string::npos) << text;
   EXPECT_NE(text.find("[4/4] entry.this-host"), std::string::npos) << text;
   EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
}

TEST(Progress, DoesNotMixWithWhatThePluginWrites) {
   EXPECT_EQ(shown("--verbose"), "");
}

} // namespace
} // namespace nebula::host::validation
