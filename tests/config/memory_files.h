#pragma once

/// Files and variables in memory for the engine, and shorthands the tests of the configuration share.

#include "host/config/load.h"
#include "host/config/plugin_schemas.h"

#include <map>
#include <string>

namespace nebula::host::config::testing {

using Files = std::map<std::string, std::string>;

inline ReadFile reader_of(Files files) {
   return [files = std::move(files)](const std::string &path) -> Result<std::string> {
      const auto found = files.find(path);
      if (found == files.end())
         return Error{"No such file or directory", ErrorKind::unavailable};
      return found->second;
   };
}

inline LoadRequest request_of(Files files) {
   LoadRequest request;
   request.path = "node.yaml";
   request.read_file = reader_of(std::move(files));
   return request;
}

/// The message of a failed load, or "" after a good one.
inline std::string message_of(const LoadRequest &request) {
   const auto loaded = load(request);
   return loaded ? "" : loaded.error().message;
}

/// The text of the scalar at a path of a good load; "(absent)" without one.
inline std::string text_at(const Value &root, std::string_view path) {
   const Value *value = root.at(path);
   if (value == nullptr)
      return "(absent)";
   if (value->as_string())
      return std::string(*value->as_string());
   if (value->as_int())
      return std::to_string(*value->as_int());
   if (value->as_bool())
      return *value->as_bool() ? "true" : "false";
   return value->is_null() ? "(null)" : "(other)";
}

} // namespace nebula::host::config::testing
