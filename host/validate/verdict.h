#pragma once

/// What one check says about a plugin.

#include <string>
#include <string_view>
#include <utility>

namespace nebula::host::validation {

struct Verdict {
   enum class Outcome { passed, failed, skipped };

   Outcome outcome = Outcome::passed;
   std::string text; // failed: what is wrong and what would be right; skipped: why; passed: what was made smaller
   std::string reproduce = {}; // of a fuzz check that failed: "SEED:STEP"

   [[nodiscard]] static Verdict pass(std::string note = {}) { return {Outcome::passed, std::move(note)}; }
   [[nodiscard]] static Verdict fail(std::string text) { return {Outcome::failed, std::move(text)}; }
   [[nodiscard]] static Verdict skip(std::string text) { return {Outcome::skipped, std::move(text)}; }

   [[nodiscard]] bool passed() const noexcept { return outcome == Outcome::passed; }
};

/// The verdict on several things that passed, with the first note and how many there were.
class Notes {
public:
   void add(const std::string &about, const std::string &note) {
      if (!note.empty() && count_++ == 0)
         first_ = about + ": " + note;
   }
   [[nodiscard]] Verdict verdict() const {
      return Verdict::pass(count_ > 1 ? first_ + " (and so with " + std::to_string(count_ - 1) + " more)" : first_);
   }

private:
   std::string first_;
   std::size_t count_ = 0;
};

/// "passed" "failed" "skipped".
[[nodiscard]] constexpr std::string_view to_string(Verdict::Outcome outcome) {
   return outcome == Verdict::Outcome::passed ? "passed" : outcome == Verdict::Outcome::failed ? "failed" : "skipped";
}

} // namespace nebula::host::validation
