#pragma once

/// Turns the YAML parser's own words into what a person does about it.

#include "host/config/text.h"

#include <string>
#include <string_view>

namespace nebula::host::config {

/// `line` is 0-based, as the parser counts; it may be moved to the line that is really at fault.
[[nodiscard]] std::string explain_yaml_error(std::string_view parser_message, const SourceText &source,
                                             std::size_t &line, std::size_t &byte_column);

} // namespace nebula::host::config
