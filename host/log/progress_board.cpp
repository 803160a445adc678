#include "log/progress_board.h"

#include <algorithm>

namespace nebula::host {
namespace {

/// Whole percents, rounded down; exact to one percent when the product would overflow.
[[nodiscard]] uint64_t percent(uint64_t done, uint64_t total) {
   return total > UINT64_MAX / 100 ? done / (total / 100) : done * 100 / total;
}

[[nodiscard]] std::string amounts(uint64_t done, uint64_t total, std::string_view unit) {
   std::string text = std::to_string(done) + " of " + std::to_string(total);
   return unit.empty() ? text : text + ' ' + std::string(unit);
}

[[nodiscard]] std::string bar_text(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                                   std::string_view unit) {
   constexpr std::size_t k_width = 24;
   const uint64_t part = percent(done, total);
   const auto filled = static_cast<std::size_t>(part * k_width / 100);
   std::string text(instance);
   text += ": ";
   text += what;
   text += " [" + std::string(filled, '#') + std::string(k_width - filled, '.') + "] ";
   return text + std::to_string(part) + " % " + amounts(done, total, unit);
}

} // namespace

ProgressBoard::Work &ProgressBoard::work(std::string_view instance, std::string_view what, uint64_t now_ns) {
   for (Work &known : works_)
      if (known.instance == instance && known.what == what)
         return known;
   if (works_.size() == k_works_max)
      works_.erase(std::min_element(works_.begin(), works_.end(),
                                    [](const Work &a, const Work &b) { return a.heard_ns < b.heard_ns; }));
   Work added;
   added.instance = instance;
   added.what = what;
   added.heard_ns = now_ns;
   return works_.emplace_back(std::move(added));
}

void ProgressBoard::forget(const Work &ended) {
   std::erase_if(works_, [&](const Work &known) { return &known == &ended; });
}

ProgressBoard::News ProgressBoard::update(bool terminal, uint64_t now_ns, std::string_view instance,
                                          std::string_view what, uint64_t done, uint64_t total, std::string_view unit) {
   News news;
   done = std::min(done, total);
   Work &current = work(instance, what, now_ns);
   current.heard_ns = now_ns;
   if (done == total) {
      news.line = std::string(what) + " done";
      if (total != 0)
         *news.line += " (" + std::to_string(total) + (unit.empty() ? "" : ' ' + std::string(unit)) + ")";
      forget(current);
      if (terminal)
         news.bar = works_.empty() ? std::string() : works_.back().bar;
      return news;
   }
   if (terminal) {
      current.bar = bar_text(instance, what, done, total, unit);
      if (current.drawn_ns == 0 || now_ns - current.drawn_ns >= k_redraw_ns) {
         current.drawn_ns = now_ns;
         news.bar = current.bar;
      }
      return news;
   }
   const uint64_t tenths = percent(done, total) / 10;
   if (tenths > current.tenths_told) {
      current.tenths_told = tenths;
      news.line =
         std::string(what) + ' ' + std::to_string(percent(done, total)) + " % (" + amounts(done, total, unit) + ')';
   } else if (tenths < current.tenths_told) {
      current.tenths_told = tenths; // it began again
   }
   return news;
}

} // namespace nebula::host
