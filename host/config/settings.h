#pragma once

/// The checked configuration as the host uses it: one struct per part of node.yaml.

#include "host/config/mistake.h"
#include "host/config/schema.h"
#include "host/config/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host::config {

struct PluginSettings {
   std::string id;
   std::string instance; // `as`, else the id
   std::optional<std::string> path;
   std::optional<std::string> sha256; // 64 small hexadecimal digits
   bool required = true;
   bool isolated = false;    // `isolation: process`
   Origin isolation_origin;  // of that value
   Value config;             // a map
   Origin origin;            // of the entry
   std::string path_in_file; // "plugins[3]", for messages
};

struct AlgorithmSettings {
   std::string name;
   std::string select;
   std::vector<std::string> fallback;
   Origin origin;
};

struct LogSettings {
   std::string level, format;
   std::optional<std::string> file;
   std::uint64_t max_size = 0; // bytes
   std::uint64_t max_files = 0;
   std::vector<std::pair<std::string, std::string>> levels; // instance, level
};

struct Settings {
   std::string name, data, network;
   std::vector<PluginSettings> plugins; // in file order
   std::vector<AlgorithmSettings> algorithms;
   LogSettings log;
   std::uint64_t executor_threads = 0; // 0: one per core
   std::vector<std::string> plugin_path;
};

/// The compiled host/config/node_schema.json; made once.
[[nodiscard]] const SchemaPtr &node_schema();

/// Rules no schema can say: instance names are unique; `log.levels` names instances.
void check_instances(const Value &root, Mistakes &mistakes);

/// `root` comes from load(), or is the draft of a load with mistakes: then what is wrong is left out or empty, and a
/// `config` that is no map is poisoned, so that nobody reports it again.
[[nodiscard]] Settings settings_of(const Value &root);

/// One entry of `plugins`; nullopt without a usable id.
[[nodiscard]] std::optional<PluginSettings> plugin_settings_of(const Value &entry, std::size_t index);

} // namespace nebula::host::config
