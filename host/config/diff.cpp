#include "host/config/diff.h"

#include "host/config/merge.h"
#include "host/config/path.h"
#include "host/config/render.h"

namespace nebula::host::config {

namespace {

std::string_view last_key(std::string_view path) {
   const std::size_t dot = path.rfind('.');
   return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::string leaf_text(const Value &value, const std::string &path) {
   if (value.secret())
      return "(secret)";
   if (value.is_scalar())
      return json_scalar(value, last_key(path));
   std::string text = value.is_list() ? "[" : "{";
   const char *separator = "";
   for (const Value &item : value.items()) {
      text += separator + leaf_text(item, path);
      separator = ", ";
   }
   for (const Entry &entry : value.entries()) {
      text += separator + json_string(entry.key) + ": " + leaf_text(entry.value, join_path(path, entry.key));
      separator = ", ";
   }
   return text + (value.is_list() ? "]" : "}");
}

/// The `plugins` list as a map by instance name.
Value by_instance(const Value &plugins) {
   std::vector<Entry> entries;
   for (const Value &item : plugins.items())
      entries.push_back({instance_name(item), item.origin(), item});
   return Value::map(std::move(entries), plugins.origin());
}

class Differ {
public:
   void compare(const Value &before, const Value &after, const std::string &path) {
      if (same_content(before, after))
         return;
      if (path == "plugins" && before.is_list() && after.is_list())
         return compare_maps(by_instance(before), by_instance(after), path);
      if (before.is_map() && after.is_map())
         return compare_maps(before, after, path);
      changes.push_back({path, before, after});
   }
   std::vector<Change> changes;

private:
   void compare_maps(const Value &before, const Value &after, const std::string &path) {
      for (const Entry &entry : before.entries()) {
         const Value *other = after.find(entry.key);
         if (other != nullptr)
            compare(entry.value, *other, join_path(path, entry.key));
         else
            changes.push_back({join_path(path, entry.key), entry.value, std::nullopt});
      }
      for (const Entry &entry : after.entries())
         if (before.find(entry.key) == nullptr)
            changes.push_back({join_path(path, entry.key), std::nullopt, entry.value});
   }
};

} // namespace

std::vector<Change> diff(const Value &before, const Value &after) {
   Differ differ;
   differ.compare(before, after, "");
   return std::move(differ.changes);
}

std::string render_diff(const std::vector<Change> &changes) {
   std::string text;
   for (const Change &change : changes) {
      const char *mark = !change.before ? "+ " : !change.after ? "- " : "~ ";
      text += mark + change.path + ": ";
      if (change.before)
         text += leaf_text(*change.before, change.path);
      if (change.before && change.after)
         text += " -> ";
      if (change.after) {
         const Origin &origin = change.after->origin();
         text += leaf_text(*change.after, change.path) + " (" +
                 (origin.layer == Layer::schema_default ? std::string(layer_name(origin.layer)) : origin.where()) + ")";
      }
      text += '\n';
   }
   return text;
}

} // namespace nebula::host::config
