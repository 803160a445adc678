#pragma once

/// How values appear in messages, and which of them never do.

#include "host/config/value.h"

#include <string>
#include <string_view>

namespace nebula::host::config {

/// `"0.0.0.0:99999"`, `12`, `true`, `nothing`, `a list`, `a map`; long text is cut, control characters are escaped, a
/// secret is `(secret)`.
[[nodiscard]] std::string shown(const Value &value);

/// In double quotes, cut after k_max_shown_bytes (never inside a character), control characters escaped.
[[nodiscard]] std::string quoted_text(std::string_view text);

/// True for names that people give to secrets (password, token, private_key, mnemonic, ...): their texts are redacted
/// even where no schema said so.
[[nodiscard]] bool sounds_secret(std::string_view key);

/// True for what no dump may show: a value marked secret, or text under a key that sounds like one.
[[nodiscard]] bool is_hidden(const Value &value, std::string_view key);

/// The text with what stands between :// and @ of a URL replaced, so that `http://user:pass@host` shows no password.
[[nodiscard]] std::string without_credentials(std::string_view text);

} // namespace nebula::host::config
