#pragma once

/// The envelope of a JSON-RPC answer: its result, or the error it carries.

#include "core/result.h"

#include <boost/json/object.hpp>

namespace nebula::monero {

/// `who` answered: "the daemon". Fault::busy for error -9, Fault::rpc with its code for any other one.
[[nodiscard]] Result<boost::json::object> json_rpc_result(std::string_view body, std::string_view who);

} // namespace nebula::monero
