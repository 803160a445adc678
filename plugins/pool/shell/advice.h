#pragma once

/// Advice on workers' hash rates that others publish as `pool.advice`, such as an optimizer that has seen them before.

#include "loop.h"

#include "core/pool.h"

#include <nebula/events.hpp>

#include <functional>
#include <optional>
#include <string_view>

namespace nebula::pool {

/// Nothing: it is none, and `wrong` says why.
[[nodiscard]] std::optional<Advice> read_advice(std::string_view json, const char *&wrong);

class AdviceFeed {
public:
   /// `take` is called on the loop's thread, until `stop`.
   AdviceFeed(Host host, Loop &loop, std::function<void(const Advice &)> take);
   void stop() { subscription_.end(); }

private:
   Subscription subscription_;
};

} // namespace nebula::pool
