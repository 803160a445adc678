#include "host/config/merge.h"

#include "host/config/path.h"
#include "host/config/suggest.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

class Merger {
public:
   Merger(KeyMatch match, Mistakes &mistakes) : match_(match), mistakes_(mistakes) {}

   Value run(const Value &base, const Value &overlay, bool is_root) {
      if (!base.is_map() || !overlay.is_map())
         return overlay;
      std::vector<Entry> entries = base.entries();
      for (const Entry &over : overlay.entries()) {
         const auto under = find(entries, over.key);
         const bool is_plugins = is_root && same_folded(over.key, "plugins");
         if (is_plugins && over.value.is_map())
            set(entries, under, over, plugins(under == entries.end() ? Value::list({}) : under->value, over.value));
         else
            set(entries, under, over, under == entries.end() ? over.value : run(under->value, over.value, false));
      }
      return base.with_entries(
         std::move(entries)); // a map stays where it was first written; its values tell their own origin
   }

private:
   using Entries = std::vector<Entry>;

   [[nodiscard]] Entries::iterator find(Entries &entries, std::string_view key) const {
      const auto exact = std::find_if(entries.begin(), entries.end(), [&](const Entry &e) { return e.key == key; });
      if (exact != entries.end() || match_ == KeyMatch::exact)
         return exact;
      return std::find_if(entries.begin(), entries.end(), [&](const Entry &e) { return same_folded(e.key, key); });
   }

   static void set(Entries &entries, Entries::iterator under, const Entry &over, Value value) {
      if (under == entries.end()) {
         entries.push_back({over.key, over.key_origin, std::move(value)});
         return;
      }
      if (!under->value.is_map() || !value.is_map())
         under->key_origin = over.key_origin;
      under->value = std::move(value);
   }

   Value plugins(const Value &base, const Value &overlay) {
      std::vector<Value> items = base.items();
      for (const Entry &over : overlay.entries())
         one_plugin(items, over);
      return Value::list(std::move(items), base.is_list() && !base.items().empty() ? base.origin() : overlay.origin());
   }

   void one_plugin(std::vector<Value> &items, const Entry &over) {
      const std::string path = join_path("plugins", over.key);
      const auto named = [&](auto same) {
         return std::find_if(items.begin(), items.end(),
                             [&](const Value &item) { return same(instance_name(item), over.key); });
      };
      auto item = named([](std::string_view a, std::string_view b) { return a == b; });
      if (item == items.end())
         item = named(same_folded);
      if (over.value.poisoned())
         return;
      if (!over.value.is_map() && !over.value.is_null())
         mistakes_.add(over.value.origin(), path,
                       "expected a map of settings for this plugin instance, or null to remove it");
      else if (item != items.end() && over.value.is_null())
         items.erase(item);
      else if (item != items.end())
         *item = run(*item, over.value, false);
      else if (over.value.find("id") != nullptr)
         items.push_back(new_instance(over));
      else
         mistakes_.add(over.key_origin, path,
                       "there is no plugin instance of this name" + suggestion(over.key, names(items)) +
                          " (to add one here, give it an id)");
   }

   static Value new_instance(const Entry &over) {
      std::vector<Entry> entries = over.value.entries();
      if (over.value.find("as") == nullptr && over.value.find("id")->as_string() != std::string_view(over.key))
         entries.push_back({"as", over.key_origin, Value::string(over.key, over.key_origin)});
      return over.value.with_entries(std::move(entries));
   }

   static std::vector<std::string> names(const std::vector<Value> &items) {
      std::vector<std::string> all;
      for (const Value &item : items)
         all.push_back(instance_name(item));
      return all;
   }

   KeyMatch match_;
   Mistakes &mistakes_;
};

} // namespace

Value merge(const Value &base, const Value &overlay, KeyMatch match, Mistakes &mistakes) {
   return Merger(match, mistakes).run(base, overlay, true);
}

std::string instance_name(const Value &plugin_entry) {
   for (const std::string_view key : {"as", "id"})
      if (const Value *name = plugin_entry.find(key); name && name->as_string())
         return std::string(*name->as_string());
   return {};
}

} // namespace nebula::host::config
