#pragma once

/// The effective configuration for people (YAML) and scripts (JSON). Secrets are never shown: marked values, text under
/// keys that sound secret, and the user part of URLs appear as "(secret)".

#include "host/config/value.h"

#include <string>
#include <string_view>

namespace nebula::host::config {

enum class ShowOrigin { no, yes };

/// Reads back as the same tree, secrets aside. With origins, each line ends in a comment: `# node.yaml:3:9 (file)`.
[[nodiscard]] std::string render_yaml(const Value &value, ShowOrigin origins);

/// One JSON document, indented. With origins, a list of {"path", "value", "layer", "where"}, one for each leaf.
[[nodiscard]] std::string render_json(const Value &value, ShowOrigin origins);

/// The text as a JSON string, with its quotes.
[[nodiscard]] std::string json_string(std::string_view text);

/// A scalar as JSON, redacted when `key` or the value asks for it.
[[nodiscard]] std::string json_scalar(const Value &value, std::string_view key);

} // namespace nebula::host::config
