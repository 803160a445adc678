#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

/// What is known about long work under way, and when it is worth telling. A pure state machine; the Log draws.
class ProgressBoard {
public:
   static constexpr std::size_t k_works_max = 64;       // the one not heard of for longest is forgotten
   static constexpr uint64_t k_redraw_ns = 100'000'000; // at most ten bars a second

   struct News {
      std::optional<std::string> bar;  // draw it (empty: remove it)
      std::optional<std::string> line; // log it
   };

   /// Takes a report. On a terminal the answer is a bar, and a line at the end; otherwise a line at every ten percent.
   [[nodiscard]] News update(bool terminal, uint64_t now_ns, std::string_view instance, std::string_view what,
                             uint64_t done, uint64_t total, std::string_view unit);

private:
   struct Work {
      std::string instance;
      std::string what;
      std::string bar;
      uint64_t tenths_told = 0;
      uint64_t drawn_ns = 0;
      uint64_t heard_ns = 0;
   };

   [[nodiscard]] Work &work(std::string_view instance, std::string_view what, uint64_t now_ns);
   void forget(const Work &ended);

   std::vector<Work> works_; // oldest first
};

} // namespace nebula::host
