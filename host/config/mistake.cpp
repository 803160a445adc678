#include "host/config/mistake.h"

#include "host/config/limits.h"

#include <algorithm>
#include <tuple>

namespace nebula::host::config {

std::string Mistake::render() const {
   std::string line = origin.where() + ": ";
   if (!path.empty())
      line += path + ": ";
   return line + text;
}

void Mistakes::add(Origin origin, std::string path, std::string text) {
   if (list_.size() >= k_max_mistakes) {
      ++left_out_;
      return;
   }
   list_.push_back({std::move(origin), std::move(path), std::move(text)});
}

void Mistakes::append(const Mistakes &others) {
   for (const Mistake &mistake : others.list_)
      add(mistake);
   left_out_ += others.left_out_;
}

void Mistakes::sort() {
   const auto key = [](const Mistake &m) {
      return std::tuple(m.origin.layer, m.origin.source ? std::string_view(*m.origin.source) : std::string_view(),
                        m.origin.line, m.origin.column);
   };
   std::stable_sort(list_.begin(), list_.end(), [&](const Mistake &a, const Mistake &b) { return key(a) < key(b); });
}

Error Mistakes::to_error() const {
   std::string text;
   for (const Mistake &mistake : list_)
      text += (text.empty() ? "" : "\n") + mistake.render();
   if (left_out_ != 0)
      text += "\nand " + std::to_string(left_out_) + " more mistakes";
   return {std::move(text), ErrorKind::configuration};
}

} // namespace nebula::host::config
