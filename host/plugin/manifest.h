#pragma once

/// A plugin's manifest, from JSON to a typed value in one place. Members are documented in nebula/manifest.h; unknown
/// ones are ignored, so that a later minor version may add some.

#include "host/util/result.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

struct ManifestService {
   std::string id;                     // "nebula.work.source/1"
   std::string name;                   // empty: the instance's
   std::vector<std::string> aliases{}; // of an algorithm: further names, such as "rx/0"
};

struct ManifestRequirement {
   std::string id;
   bool optional = false;
   std::string instance_from; // dotted configuration key, or empty
};

/// What a command of a plugin runs on.
enum class CommandStage {
   configured,     ///< the instance that node.yaml enables, created
   alone,          ///< an instance with its default configuration, created, whether node.yaml enables one or not
   with_algorithms ///< the same, initialised, beside every algorithm at hand
};

struct ManifestCommand {
   std::string name; // one or two words: "wallet", "bench pool"
   std::string summary;
   CommandStage stage = CommandStage::configured;
};

struct Manifest {
   std::string id;
   std::string version;
   unsigned abi_major = 0;
   unsigned abi_minor = 0;
   std::string license;
   std::string summary;
   std::string status = "supported"; // core, supported, deprecated
   std::vector<ManifestService> provides;
   std::vector<ManifestRequirement> requirements;
   std::vector<ManifestCommand> commands;
   boost::json::object config; // JSON Schema; empty: the plugin has no configuration

   [[nodiscard]] bool provides_service(std::string_view service) const;
};

/// The manifests of one file, in the order of their index: a JSON object, or an array of them. An error names the
/// member that is wrong and what it should be.
[[nodiscard]] Result<std::vector<Manifest>> parse_manifests(std::string_view json);

/// "nebula.work.source/1": dotted lower case words, a slash and a number. nullptr when well formed, else what is wrong.
[[nodiscard]] const char *wrong_with_service_id(std::string_view id);

/// Plugin ids and the words of command names: a-z, 0-9, '-' and '.', beginning and ending with a letter or digit.
[[nodiscard]] const char *wrong_with_plugin_id(std::string_view id);

} // namespace nebula::host
