#pragma once

#include <cstdint>
#include <mutex>

namespace nebula::host {

/// How many lines a source may still write in the current second. Thread-safe.
class LineBudget {
public:
   explicit LineBudget(uint32_t lines_per_second) : lines_per_second_(lines_per_second) {}

   struct Answer {
      bool admitted;
      uint64_t held_back; // lines not written in the seconds that ended; the caller says so, once
   };

   [[nodiscard]] Answer take(uint64_t now_ns) {
      std::lock_guard lock(mutex_);
      const uint64_t held_back = roll(now_ns);
      if (written_ < lines_per_second_) {
         ++written_;
         return {true, held_back};
      }
      ++held_back_;
      return {false, held_back};
   }

   /// Lines held back in seconds that ended and were not told yet.
   [[nodiscard]] uint64_t collect(uint64_t now_ns) {
      std::lock_guard lock(mutex_);
      return roll(now_ns);
   }

private:
   static constexpr uint64_t k_second_ns = 1'000'000'000;

   [[nodiscard]] uint64_t roll(uint64_t now_ns) {
      if (now_ns < second_began_ns_ + k_second_ns)
         return 0;
      second_began_ns_ = now_ns;
      written_ = 0;
      const uint64_t held_back = held_back_;
      held_back_ = 0;
      return held_back;
   }

   std::mutex mutex_;
   const uint32_t lines_per_second_;
   uint64_t second_began_ns_ = 0;
   uint32_t written_ = 0;
   uint64_t held_back_ = 0;
};

} // namespace nebula::host
