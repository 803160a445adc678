#pragma once

#include "host/ctl/message.h"

#include <chrono>
#include <string>

namespace nebula::host::ctl {

// Sends one request to the node that serves the socket at `path` and waits for its answer.
// ErrorKind::unavailable: no node runs there (the message names the socket); temporary: no answer within `timeout`.
[[nodiscard]] Result<boost::json::value> call(const std::string &path, const std::string &method,
                                              const boost::json::object &params, std::chrono::milliseconds timeout);

} // namespace nebula::host::ctl
