#pragma once

/// A regular expression of a schema (ECMAScript), found anywhere in a text as JSON Schema says. Matching takes time
/// proportional to text times pattern: no expression and no text can make it explode.

#include "host/util/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace nebula::host::config {

class Pattern {
public:
   [[nodiscard]] static Result<Pattern> compile(std::string_view expression);

   /// Texts longer than k_max_matched_bytes never match.
   [[nodiscard]] bool found_in(std::string_view text) const;
   [[nodiscard]] const std::string &expression() const noexcept { return expression_; }

private:
   struct Compiled;
   std::string expression_;
   std::shared_ptr<const Compiled> compiled_;
};

} // namespace nebula::host::config
