#pragma once

/// Dotted paths: `limits.lines`, `peers[2].address`, `plugins."com.example.my-algo".config`.

#include "host/util/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

struct PathStep {
   std::string key;
   std::size_t index = 0;
   bool is_index = false;
};

/// An empty path has no steps. An error says what is wrong with the spelling (ErrorKind::usage).
[[nodiscard]] Result<std::vector<PathStep>> parse_path(std::string_view text);

/// "a" + "b" = "a.b"; a key that holds a dot or a bracket is quoted.
[[nodiscard]] std::string join_path(std::string_view path, std::string_view key);
[[nodiscard]] std::string join_path(std::string_view path, std::size_t index);

/// Equal but for case and for '-', '_' and '.', which environment variables cannot spell.
[[nodiscard]] bool same_folded(std::string_view a, std::string_view b);

} // namespace nebula::host::config
