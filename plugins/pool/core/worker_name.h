#pragma once

/// Who a miner says it is: WALLET, WALLET.WORKER, either with +DIFFICULTY, and options in the password such as
/// `d=5000`.

#include "difficulty.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::pool {

struct WorkerName {
   std::string wallet;
   std::string worker;               ///< empty: the miner did not name one
   std::optional<double> difficulty; ///< fixed by the miner, on its dialect's scale; above 0

   /// "WALLET.WORKER" or "WALLET", as statistics and events name it.
   [[nodiscard]] std::string full() const { return worker.empty() ? wallet : wallet + "." + worker; }
};

/// The value of `key=value` among a password's options, which commas, semicolons and blanks part; the first that is
/// not empty.
[[nodiscard]] std::optional<std::string> password_option(std::string_view password, std::string_view key);

/// `rig` (XMRig's --rig-id) names the worker when the login does not. A `+` or `d=` without a number above 0 behind it
/// is part of the name or ignored.
[[nodiscard]] WorkerName read_worker_name(std::string_view user, std::string_view password, std::string_view rig = {});

} // namespace nebula::pool
