#pragma once

/// What an unquoted word of YAML means. The rules are YAML 1.2's core schema, which is JSON's plus a little:
///
///    null    nothing, ~, null, Null, NULL
///    bool    true, True, TRUE, false, False, FALSE       (yes, no, on and off are text)
///    whole   [-+]?[0-9]+, 0o17, 0x1F                     (010 is ten; 1_000 is text)
///    real    1.5, -2e10, .5                              (.inf and .nan are text: no setting means them)
///    text    everything else, and everything in quotes
///
/// A whole number beyond 64 bits becomes a real one, so that a range check can name it; its exact writing is kept.
/// Where a schema asks for text, a number or boolean is read as it was written: `version: 1.10` is "1.10".

#include "host/config/value.h"

#include <string_view>

namespace nebula::host::config {

/// The value of an unquoted scalar, which keeps how it was written (Value::written).
[[nodiscard]] Value plain_scalar(std::string_view text, const Origin &origin);

/// True for text that other programs read as a boolean: yes, no, on, off, y, n in any case.
[[nodiscard]] bool looks_boolean(std::string_view text);

} // namespace nebula::host::config
