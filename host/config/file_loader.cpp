#include "host/config/file_loader.h"

#include "host/config/describe.h"
#include "host/config/interpolate.h"
#include "host/config/limits.h"
#include "host/config/merge.h"
#include "host/config/path.h"
#include "host/config/yaml_reader.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

Value without_key(const Value &map, std::string_view key) {
   std::vector<Entry> entries = map.entries();
   std::erase_if(entries, [&](const Entry &entry) { return entry.key == key; });
   return map.with_entries(std::move(entries));
}

} // namespace

std::optional<Value> FileLoader::load(const std::string &path, Layer layer) {
   Named named;
   named.origin.layer = layer;
   named.origin.source = std::make_shared<const std::string>(path);
   return load_named(path, layer, named);
}

std::optional<Value> FileLoader::load_text(const std::string &name, const std::string &text, Layer layer) {
   return finish(name, text, layer);
}

std::optional<Value> FileLoader::load_named(const std::string &path, Layer layer, const Named &named) {
   if (files_.size() >= k_max_files) {
      mistakes_.add(named.origin, named.path,
                    "more than " + std::to_string(k_max_files) + " files in one configuration");
      return std::nullopt;
   }
   files_.push_back(path);
   const auto text = read_file_(path);
   if (!text) {
      const bool missing = text.error().kind == ErrorKind::unavailable && named.path.empty();
      mistakes_.add(named.origin, named.path,
                    named.path.empty()
                       ? "cannot read the file: " + text.error().message +
                            (missing ? " (nebula config default > " + path + " writes one to start from)" : "")
                       : "cannot read " + path + ": " + text.error().message +
                            " (the path starts from the folder of the file that names it)");
      return std::nullopt;
   }
   return finish(path, *text, layer);
}

std::optional<Value> FileLoader::finish(const std::string &path, const std::string &text, Layer layer) {
   Origin file;
   file.layer = layer;
   file.source = std::make_shared<const std::string>(path);
   const auto root = read_yaml(text, file, mistakes_);
   if (!root)
      return std::nullopt;
   if (root->is_null()) {
      mistakes_.add(file, "", "the file is empty; nebula config default shows one to start from");
      return std::nullopt;
   }
   if (!root->is_map()) {
      mistakes_.add(root->origin(), "",
                    "a configuration is a map of \"key: value\" lines, found " + shown(*root) +
                       (root->is_string() ? " (is a space missing after a colon?)" : ""));
      return std::nullopt;
   }
   chain_.push_back(path);
   Value merged = on_top_of_extended(put_in_variables(*root, path), path);
   chain_.pop_back();
   return merged;
}

Value FileLoader::put_in_variables(const Value &root, const std::string &path) {
   const Interpolation how{variables_, read_file_, path};
   std::vector<Entry> entries;
   for (const Entry &entry : root.entries()) {
      if (entry.key != "profiles" || !entry.value.is_map()) {
         entries.push_back(
            {entry.key, entry.key_origin, interpolate(entry.value, how, join_path("", entry.key), mistakes_)});
         continue;
      }
      std::vector<Entry> profiles;
      for (const Entry &profile : entry.value.entries()) {
         const bool chosen = std::find(profiles_.begin(), profiles_.end(), profile.key) != profiles_.end();
         const std::string where = join_path("profiles", profile.key);
         profiles.push_back({profile.key, profile.key_origin,
                             chosen ? interpolate(profile.value, how, where, mistakes_) : profile.value});
      }
      entries.push_back({entry.key, entry.key_origin, entry.value.with_entries(std::move(profiles))});
   }
   return root.with_entries(std::move(entries));
}

Value FileLoader::on_top_of_extended(const Value &root, const std::string &path) {
   const Value *extends = root.find("extends");
   const Value own = without_key(root, "extends");
   if (extends == nullptr || extends->poisoned())
      return own;
   Value base = Value::map({}, root.origin());
   if (extends->is_string())
      extend(*extends, "extends", path, base);
   else if (extends->is_list())
      for (std::size_t i = 0; i < extends->items().size(); ++i)
         extend(extends->items()[i], join_path("extends", i), path, base);
   else
      mistakes_.add(extends->origin(), "extends", "expected a file name or a list of them, found " + shown(*extends));
   return merge(base, own, KeyMatch::exact, mistakes_);
}

void FileLoader::extend(const Value &name, const std::string &value_path, const std::string &path, Value &base) {
   if (name.poisoned())
      return;
   if (!name.as_string() || name.as_string()->empty()) {
      mistakes_.add(name.origin(), value_path, "expected a file name, found " + shown(name));
      return;
   }
   const std::string target = beside(path, *name.as_string());
   if (std::find(chain_.begin(), chain_.end(), target) != chain_.end()) {
      std::string chain;
      for (auto link = std::find(chain_.begin(), chain_.end(), target); link != chain_.end(); ++link)
         chain += *link + " -> ";
      mistakes_.add(name.origin(), value_path,
                    "the files extend each other in a circle: " + chain + target + "; break it at one");
      return;
   }
   if (chain_.size() >= k_max_extends_depth) {
      mistakes_.add(name.origin(), value_path,
                    "more than " + std::to_string(k_max_extends_depth) + " files extend each other");
      return;
   }
   if (const auto extended = load_named(target, Layer::extends_file, {name.origin(), value_path}))
      base = merge(base, *extended, KeyMatch::exact, mistakes_);
}

} // namespace nebula::host::config
