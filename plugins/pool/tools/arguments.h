#pragma once

/// The words after a command, by a table that is also its help.

#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::pool {

struct Option {
   std::string_view name;     ///< "--rate"
   std::string_view value;    ///< what stands behind it, "N"; empty: it is a flag
   std::string_view fallback; ///< empty: none
   std::string_view text;
};

/// What a user wrote is wrong; the text says how.
struct UsageError : std::runtime_error {
   using std::runtime_error::runtime_error;
};

class Arguments {
public:
   /// `--name value`, `--name=value` and `--flag`; throws UsageError for anything else.
   Arguments(std::span<const Option> options, std::span<const std::string_view> words);

   [[nodiscard]] bool has(std::string_view name) const { return given_.contains(name); }
   [[nodiscard]] std::string text(std::string_view name) const;
   /// Throw UsageError when it is none, or outside.
   [[nodiscard]] std::uint64_t whole(std::string_view name, std::uint64_t least, std::uint64_t most) const;
   [[nodiscard]] double number(std::string_view name, double least, double most) const;

private:
   std::span<const Option> options_;
   std::map<std::string_view, std::string_view> given_;
};

/// One line for each option, for a help text.
[[nodiscard]] std::string described(std::span<const Option> options);

} // namespace nebula::pool
