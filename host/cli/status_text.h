#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace nebula::host::cli {

// The status document as a table for people.
[[nodiscard]] std::string status_text(const boost::json::value &status);

// "3 d 4 h", "12 min", "8 s".
[[nodiscard]] std::string duration_text(std::uint64_t seconds);

// Lines up columns: every row has the same number of cells; the last cell is not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>> &rows, const std::string &indent);

} // namespace nebula::host::cli
