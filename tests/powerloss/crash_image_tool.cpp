/// Makes a crash image of a recording, for tests that are no C++ programs:
///    powerloss_crash_image JOURNAL BYTES SEED IMAGE
/// The power fails when the journal is BYTES long; of what was not durable then, SEED decides about half.
/// Prints how many bytes the image has.
#include "powerloss/crash_image.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

constexpr int k_usage = 2;

} // namespace

int main(int count, char **arguments) {
   if (count != 5) {
      std::fprintf(stderr, "usage: powerloss_crash_image JOURNAL BYTES SEED IMAGE\n");
      return k_usage;
   }
   // A copy of the beginning: a record that reaches behind it had not happened yet, and load() leaves it out.
   const std::string beginning = std::string(arguments[4]) + ".journal";
   std::error_code failed;
   std::filesystem::copy_file(arguments[1], beginning, std::filesystem::copy_options::overwrite_existing, failed);
   if (!failed)
      std::filesystem::resize_file(beginning, std::strtoull(arguments[2], nullptr, 10), failed);
   if (failed) {
      std::fprintf(stderr, "powerloss_crash_image: %s: %s\n", beginning.c_str(), failed.message().c_str());
      return 1;
   }
   const auto journal = nebula::powerloss::Journal::load(beginning);
   std::filesystem::remove(beginning, failed);
   const auto image = journal.image(journal.size(), std::strtoull(arguments[3], nullptr, 10));
   nebula::powerloss::write_file(arguments[4], image);
   std::printf("%zu\n", image.size());
   return 0;
}
