#pragma once

/// "Did you mean ...?": the known word nearest to a mistyped one.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

/// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: the Damerau-Levenshtein distance with
/// restricted swaps. Case does not count, and '-', '_' and '.' are one letter.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `known`, or empty when none is near: at most one edit for each three letters.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string> &known);

/// `; did you mean "threads"?`, else `; known here: a, b, c` when they are few, else nothing.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string> &known);

} // namespace nebula::host::config
