#include "host/config/describe.h"
#include "host/config/path.h"
#include "host/config/suggest.h"
#include "host/config/validator.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

/// A default, placed where it is missing: its layer says that nobody wrote it, its position where one would write it.
Value default_at(const Value &value, const Origin &place) {
   Origin origin = place;
   origin.layer = Layer::schema_default;
   if (value.is_list()) {
      std::vector<Value> items;
      for (const Value &item : value.items())
         items.push_back(default_at(item, place));
      return Value::list(std::move(items), origin);
   }
   if (!value.is_map())
      return value.with_origin(std::move(origin));
   std::vector<Entry> entries;
   for (const Entry &entry : value.entries())
      entries.push_back({entry.key, origin, default_at(entry.value, place)});
   return Value::map(std::move(entries), origin);
}

} // namespace

Value Validator::check_list(const Value &value, const Schema &schema, const std::string &path) {
   const std::size_t count = value.items().size();
   if (schema.min_items && count < *schema.min_items)
      fail(value, path,
           "has " + std::to_string(count) + " items; at least " + std::to_string(*schema.min_items) + " are needed");
   if (schema.max_items && count > *schema.max_items)
      fail(value, path,
           "has " + std::to_string(count) + " items; at most " + std::to_string(*schema.max_items) + " are allowed");
   if (schema.unique_items)
      for (std::size_t i = 1; i < count; ++i) {
         const auto end = value.items().begin() + static_cast<std::ptrdiff_t>(i);
         const auto twin =
            std::find_if(value.items().begin(), end, [&](const Value &other) { return same_content(*end, other); });
         if (twin != end)
            fail(*end, join_path(path, i), shown(*end) + " is in the list twice; remove one");
      }
   if (!schema.items)
      return value;
   std::vector<Value> items;
   for (std::size_t i = 0; i < count; ++i)
      items.push_back(check(value.items()[i], *schema.items, join_path(path, i)));
   return value.with_items(std::move(items));
}

Value Validator::check_map(const Value &value, const Schema &schema, const std::string &path) {
   std::vector<Entry> entries;
   for (const Entry &entry : value.entries())
      entries.push_back(check_entry(entry, schema, path));
   add_defaults(entries, schema, path, value.origin());
   for (const std::string &name : schema.required) {
      if (std::any_of(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.key == name; }))
         continue;
      const Schema *property = schema.property(name);
      const bool described = property && !property->description.empty();
      fail(value, path, quoted_text(name) + " is missing" + (described ? " (" + property->description + ")" : ""));
   }
   return value.with_entries(std::move(entries));
}

Entry Validator::check_entry(const Entry &entry, const Schema &schema, const std::string &path) {
   Entry checked = entry;
   const Schema *property = schema.property(entry.key);
   if (property == nullptr && adapt_ == Adapt::yes && entry.key_origin.layer >= Layer::dot_env)
      for (const auto &[name, candidate] : schema.properties)
         if (same_folded(name, entry.key)) { // an environment variable cannot spell it
            checked.key = name;
            property = candidate.get();
         }
   const bool is_choice = property && (property->constant || !property->allowed.empty());
   if (entry.value.is_string() && sounds_secret(entry.key) && !is_choice) // the words of messages end up in logs
      checked.value = entry.value.with_secret();
   if (property != nullptr)
      checked.value = check(checked.value, *property, join_path(path, checked.key));
   else if (schema.additional)
      checked.value = check(checked.value, *schema.additional, join_path(path, entry.key));
   else if (schema.closed)
      mistakes_.add(entry.key_origin, path,
                    "unknown key " + quoted_text(entry.key) + suggestion(entry.key, schema.property_names()) +
                       (schema.unknown_key_hint.empty() ? "" : " (" + schema.unknown_key_hint + ")"));
   return checked;
}

void Validator::add_defaults(std::vector<Entry> &entries, const Schema &schema, const std::string &path,
                             const Origin &place) {
   for (const auto &listed : schema.properties) {
      const std::string &name = listed.first;
      const SchemaPtr &property = listed.second;
      const bool present =
         std::any_of(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.key == name; });
      if (present || !property->default_value)
         continue;
      const Value value = default_at(*property->default_value, place);
      entries.push_back({name, value.origin(), check(value, *property, join_path(path, name))});
   }
}

} // namespace nebula::host::config
