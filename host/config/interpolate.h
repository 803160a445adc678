#pragma once

/// Variables in the values of one file, replaced before files are merged:
///
///    ${NAME}              the variable; a mistake when it is not set
///    ${NAME:-default}     the default when it is not set or empty
///    ${NAME:?message}     a mistake with this message when it is not set or empty
///    ${file:/run/x}       the content of a file without its last line end; secret: never shown
///    $$                   one dollar
///
/// Only values are replaced, never keys, and a value cannot become a map or list: the text is put in after YAML was
/// read. An unquoted value is typed again (`threads: ${N:-2}` is a number); in quotes, and from a file, it is text.

#include "host/config/mistake.h"
#include "host/config/sources.h"
#include "host/config/value.h"

namespace nebula::host::config {

struct Interpolation {
   const Variables &variables;
   const ReadFile &read_file;
   std::string file; // whose folder relative ${file:...} paths start from
};

/// Mistakes are added for every bad value; each becomes poisoned, so later stages stay silent about it.
[[nodiscard]] Value interpolate(const Value &value, const Interpolation &how, const std::string &path,
                                Mistakes &mistakes);

} // namespace nebula::host::config
