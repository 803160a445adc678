#pragma once

#include <memory>
#include <spdlog/formatter.h>

namespace nebula::host {

/// "2026-11-20T12:00:00.123Z INFO  chain: text", the level coloured when asked for.
[[nodiscard]] std::unique_ptr<spdlog::formatter> make_text_formatter(bool colour);

/// {"time":"2026-11-20T12:00:00.123456Z","level":"info","instance":"chain","text":"..."}
[[nodiscard]] std::unique_ptr<spdlog::formatter> make_json_formatter();

} // namespace nebula::host
