#pragma once

/// From plugin ids to files. Every *.so of the search path is looked into (nothing is executed); the first folder that
/// has an id wins.

#include "host/plugin/image.h"
#include "host/util/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

/// Where plugins are looked for, in this order: the folders of node.yaml's plugin_path (relative ones are below
/// `node_folder`), those of NEBULA_PLUGIN_PATH, then <folder of the program>/../lib/nebula/plugins and
/// <prefix>/lib/<triplet>/nebula/plugins.
struct SearchPath {
   std::vector<std::string> folders; // absolute

   [[nodiscard]] static SearchPath make(const std::vector<std::string> &plugin_path, const std::string &node_folder,
                                        const char *environment, const std::string &program);
};

struct FoundPlugin {
   std::string id;
   std::string path;
   Manifest manifest;
};

/// A file that looks like a plugin and is not usable.
struct BadPluginFile {
   std::string path;
   std::string why;
};

class Catalogue {
public:
   /// Looks through the folders. Folders that do not exist are no error.
   [[nodiscard]] static Catalogue scan(const SearchPath &path);

   /// nullptr when no file has it.
   [[nodiscard]] const FoundPlugin *find(std::string_view id) const;
   /// Sorted by id.
   [[nodiscard]] const std::map<std::string, FoundPlugin, std::less<>> &plugins() const noexcept { return plugins_; }
   [[nodiscard]] const std::vector<BadPluginFile> &bad_files() const noexcept { return bad_files_; }

   /// Why `id` cannot be found: the nearest known id, an unusable file that may have been meant, and the folders.
   [[nodiscard]] std::string missing(std::string_view id) const;
   /// The ids that say they provide `service`, "chain, monero", or empty.
   [[nodiscard]] std::string providers_of(std::string_view service) const;

private:
   void scan_folder(const std::string &folder);
   void take(const std::string &file);

   std::vector<std::string> folders_;
   std::map<std::string, FoundPlugin, std::less<>> plugins_;
   std::vector<BadPluginFile> bad_files_;
};

} // namespace nebula::host
