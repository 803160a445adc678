#pragma once

/// The .env file beside node.yaml: lines of NAME=value, as container tools and shells write them.
///
///    # comment
///    export MONERO_WALLET=4...       `export` is allowed and means nothing
///    GREETING="two words\n"          double quotes: \n \t \" \\ \$ ; single quotes: as it is
///    NEBULA__NODE__NAME=edge-1       overrides node.name
///
/// The real environment wins over it.

#include "host/config/mistake.h"

#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

struct EnvLine {
   std::string name;
   std::string value;
   Origin origin; // of the name
};

/// Lines in file order; a name given twice appears twice. Bad lines are mistakes and left out.
[[nodiscard]] std::vector<EnvLine> read_env_file(std::string_view bytes, const Origin &file, Mistakes &mistakes);

} // namespace nebula::host::config
