#pragma once

/// What one check says about a plugin.

#include <string>
#include <string_view>
#include <utility>

namespace nebula::host::validation {

struct Verdict {
   enum class Outcome { passed, failed, skipped };

   Outcome outcome = Outcome::passed;
   std::string text; // failed: what is wrong and what would be right; skipped: why

   [[nodiscard]] static Verdict pass() { return {}; }
   [[nodiscard]] static Verdict fail(std::string text) { return {Outcome::failed, std::move(text)}; }
   [[nodiscard]] static Verdict skip(std::string text) { return {Outcome::skipped, std::move(text)}; }

   [[nodiscard]] bool passed() const noexcept { return outcome == Outcome::passed; }
};

/// "passed" "failed" "skipped".
[[nodiscard]] constexpr std::string_view to_string(Verdict::Outcome outcome) {
   return outcome == Verdict::Outcome::passed ? "passed" : outcome == Verdict::Outcome::failed ? "failed" : "skipped";
}

} // namespace nebula::host::validation
