#include "host/isolation/runner.h"

#include <gtest/gtest.h>

int main(int argc, char **argv) {
   if (const std::vector<std::string> words(argv + 1, argv + argc); nebula::host::is_runner(words))
      nebula::host::run_runner(words);
   testing::InitGoogleTest(&argc, argv);
   return RUN_ALL_TESTS();
}
