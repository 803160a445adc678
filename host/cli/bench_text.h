#pragma once

#include "host/pow/measure.h"

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nebula::host::cli {

// A line on standard error that is written over again and again; nothing where that is no terminal.
class ProgressLine {
public:
   ProgressLine();
   ~ProgressLine();
   ProgressLine(const ProgressLine &) = delete;
   ProgressLine &operator=(const ProgressLine &) = delete;

   void show(const std::string &text);
   void clear();

private:
   const bool terminal_;
   bool shown_ = false;
};

// "12.3 MH/s".
[[nodiscard]] std::string rate_text(double rate);

// What was measured, in two lines.
[[nodiscard]] std::string measurement_text(const Measurement &measured);
// How much faster the first is than the second.
[[nodiscard]] std::string ratio_text(const Measurement &first, const Measurement &second);

// One backend of the table over all of them.
struct TableLine {
   std::string algorithm, backend;
   std::optional<Measurement> measured;
   std::string why_not; // when it was not
};
[[nodiscard]] std::string table_text(const std::vector<TableLine> &lines);
[[nodiscard]] boost::json::array table_json(const std::vector<TableLine> &lines);

} // namespace nebula::host::cli
