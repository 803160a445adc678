#include "host/cli/config_reference.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::host::cli {

namespace json = boost::json;

namespace {

[[nodiscard]] std::string text_of(const json::object &schema, const char *key) {
   const auto *value = schema.if_contains(key);
   return value && value->is_string() ? std::string(value->get_string()) : "";
}

[[nodiscard]] std::string type_of(const json::object &schema) {
   const auto *type = schema.if_contains("type");
   if (type && type->is_string()) {
      return std::string(type->get_string());
   }
   std::string all;
   const auto add = [&all](std::string_view name) { all += (all.empty() ? "" : " or ") + std::string(name); };
   if (type && type->is_array()) {
      for (const auto &one : type->get_array()) {
         add(one.get_string());
      }
   }
   for (const char *combined : {"oneOf", "anyOf"}) {
      if (const auto *list = schema.if_contains(combined); list && list->is_array()) {
         for (const auto &one : list->get_array()) {
            add(one.is_object() ? type_of(one.get_object()) : "");
         }
      }
   }
   return all;
}

// "integer, 1 to 65535", "one of text, json", "duration", "list of string".
[[nodiscard]] std::string kind_of(const json::object &schema) {
   if (const auto *values = schema.if_contains("enum"); values && values->is_array()) {
      std::string all;
      for (const auto &value : values->get_array()) {
         all += (all.empty() ? "one of " : ", ") +
                ("`" + (value.is_string() ? std::string(value.get_string()) : json::serialize(value)) + "`");
      }
      return all;
   }
   const auto format = text_of(schema, "format");
   std::string kind = format.empty() ? type_of(schema) : format;
   if (kind == "array") {
      const auto *items = schema.if_contains("items");
      kind = "list" + (items && items->is_object() ? " of " + kind_of(items->get_object()) : "");
   }
   const auto *low = schema.if_contains("minimum");
   const auto *high = schema.if_contains("maximum");
   if (low && high) {
      kind += ", " + json::serialize(*low) + " to " + json::serialize(*high);
   } else if (low || high) {
      kind += low ? ", at least " + json::serialize(*low) : ", at most " + json::serialize(*high);
   }
   if (const auto units = text_of(schema, "units"); !units.empty()) {
      kind += " (" + units + ")";
   }
   return kind;
}

[[nodiscard]] std::string in_cell(std::string text) {
   for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
      text.insert(at, "\\");
   }
   return text;
}

[[nodiscard]] bool is_required(const json::object &parent, std::string_view key) {
   const auto *required = parent.if_contains("required");
   if (required && required->is_array()) {
      for (const auto &name : required->get_array()) {
         if (name.is_string() && std::string_view(name.get_string()) == key) {
            return true;
         }
      }
   }
   return false;
}

void add_rows(const json::object &schema, const std::string &prefix, std::string &out) {
   const auto *properties = schema.if_contains("properties");
   if (!properties || !properties->is_object()) {
      return;
   }
   for (const auto &[key, value] : properties->get_object()) {
      if (!value.is_object()) {
         continue;
      }
      const auto &property = value.get_object();
      const auto name = prefix + std::string(key);
      const auto *fallback = property.if_contains("default");
      out += "| `" + name + "` | " + in_cell(kind_of(property)) + " | " +
             (fallback                   ? "`" + in_cell(json::serialize(*fallback)) + "`"
              : is_required(schema, key) ? "**required**"
                                         : "") +
             " | " + in_cell(text_of(property, "description")) + " |\n";
      add_rows(property, name + ".", out);
      if (const auto *items = property.if_contains("items"); items && items->is_object()) {
         add_rows(items->get_object(), name + "[].", out);
      }
   }
}

} // namespace

std::string reference_table(const json::object &schema) {
   std::string rows;
   add_rows(schema, "", rows);
   return rows.empty() ? "No settings.\n" : "| key | kind | default | meaning |\n| --- | --- | --- | --- |\n" + rows;
}

} // namespace nebula::host::cli
