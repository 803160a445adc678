#pragma once

/// From files, variables and options to one checked configuration. Layers, a later one wins:
///
///    built-in        the node.yaml inside the program, in place of a file when none is given
///    schema default  fills in what nobody said
///    extends         files the file builds on, the last named wins
///    file            node.yaml
///    profile         --profile NAME: `profiles: {NAME: ...}` of the files, else profiles/NAME.yaml beside node.yaml,
///    else a
///                    profile inside the program
///    .env            NEBULA__A__B in the .env file beside node.yaml
///    environment     NEBULA__A__B
///    command line    --set a.b=value
///
/// Variables (${NAME}) are put in per file, before merging; those of .env count where the environment has none. Of
/// profiles, only the chosen are looked at.

#include "host/config/mistake.h"
#include "host/config/overrides.h"
#include "host/config/sources.h"
#include "host/config/value.h"
#include "host/util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace nebula::host::config {

struct LoadRequest {
   std::optional<std::string> path; // of node.yaml; nullopt: the embedded one
   std::vector<std::string> profiles;
   Variables environment;
   std::vector<Override> overrides;
   ReadFile read_file; // never empty
};

struct Loaded {
   Value root; // checked against the node schema and completed; `extends` and `profiles` are used up and gone
   std::vector<std::string> files; // read, in order: what a reload depends on
};

struct LoadOutcome {
   /// What could be made of the files, also with mistakes: good for nothing but finding more of them (plugins and their
   /// settings), so that all are reported together. Empty when a file could not be read or is no YAML.
   std::optional<Value> draft;
   std::optional<Loaded> loaded; // empty when there is any mistake
   Mistakes mistakes;            // from top to bottom
};

/// Every mistake as a record, for output that a script reads. A missing node.yaml is a mistake too.
[[nodiscard]] LoadOutcome try_load(const LoadRequest &request);

/// The same with the mistakes as one error (ErrorKind::configuration), a line each.
[[nodiscard]] Result<Loaded> load(const LoadRequest &request);

} // namespace nebula::host::config
