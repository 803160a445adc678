#include "host/config/load.h"

#include "host/config/describe.h"
#include "host/config/embedded.h"
#include "host/config/env_file.h"
#include "host/config/file_loader.h"
#include "host/config/merge.h"
#include "host/config/path.h"
#include "host/config/settings.h"
#include "host/config/suggest.h"
#include "host/config/validate.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

class Loader {
public:
   explicit Loader(const LoadRequest &request)
      : request_(request), variables_(request.environment),
        files_(request.read_file, variables_, request.profiles, mistakes_) {}

   LoadOutcome run() {
      read_env();
      auto root = request_.path
                     ? files_.load(normal_path(), Layer::file)
                     : files_.load_text("built-in node.yaml", std::string(embedded_node_yaml()), Layer::built_in);
      if (root)
         finish(*root);
      outcome_.mistakes = std::move(mistakes_);
      outcome_.mistakes.sort();
      if (!outcome_.mistakes.empty())
         outcome_.loaded.reset();
      return std::move(outcome_);
   }

private:
   [[nodiscard]] std::string normal_path() const { return beside("", *request_.path); }
   [[nodiscard]] std::string beside_node_yaml(std::string_view name) const {
      return beside(request_.path ? normal_path() : "", name);
   }

   void read_env() {
      const std::string path = beside_node_yaml(".env");
      const auto text = request_.read_file(path);
      Origin file;
      file.layer = Layer::dot_env;
      file.source = std::make_shared<const std::string>(path);
      if (!text) {
         if (text.error().kind != ErrorKind::unavailable) // there need be none; one that cannot be read is a mistake
            mistakes_.add(file, "", "cannot read the file: " + text.error().message);
         return;
      }
      env_lines_ = read_env_file(*text, file, mistakes_);
      Variables from_file;
      for (const EnvLine &line : env_lines_)
         from_file.insert_or_assign(line.name, line.value);
      variables_.insert(from_file.begin(), from_file.end()); // the environment's own stay
   }

   void finish(Value root) {
      const Value *named = root.find("profiles");
      const Value profiles = named ? *named : Value::map({});
      if (!profiles.is_map())
         mistakes_.add(profiles.origin(), "profiles", "expected a map of named overlays, found " + shown(profiles));
      std::vector<Entry> entries = root.entries();
      std::erase_if(entries, [](const Entry &entry) { return entry.key == "profiles"; });
      root = root.with_entries(std::move(entries));
      for (const std::string &profile : request_.profiles)
         if (const auto overlay = find_profile(profile, profiles))
            root = merge(root, *overlay, KeyMatch::exact, mistakes_);
      root = apply_env_file(root, env_lines_, mistakes_);
      root = apply_environment(root, request_.environment, mistakes_);
      root = apply_overrides(root, request_.overrides, mistakes_);
      root = validate(root, *node_schema(), "", mistakes_);
      check_instances(root, mistakes_);
      outcome_.draft = root;
      outcome_.loaded = Loaded{std::move(root), files_.files()};
   }

   std::optional<Value> find_profile(const std::string &name, const Value &profiles) {
      if (const Value *in_file = profiles.find(name))
         return checked_profile(name, *in_file);
      const bool plain_name = !name.empty() && name.find_first_of("/\\") == std::string::npos && name[0] != '.';
      if (const std::string path = beside_node_yaml("profiles/" + name + ".yaml"); plain_name) {
         const auto text = request_.read_file(path);
         if (text || text.error().kind != ErrorKind::unavailable)
            return files_.load(path, Layer::profile);
      }
      if (const auto built_in = embedded_profiles().find(name); built_in != embedded_profiles().end())
         return files_.load_text("built-in profile " + name, built_in->second, Layer::profile);
      report_unknown_profile(name, profiles);
      return std::nullopt;
   }

   std::optional<Value> checked_profile(const std::string &name, const Value &profile) {
      if (!profile.is_map()) {
         mistakes_.add(profile.origin(), join_path("profiles", name),
                       "expected a map of settings, found " + shown(profile));
         return std::nullopt;
      }
      for (const std::string_view key : {"extends", "profiles"})
         if (const Value *misplaced = profile.find(key)) {
            mistakes_.add(misplaced->origin(), join_path("profiles", name),
                          "\"" + std::string(key) + "\" can only stand at the top of a file, not inside a profile");
            return std::nullopt;
         }
      return relayered(profile);
   }

   /// What a profile says has layer `profile`, wherever its text stands.
   static Value relayered(const Value &value) {
      Origin origin = value.origin();
      origin.layer = Layer::profile;
      if (value.is_list()) {
         std::vector<Value> items;
         for (const Value &item : value.items())
            items.push_back(relayered(item));
         return value.with_items(std::move(items)).with_origin(origin);
      }
      if (!value.is_map())
         return value.with_origin(origin);
      std::vector<Entry> entries;
      for (const Entry &entry : value.entries()) {
         Origin key_origin = entry.key_origin;
         key_origin.layer = Layer::profile;
         entries.push_back({entry.key, std::move(key_origin), relayered(entry.value)});
      }
      return value.with_entries(std::move(entries)).with_origin(origin);
   }

   void report_unknown_profile(const std::string &name, const Value &profiles) {
      std::vector<std::string> known;
      for (const Entry &entry : profiles.entries())
         known.push_back(entry.key);
      for (const auto &[built_in, text] : embedded_profiles())
         if (std::find(known.begin(), known.end(), built_in) == known.end())
            known.push_back(built_in);
      Origin origin;
      origin.layer = Layer::command_line;
      origin.source = std::make_shared<const std::string>("--profile " + name);
      mistakes_.add(origin, "", "there is no profile of this name" + suggestion(name, known));
   }

   const LoadRequest &request_;
   Mistakes mistakes_;
   Variables variables_; // the environment, and .env where it says nothing
   std::vector<EnvLine> env_lines_;
   FileLoader files_;
   LoadOutcome outcome_;
};

} // namespace

LoadOutcome try_load(const LoadRequest &request) {
   return Loader(request).run();
}

Result<Loaded> load(const LoadRequest &request) {
   LoadOutcome outcome = try_load(request);
   if (!outcome.loaded)
      return outcome.mistakes.to_error();
   return std::move(*outcome.loaded);
}

} // namespace nebula::host::config
