#include "text.h"

#include <algorithm>
#include <cstdio>

namespace nebula::pool {

std::string fixed(double number, int decimals) {
   char text[64];
   const int size = std::snprintf(text, sizeof text, "%.*f", decimals, number);
   return {text, static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(sizeof text) - 1))};
}

std::string grouped(std::uint64_t number) {
   std::string text = std::to_string(number);
   for (std::size_t at = text.size(); at > 3; at -= 3)
      text.insert(at - 3, ",");
   return text;
}

std::string padded(std::string text, std::size_t width) {
   text.resize(std::max(text.size(), width), ' ');
   return text;
}

std::string Table::text() const {
   std::vector<std::size_t> widths(rows_.front().size());
   for (const auto &row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i)
         widths[i] = std::max(widths[i], row[i].size());
   std::string out;
   for (const auto &row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i)
         out += i == 0 ? padded(row[i], widths[i]) : "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
      out.erase(out.find_last_not_of(' ') + 1);
      out += '\n';
   }
   return out;
}

} // namespace nebula::pool
