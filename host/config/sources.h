#pragma once

/// What the engine may look at: files and variables, handed in as functions and lists, so that tests and fuzzers drive
/// it without touching the machine. system_sources.h has the real ones.

#include "host/util/result.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace nebula::host::config {

/// The whole of a file, or an error whose message is only the reason ("No such file or directory").
/// ErrorKind::unavailable: there is no such file. ErrorKind::io: anything else.
using ReadFile = std::function<Result<std::string>(const std::string &path)>;

/// Name -> value.
using Variables = std::map<std::string, std::string, std::less<>>;

/// The folder of a file: "" for "node.yaml", "/etc/nebula/" for "/etc/nebula/node.yaml".
[[nodiscard]] std::string folder_of(std::string_view file);

/// `path` as seen from the folder of `file`; an absolute path stays.
[[nodiscard]] std::string beside(std::string_view file, std::string_view path);

} // namespace nebula::host::config
