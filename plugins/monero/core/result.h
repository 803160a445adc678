#pragma once

/// What every function of this plugin that can fail returns: a value, or an Error whose text an operator understands
/// and whose fault tells the state machines what to do about it.

#include "common/backoff.h"
#include "common/result.h"

#include <string>
#include <string_view>

namespace nebula::monero {

using common::TimeMs; // of everything that waits for the daemon

enum class Fault {
   malformed,    // the daemon's bytes are not what the protocol says
   transport,    // no connection, a broken one, or no answer in time
   unauthorized, // 401 although credentials were sent, or none are configured
   busy,         // the daemon is not synchronised: try again later
   rpc,          // the daemon answered with a JSON-RPC error: see rpc_code
   refused,      // well formed, but this plugin must not use it
};

struct Error {
   std::string text;
   Fault fault = Fault::malformed;
   int rpc_code = 0;

   /// The same error seen from further away: "context: text".
   [[nodiscard]] Error within(std::string_view context) const {
      return {std::string(context) + ": " + text, fault, rpc_code};
   }
};

template <class T>
using Result = common::BasicResult<T, Error>;

} // namespace nebula::monero
