#pragma once

/// A value against a schema: every mistake at once, and the value completed.

#include "host/config/mistake.h"
#include "host/config/schema.h"

#include <string>

namespace nebula::host::config {

/// What comes back is what the rest of the program uses:
///  - defaults are filled in, with layer schema_default;
///  - where text is wanted, an unquoted number or boolean is the text as it was written;
///  - where a whole number is wanted, 2.0 is 2, and `format: duration` / `size` turn "30s" / "64MiB" into a whole
///  number of
///    the schema's `units` (default: s, B);
///  - keys from the environment have the spelling of the schema;
///  - values of `secret: true` are marked.
/// After a mistake it is to be used for nothing but more messages. `path` is how messages name the value.
[[nodiscard]] Value validate(const Value &value, const Schema &schema, const std::string &path, Mistakes &mistakes);

} // namespace nebula::host::config
