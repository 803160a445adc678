#pragma once

/// What the tests of host/ext share.

#include "nebula/abi.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <thread>

namespace nebula::host::test {

/// A fresh folder below the tests' temporary one.
[[nodiscard]] inline std::string make_folder() {
   std::string path = ::testing::TempDir() + "host-ext-XXXXXX";
   return ::mkdtemp(path.data());
}

/// Waits for what other threads will do; generous, because machines are slow and no test measures time.
template <class Predicate>
[[nodiscard]] bool eventually(Predicate predicate) {
   for (int i = 0; i < 30'000; ++i) {
      if (predicate())
         return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
   }
   return false;
}

[[nodiscard]] inline neb_str str(std::string_view text) {
   return {text.data(), text.size()};
}
[[nodiscard]] inline neb_bytes bytes(std::string_view text) {
   return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}
[[nodiscard]] inline std::string text(neb_bytes value) {
   return {reinterpret_cast<const char *>(value.ptr), value.len};
}
[[nodiscard]] inline std::string text(neb_str value) {
   return {value.ptr, value.len};
}
[[nodiscard]] inline neb_error error() {
   return {sizeof(neb_error), NEB_OK, {}};
}

} // namespace nebula::host::test
