#include "host/plugin/manifest.h"

#include "host/plugin/limits.h"

#include <nebula/manifest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>

namespace nebula::host {
namespace json = boost::json;
namespace {

Error wrong(std::string what) {
   return {"the manifest's " + std::move(what), ErrorKind::unavailable};
}

bool id_byte(char c) {
   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// Reads the members of one JSON object; `where` is "provides[2]." or "".
class Members {
public:
   Members(const json::object &object, std::string where) : object_(object), where_(std::move(where)) {}

   // A text of at most `limit` bytes; absent: empty, unless `needed`.
   [[nodiscard]] Result<std::string> text(std::string_view key, bool needed,
                                          std::size_t limit = k_max_text_bytes) const {
      const auto *value = object_.if_contains(key);
      if (!value)
         return needed ? Result<std::string>(wrong(where_ + std::string(key) + " is missing")) : std::string();
      const auto *string = value->if_string();
      if (!string)
         return wrong(where_ + std::string(key) + " must be a text");
      if (string->size() > limit || (needed && string->empty()))
         return wrong(where_ + std::string(key) + " must have 1 to " + std::to_string(limit) + " bytes");
      return std::string(string->data(), string->size());
   }

   // A list of at most `limit` texts; absent: none.
   [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view key, std::size_t limit) const {
      std::vector<std::string> all;
      const auto *value = object_.if_contains(key);
      if (!value)
         return all;
      const auto *list = value->if_array();
      if (!list || list->size() > limit)
         return wrong(where_ + std::string(key) + " must be a list of at most " + std::to_string(limit) + " texts");
      for (const auto &one : *list) {
         const auto *string = one.if_string();
         if (!string || string->empty() || string->size() > k_max_id_bytes)
            return wrong(where_ + std::string(key) + " must hold texts of 1 to " + std::to_string(k_max_id_bytes) +
                         " bytes");
         all.emplace_back(string->data(), string->size());
      }
      return all;
   }

   [[nodiscard]] Result<bool> flag(std::string_view key) const {
      const auto *value = object_.if_contains(key);
      if (!value)
         return false;
      if (!value->is_bool())
         return wrong(where_ + std::string(key) + " must be true or false");
      return value->get_bool();
   }

   // Calls `take(Members of the item)` for each object of the list `key`.
   template <class Take>
   [[nodiscard]] Result<void> each(std::string_view key, std::size_t limit, Take take) const {
      const auto *value = object_.if_contains(key);
      if (!value)
         return {};
      const auto *list = value->if_array();
      if (!list || list->size() > limit)
         return wrong(std::string(key) + " must be a list of at most " + std::to_string(limit) + " objects");
      for (std::size_t i = 0; i < list->size(); ++i) {
         const std::string place = std::string(key) + "[" + std::to_string(i) + "]";
         const auto *object = (*list)[i].if_object();
         if (!object)
            return wrong(place + " must be an object");
         if (auto taken = take(Members(*object, place + ".")); !taken)
            return taken.error();
      }
      return {};
   }

   [[nodiscard]] const json::object &object() const { return object_; }
   [[nodiscard]] const std::string &where() const { return where_; }

private:
   const json::object &object_;
   std::string where_;
};

Result<void> read_abi(const Members &members, Manifest &manifest) {
   auto text = members.text("abi", true, 16);
   if (!text)
      return text.error();
   const char *end = text->data() + text->size();
   const auto major = std::from_chars(text->data(), end, manifest.abi_major);
   if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.')
      return wrong("abi must be MAJOR.MINOR, such as \"1.0\", not \"" + *text + "\"");
   const auto minor = std::from_chars(major.ptr + 1, end, manifest.abi_minor);
   if (minor.ec != std::errc{} || minor.ptr != end)
      return wrong("abi must be MAJOR.MINOR, such as \"1.0\", not \"" + *text + "\"");
   return {};
}

Result<std::string> read_service_id(const Members &item) {
   auto id = item.text("id", true, k_max_id_bytes);
   if (id)
      if (const char *why = wrong_with_service_id(*id))
         return wrong(item.where() + "id \"" + *id + "\" " + why);
   return id;
}

Result<void> read_provides(const Members &members, Manifest &manifest) {
   return members.each("provides", k_max_services_of_plugin, [&](const Members &item) -> Result<void> {
      auto id = read_service_id(item);
      auto name = item.text("name", false, k_max_id_bytes);
      auto aliases = item.texts("aliases", k_max_aliases_of_service);
      if (!id)
         return id.error();
      if (!name || !aliases)
         return name ? aliases.error() : name.error();
      manifest.provides.push_back({std::move(*id), std::move(*name), std::move(*aliases)});
      return {};
   });
}

Result<void> read_requires(const Members &members, Manifest &manifest) {
   return members.each("requires", k_max_services_of_plugin, [&](const Members &item) -> Result<void> {
      auto id = read_service_id(item);
      auto from = item.text("instance_from", false, k_max_id_bytes);
      auto optional = item.flag("optional");
      if (!id)
         return id.error();
      if (!from || !optional)
         return from ? optional.error() : from.error();
      manifest.requirements.push_back({std::move(*id), *optional, std::move(*from)});
      return {};
   });
}

/// One word, or two with a space between: "bench pool" stands beside the program's own "bench".
const char *wrong_with_command_name(std::string_view name) {
   const auto space = name.find(' ');
   if (const char *why = wrong_with_plugin_id(name.substr(0, space)))
      return why;
   return space == std::string_view::npos ? nullptr : wrong_with_plugin_id(name.substr(space + 1));
}

Result<CommandStage> stage_of(const std::string &text, const std::string &where) {
   if (text.empty() || text == "configured")
      return CommandStage::configured;
   if (text == "alone")
      return CommandStage::alone;
   if (text == "with-algorithms")
      return CommandStage::with_algorithms;
   return wrong(where + "runs must be configured, alone or with-algorithms, not \"" + text + "\"");
}

Result<void> read_commands(const Members &members, Manifest &manifest) {
   return members.each("commands", k_max_commands_of_plugin, [&](const Members &item) -> Result<void> {
      auto name = item.text("name", true, k_max_id_bytes);
      auto summary = item.text("summary", false);
      auto runs = item.text("runs", false, k_max_id_bytes);
      if (!name || !summary)
         return name ? summary.error() : name.error();
      if (!runs)
         return runs.error();
      if (const char *why = wrong_with_command_name(*name))
         return wrong(item.where() + "name \"" + *name + "\" " + why);
      const auto stage = stage_of(*runs, item.where());
      if (!stage)
         return stage.error();
      manifest.commands.push_back({std::move(*name), std::move(*summary), *stage});
      return {};
   });
}

Result<void> read_texts(const Members &members, Manifest &manifest) {
   struct Field {
      const char *key;
      std::string *to;
      bool needed;
   };
   for (const auto &[key, to, needed] :
        {Field{"id", &manifest.id, true}, Field{"version", &manifest.version, true},
         Field{"license", &manifest.license, false}, Field{"summary", &manifest.summary, false}}) {
      auto text = members.text(key, needed);
      if (!text)
         return text.error();
      *to = std::move(*text);
   }
   if (const char *why = wrong_with_plugin_id(manifest.id))
      return wrong("id \"" + manifest.id + "\" " + why);
   auto status = members.text("status", false);
   if (!status)
      return status.error();
   if (!status->empty())
      manifest.status = std::move(*status);
   if (manifest.status != "core" && manifest.status != "supported" && manifest.status != "deprecated")
      return wrong("status must be core, supported or deprecated, not \"" + manifest.status + "\"");
   return {};
}

Result<Manifest> read_manifest(const json::object &object) {
   Manifest manifest;
   const Members members(object, "");
   for (const auto read : {read_texts, read_abi, read_provides, read_requires, read_commands})
      if (auto done = read(members, manifest); !done)
         return done.error();
   if (const auto *schema = object.if_contains("config")) {
      if (!schema->is_object())
         return wrong("config must be a JSON Schema object");
      manifest.config = schema->get_object();
   }
   return manifest;
}

} // namespace

bool Manifest::provides_service(std::string_view service) const {
   return std::any_of(provides.begin(), provides.end(), [&](const auto &one) { return one.id == service; });
}

const char *wrong_with_plugin_id(std::string_view id) {
   if (id.empty() || id.size() > k_max_id_bytes)
      return "must have 1 to 128 characters";
   const auto joint = [](char c) { return c == '-' || c == '.'; };
   if (!std::all_of(id.begin(), id.end(), id_byte) || joint(id.front()) || joint(id.back()))
      return "must be made of a-z, 0-9, '-' and '.', and begin and end with a letter or digit";
   return nullptr;
}

const char *wrong_with_service_id(std::string_view id) {
   const auto slash = id.rfind('/');
   if (id.size() > k_max_id_bytes || slash == std::string_view::npos || slash == 0 || slash + 1 == id.size())
      return "must be NAME/VERSION, such as nebula.work.source/1";
   const auto name = id.substr(0, slash);
   const auto version = id.substr(slash + 1);
   const auto digit = [](char c) { return c >= '0' && c <= '9'; };
   if (wrong_with_plugin_id(name) || version.size() > 4 || !std::all_of(version.begin(), version.end(), digit))
      return "must be NAME/VERSION, such as nebula.work.source/1";
   return nullptr;
}

Result<std::vector<Manifest>> parse_manifests(std::string_view text) {
   if (text.size() > NEB_MANIFEST_MAX_BYTES)
      return wrong("text has " + std::to_string(text.size()) + " bytes; at most 262,144 are read");
   // C literals in NEB_MANIFEST and editors leave zeros and newlines at the end.
   while (!text.empty() && text.back() == '\0')
      text.remove_suffix(1);
   boost::system::error_code failed;
   json::parse_options options;
   options.max_depth = k_max_manifest_depth;
   const auto value = json::parse(text, failed, {}, options);
   if (failed)
      return wrong("text is not JSON: " + failed.message());
   std::vector<Manifest> manifests;
   const auto take = [&](const json::value &one) -> Result<void> {
      if (!one.is_object())
         return wrong("text must be a JSON object, or a list of them");
      auto manifest = read_manifest(one.get_object());
      if (!manifest)
         return manifest.error();
      manifests.push_back(std::move(*manifest));
      return {};
   };
   if (const auto *list = value.if_array()) {
      if (list->empty() || list->size() > k_max_plugins_in_file)
         return wrong("list must hold 1 to 64 manifests");
      for (const auto &one : *list)
         if (auto taken = take(one); !taken)
            return taken.error();
   } else if (auto taken = take(value); !taken) {
      return taken.error();
   }
   return manifests;
}

} // namespace nebula::host
