#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace nebula::host::cli {

// The properties of a configuration schema as a Markdown table: key, kind, default, meaning. Nested maps become dotted
// keys, items of lists "key[]".
[[nodiscard]] std::string reference_table(const boost::json::object &schema);

} // namespace nebula::host::cli
