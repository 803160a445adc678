#pragma once

/// `nebula plugin new algorithm NAME`: a folder with a plugin that builds against an installed Nebula, passes
/// `nebula validate` and mines, for its author to put the real hash in. The templates are the examples of plugin-api,
/// built into the program.

#include "host/util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

enum class PluginLanguage { c, cpp };

struct PluginTemplateFile {
   std::string name;
   std::string content;
};

/// The files of a new algorithm plugin. Fails when the name is none that miners and plugins may have.
[[nodiscard]] Result<std::vector<PluginTemplateFile>> new_algorithm(std::string_view name, PluginLanguage language);

/// Writes the files into `folder`, which it makes. Fails when it exists and is not empty: nothing is overwritten.
[[nodiscard]] Result<void> write_new_plugin(const std::string &folder, const std::vector<PluginTemplateFile> &files);

/// The whole command: `args` are what follows `nebula plugin new`. Returns the exit status.
[[nodiscard]] int plugin_new_main(const std::vector<std::string> &args);

} // namespace nebula::host
