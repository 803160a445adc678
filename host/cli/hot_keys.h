#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace nebula::host::cli {

// Reads single keys from the terminal, when standard input is one; never reads standard input otherwise. The terminal's
// mode is restored at the end, and around a stop of the process (Ctrl-Z).
class HotKeys {
public:
   // `pressed` is called on the reader's thread.
   explicit HotKeys(std::function<void(char)> pressed);
   ~HotKeys();
   HotKeys(const HotKeys &) = delete;
   HotKeys &operator=(const HotKeys &) = delete;

   [[nodiscard]] bool active() const { return thread_.joinable(); }

private:
   void read_keys();

   std::function<void(char)> pressed_;
   int wake_ = -1;
   std::thread thread_;
};

} // namespace nebula::host::cli
