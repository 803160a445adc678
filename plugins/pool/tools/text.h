#pragma once

/// Figures for people: fixed decimals, grouped digits, columns.

#include <cstdint>
#include <string>
#include <vector>

namespace nebula::pool {

[[nodiscard]] std::string fixed(double number, int decimals);
[[nodiscard]] std::string grouped(std::uint64_t number); ///< 1,234,567
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// Columns as wide as their widest text; the first is flush left, the others flush right.
class Table {
public:
   explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
   /// As many as the head has.
   void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
   [[nodiscard]] std::string text() const;

private:
   std::vector<std::vector<std::string>> rows_;
};

} // namespace nebula::pool
