#include "host/validate/fuzz.h"

#include "host/validate/child.h"

#include <chrono>
#include <string>

namespace nebula::host::validation {

Verdict fuzz(const ValidateOptions &options, const std::function<Verdict(Random &)> &step) {
   const auto started = std::chrono::steady_clock::now();
   const auto out_of_time = [&] {
      return options.fuzz_seconds > 0 &&
             std::chrono::steady_clock::now() - started >= std::chrono::seconds(options.fuzz_seconds);
   };
   for (unsigned number = 1; number <= options.fuzz_steps; ++number) {
      if (number > 1 && out_of_time())
         return Verdict::pass("made " + std::to_string(number - 1) + " of " + std::to_string(options.fuzz_steps) +
                              " steps in the " + std::to_string(options.fuzz_seconds) + " s of --fuzz-seconds");
      ChildPipe::at(std::to_string(options.seed) + ":" + std::to_string(number));
      Random random(Random(options.seed).next() ^ (std::uint64_t{number} << 32));
      if (auto verdict = step(random); !verdict.passed())
         return verdict;
   }
   return Verdict::pass();
}

} // namespace nebula::host::validation
