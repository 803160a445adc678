#pragma once

/// Between Boost.JSON values and the configuration tree.

#include "host/config/value.h"

#include <boost/json/value.hpp>

namespace nebula::host::config {

/// Every node gets this origin.
[[nodiscard]] Value from_json(const boost::json::value &json, const Origin &origin);

} // namespace nebula::host::config
