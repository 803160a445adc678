#pragma once

// Route patterns: "/api/v1/chain/blocks/{id}". A {name} matches one non-empty segment of the decoded path.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::gateway {

inline constexpr std::size_t k_pattern_bytes_max = 256;
inline constexpr std::size_t k_pattern_segments_max = 16;

class Pattern {
public:
   // Empty, with the reason in `why`, for text that is no pattern.
   [[nodiscard]] static std::optional<Pattern> parse(std::string_view text, std::string &why);

   // The values of the {names} when `path` matches.
   [[nodiscard]] std::optional<std::vector<std::string_view>> match(std::string_view path) const;

   // Whether some path matches both. "/a/{x}" and "/a/b" do not clash: the fixed segment is the better match.
   [[nodiscard]] bool clashes(const Pattern &other) const;

   // More fixed segments first: the order in which patterns are tried.
   [[nodiscard]] bool more_specific_than(const Pattern &other) const;

   [[nodiscard]] const std::string &text() const { return text_; }

private:
   struct Segment {
      std::string fixed; // empty: a {name}
   };
   std::string text_;
   std::vector<Segment> segments_; // none: "/"
};

// Decodes %XX of a request's path; empty when it is malformed, is not UTF-8, or holds a NUL, encoded or not, or an
// encoded slash.
[[nodiscard]] std::optional<std::string> decode_path(std::string_view raw);

} // namespace nebula::gateway
