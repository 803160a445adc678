#include "host/validate/config_view.h"

#include <nebula/ext/config.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace nebula::host::validation {
namespace {

// The table's functions have no context: one view in a process.
struct Seen {
   std::mutex mutex;
   config::SchemaPtr schema;
   neb_ext_config real{};
   std::map<const neb_config *, const config::Schema *> nodes; // what is known about the nodes handed out
   std::string undocumented;
};

Seen &seen() {
   static auto &all = for_ever<Seen>();
   return all;
}

const neb_config *root(const neb_host *host) {
   const neb_config *node = seen().real.root(host);
   const std::lock_guard lock(seen().mutex);
   seen().nodes[node] = seen().schema.get();
   return node;
}

const neb_config *at(const neb_config *node, neb_str path) {
   const neb_config *found = seen().real.at(node, path);
   const std::lock_guard lock(seen().mutex);
   const auto known = seen().nodes.find(node);
   if (known == seen().nodes.end() || !known->second)
      return found;
   const std::string_view text(path.ptr ? path.ptr : "", path.len);
   const config::Schema *below = nullptr;
   if (!documents(known->second, text, &below) && seen().undocumented.empty())
      seen().undocumented = text;
   if (found)
      seen().nodes[found] = below;
   return found;
}

const neb_config *item(const neb_config *node, std::uint64_t index, neb_str *key) {
   const neb_config *found = seen().real.item(node, index, key);
   const std::lock_guard lock(seen().mutex);
   const auto known = seen().nodes.find(node);
   if (found && known != seen().nodes.end() && known->second)
      seen().nodes[found] = known->second->items.get();
   return found;
}

// What a schema says about its member; `found`: whether it admits one.
const config::Schema *member(const config::Schema &schema, std::string_view name, bool &found) {
   const auto *property = schema.property(name);
   found = property || schema.additional || !schema.closed;
   return property ? property : schema.additional.get();
}

} // namespace

bool documents(const config::Schema *schema, std::string_view path, const config::Schema **below) {
   while (!path.empty() && schema && schema->one_of.empty() && schema->any_of.empty() && path[0] != '"') {
      if (path[0] == '[') {
         schema = schema->items.get();
         path.remove_prefix(std::min(path.find(']'), path.size() - 1) + 1);
      } else {
         const auto end = std::min(path.find_first_of(".["), path.size());
         bool found = false;
         schema = member(*schema, path.substr(0, end), found);
         if (!found)
            return false;
         path.remove_prefix(end);
      }
      if (path.starts_with('.'))
         path.remove_prefix(1);
   }
   if (below)
      *below = path.empty() ? schema : nullptr;
   return true;
}

ConfigView::ConfigView(config::SchemaPtr schema) {
   const std::lock_guard lock(seen().mutex);
   seen().schema = std::move(schema);
}

const void *ConfigView::extension(std::string_view id, const void *real) {
   if (id != NEB_EXT_CONFIG)
      return real;
   seen().real = *static_cast<const neb_ext_config *>(real);
   auto &table = for_ever<neb_ext_config>(seen().real);
   table.root = root;
   table.at = at;
   table.item = item;
   return &table;
}

std::string ConfigView::undocumented() {
   const std::lock_guard lock(seen().mutex);
   return seen().undocumented;
}

} // namespace nebula::host::validation
