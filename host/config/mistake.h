#pragma once

/// One thing that is wrong with the configuration, and the list they are collected in, so that all are reported
/// together.

#include "host/config/origin.h"
#include "host/util/result.h"

#include <string>
#include <vector>

namespace nebula::host::config {

struct Mistake {
   Origin origin;
   std::string path; // "plugins[3].config.listen"; empty for the file as a whole
   std::string text; // what is wrong and, in parentheses or after a semicolon, what would be right

   /// `node.yaml:41:9: plugins[3].listen: "0.0.0.0:99999" is not a TCP address (port must be 1-65535)`
   [[nodiscard]] std::string render() const;
};

class Mistakes {
public:
   void add(Origin origin, std::string path, std::string text);
   void add(Mistake mistake) { add(std::move(mistake.origin), std::move(mistake.path), std::move(mistake.text)); }
   void append(const Mistakes &others);

   [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
   [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
   [[nodiscard]] const std::vector<Mistake> &list() const noexcept { return list_; }

   /// Sorts by file, line and column, so that an operator works from top to bottom.
   void sort();

   /// One line per mistake, then how many were left out. ErrorKind::configuration. Not to be called on an empty list.
   [[nodiscard]] Error to_error() const;

private:
   std::vector<Mistake> list_; // at most k_max_mistakes
   std::size_t left_out_ = 0;
};

} // namespace nebula::host::config
