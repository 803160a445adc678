#include "host/plugin/discovery.h"

#include "host/config/suggest.h"
#include "host/plugin/limits.h"
#include "host/plugin/note.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace nebula::host {
namespace fs = std::filesystem;
namespace {

#if defined(__x86_64__)
constexpr const char *k_triplet = "x86_64-linux-gnu";
#else
constexpr const char *k_triplet = "aarch64-linux-gnu";
#endif

void add_folder(std::vector<std::string> &folders, const fs::path &folder) {
   const auto text = folder.lexically_normal().string();
   if (folders.size() < k_max_search_folders && std::find(folders.begin(), folders.end(), text) == folders.end())
      folders.push_back(text);
}

// An unusable file only matters when it was meant to be a plugin.
bool is_plugin_attempt(const std::string &file) {
   const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
   if (!descriptor.valid())
      return true;
   const auto input = elf_input(descriptor.get());
   if (!input)
      return false;
   const auto fault = read_manifest_note(*input).fault;
   return fault == NoteFault::damaged || fault == NoteFault::none;
}

} // namespace

SearchPath SearchPath::make(const std::vector<std::string> &plugin_path, const std::string &node_folder,
                            const char *environment, const std::string &program) {
   SearchPath path;
   for (const auto &folder : plugin_path)
      add_folder(path.folders, fs::path(node_folder) / folder);
   std::string_view rest = environment ? environment : "";
   while (!rest.empty()) {
      const auto colon = rest.find(':');
      const auto folder = rest.substr(0, colon);
      if (!folder.empty()) {
         std::error_code ignored; // a folder that cannot be made absolute stays as it is, and is then not found
         const auto absolute = fs::absolute(fs::path(folder), ignored);
         add_folder(path.folders, ignored ? fs::path(folder) : absolute);
      }
      rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
   }
   const auto prefix = fs::path(program).parent_path().parent_path();
   if (!prefix.empty()) {
      add_folder(path.folders, prefix / "lib/nebula/plugins");
      add_folder(path.folders, prefix / "lib" / k_triplet / "nebula/plugins");
      add_folder(path.folders, prefix / "lib64/nebula/plugins");
   }
   return path;
}

Catalogue Catalogue::scan(const SearchPath &path) {
   Catalogue catalogue;
   catalogue.folders_ = path.folders;
   for (const auto &folder : path.folders)
      catalogue.scan_folder(folder);
   return catalogue;
}

void Catalogue::scan_folder(const std::string &folder) {
   std::vector<std::string> files;
   std::error_code failed;
   for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, failed), end;
        !failed && entry != end && files.size() < k_max_files_in_folder; entry.increment(failed))
      if (entry->path().extension() == ".so")
         files.push_back(entry->path().string());
   // By name, so that the same folder gives the same catalogue every time.
   std::sort(files.begin(), files.end());
   for (const auto &file : files)
      take(file);
}

void Catalogue::take(const std::string &file) {
   auto image = open_image(file, "");
   if (!image) {
      if (is_plugin_attempt(file))
         bad_files_.push_back({file, image.error().message});
      return;
   }
   for (auto &manifest : image->manifests) {
      std::string id = manifest.id;
      plugins_.try_emplace(id, FoundPlugin{id, file, std::move(manifest)});
   }
}

const FoundPlugin *Catalogue::find(std::string_view id) const {
   const auto found = plugins_.find(id);
   return found == plugins_.end() ? nullptr : &found->second;
}

std::string Catalogue::missing(std::string_view id) const {
   std::string text = "there is no plugin \"" + std::string(id) + "\"";
   std::vector<std::string> ids;
   for (const auto &[known, plugin] : plugins_)
      ids.push_back(known);
   text += config::suggestion(id, ids);
   for (const auto &bad : bad_files_)
      if (fs::path(bad.path).stem().string().find(id) != std::string::npos)
         text += "; " + bad.why;
   text += folders_.empty() ? "; no folder to look in is known" : "; looked in ";
   for (std::size_t i = 0; i < folders_.size(); ++i)
      text += (i ? ", " : "") + folders_[i];
   return text + "; install it there, or give its file with `path:`";
}

std::string Catalogue::providers_of(std::string_view service) const {
   std::string text;
   for (const auto &[id, plugin] : plugins_)
      if (plugin.manifest.provides_service(service))
         text += (text.empty() ? "" : ", ") + id;
   return text;
}

} // namespace nebula::host
