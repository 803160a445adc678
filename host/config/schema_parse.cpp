#include "host/config/format.h"
#include "host/config/json_value.h"
#include "host/config/limits.h"
#include "host/config/path.h"
#include "host/config/schema.h"
#include "host/config/suggest.h"
#include "host/config/units.h"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace nebula::host::config {

namespace {

constexpr std::size_t k_max_schema_depth = 24; // of the JSON text is 2-3 times this

struct TypeName {
   std::string_view name;
   unsigned bit;
};
constexpr TypeName k_types[] = {{"null", k_type_null},     {"boolean", k_type_boolean}, {"integer", k_type_integer},
                                {"number", k_type_number}, {"string", k_type_string},   {"array", k_type_array},
                                {"object", k_type_object}};

/// Reads one schema document (as a Value, whose accessors are friendlier than JSON's); remembers the first error.
class SchemaParser {
public:
   explicit SchemaParser(Unlisted unlisted) : unlisted_(unlisted) {}

   SchemaPtr parse(const Value &json, const std::string &path, std::size_t depth) {
      auto schema = std::make_shared<Schema>();
      if (const auto flag = json.as_bool())
         schema->never = !*flag;
      else if (!json.is_map())
         fail(path, "a schema is a JSON object, true or false");
      else if (depth > k_max_schema_depth)
         fail(path, "schemas are nested too deep");
      else
         for (const Entry &entry : json.entries())
            keyword(*schema, entry, join_path(path, entry.key), depth);
      if (failed())
         return nullptr;
      finish(*schema, json, path);
      return schema;
   }
   [[nodiscard]] bool failed() const { return !error_.empty(); }
   [[nodiscard]] const std::string &error() const { return error_; }

private:
   void fail(const std::string &path, const std::string &text) {
      if (error_.empty())
         error_ = (path.empty() ? "the configuration schema: " : "the configuration schema: " + path + ": ") + text;
   }

   void keyword(Schema &schema, const Entry &entry, const std::string &path, std::size_t depth) {
      const std::string &key = entry.key;
      if (failed() || annotation(schema, entry, path) || number_rule(schema, entry, path) ||
          count_rule(schema, entry, path) || structure(schema, entry, path, depth))
         return;
      if (key == "type")
         types(schema, entry.value, path);
      else if (key == "enum")
         allowed(schema, entry.value, path);
      else if (key == "const")
         schema.constant = entry.value;
      else if (key == "default")
         schema.default_value = entry.value;
      else if (key == "pattern")
         pattern(schema, entry.value, path);
      else if (key == "format")
         format(schema, entry.value, path);
      else
         unknown(key, path);
   }

   bool annotation(Schema &schema, const Entry &entry, const std::string &path) {
      const auto text = [&](std::string &target) {
         if (!entry.value.is_string())
            fail(path, "text is needed");
         else
            target = *entry.value.as_string();
      };
      const auto flag = [&](bool &target) {
         if (!entry.value.as_bool())
            fail(path, "true or false is needed");
         else
            target = *entry.value.as_bool();
      };
      bool ignored = false;
      if (entry.key == "description")
         text(schema.description);
      else if (entry.key == "title")
         text(schema.title);
      else if (entry.key == "units")
         text(schema.units);
      else if (entry.key == "x-unknown-key")
         text(schema.unknown_key_hint);
      else if (entry.key == "secret")
         flag(schema.secret);
      else if (entry.key == "uniqueItems")
         flag(schema.unique_items);
      else if (entry.key == "deprecated")
         flag(ignored);
      else
         return entry.key == "$schema" || entry.key == "$id" || entry.key == "$comment" || entry.key == "examples" ||
                entry.key.starts_with("x-");
      return true;
   }

   bool number_rule(Schema &schema, const Entry &entry, const std::string &path) {
      std::optional<Value> *target = entry.key == "minimum"            ? &schema.minimum
                                     : entry.key == "maximum"          ? &schema.maximum
                                     : entry.key == "exclusiveMinimum" ? &schema.exclusive_minimum
                                     : entry.key == "exclusiveMaximum" ? &schema.exclusive_maximum
                                                                       : nullptr;
      if (target == nullptr)
         return false;
      if (!entry.value.is_number())
         fail(path, "a number is needed");
      else
         *target = entry.value;
      return true;
   }

   bool count_rule(Schema &schema, const Entry &entry, const std::string &path) {
      std::optional<std::size_t> *target = entry.key == "minLength"   ? &schema.min_length
                                           : entry.key == "maxLength" ? &schema.max_length
                                           : entry.key == "minItems"  ? &schema.min_items
                                           : entry.key == "maxItems"  ? &schema.max_items
                                                                      : nullptr;
      if (target == nullptr)
         return false;
      if (!entry.value.as_uint())
         fail(path, "a whole number from 0 is needed");
      else
         *target = static_cast<std::size_t>(*entry.value.as_uint());
      return true;
   }

   /// Keywords that hold schemas or names of properties.
   bool structure(Schema &schema, const Entry &entry, const std::string &path, std::size_t depth) {
      const std::string &key = entry.key;
      if (key == "properties")
         properties(schema, entry.value, path, depth);
      else if (key == "required")
         required(schema, entry.value, path);
      else if (key == "items")
         schema.items = parse(entry.value, path, depth + 1);
      else if (key == "additionalProperties") {
         schema.closed = entry.value.as_bool() == false;
         if (!entry.value.as_bool())
            schema.additional = parse(entry.value, path, depth + 1);
      } else if (key == "oneOf" || key == "anyOf")
         branches(key == "oneOf" ? schema.one_of : schema.any_of, entry.value, path, depth);
      else
         return false;
      return true;
   }

   void properties(Schema &schema, const Value &value, const std::string &path, std::size_t depth) {
      if (!value.is_map())
         return fail(path, "an object of schemas is needed");
      for (const Entry &entry : value.entries())
         schema.properties.emplace_back(entry.key, parse(entry.value, join_path(path, entry.key), depth + 1));
   }

   void required(Schema &schema, const Value &value, const std::string &path) {
      if (!value.is_list())
         return fail(path, "a list of names is needed");
      for (const Value &name : value.items()) {
         if (!name.is_string())
            return fail(path, "a list of names is needed");
         schema.required.emplace_back(*name.as_string());
      }
   }

   void branches(std::vector<SchemaPtr> &target, const Value &value, const std::string &path, std::size_t depth) {
      if (value.items().empty())
         return fail(path, "a list with at least one schema is needed");
      for (const Value &item : value.items())
         target.push_back(parse(item, join_path(path, target.size()), depth + 1));
   }

   void types(Schema &schema, const Value &value, const std::string &path) {
      const std::vector<Value> one{value};
      for (const Value &item : value.is_list() ? value.items() : one) {
         const auto known = std::find_if(std::begin(k_types), std::end(k_types),
                                         [&](const TypeName &type) { return item.as_string() == type.name; });
         if (known == std::end(k_types))
            return fail(path, "a type is one of null, boolean, integer, number, string, array, object");
         schema.types |= known->bit;
      }
   }

   void allowed(Schema &schema, const Value &value, const std::string &path) {
      if (value.items().empty())
         return fail(path, "a list with at least one value is needed");
      schema.allowed = value.items();
   }

   void pattern(Schema &schema, const Value &value, const std::string &path) {
      if (!value.is_string())
         return fail(path, "text is needed");
      auto compiled = Pattern::compile(*value.as_string());
      if (!compiled)
         return fail(path, compiled.error().message);
      schema.pattern = std::move(*compiled);
   }

   void format(Schema &schema, const Value &value, const std::string &path) {
      if (!value.is_string())
         return fail(path, "text is needed");
      schema.format = *value.as_string();
      if (!is_known_format(schema.format))
         fail(path, "the format \"" + schema.format + "\" is unknown" + suggestion(schema.format, checked_formats()));
   }

   void unknown(const std::string &key, const std::string &path) {
      static const std::vector<std::string> known{"type",
                                                  "properties",
                                                  "required",
                                                  "additionalProperties",
                                                  "enum",
                                                  "const",
                                                  "minimum",
                                                  "maximum",
                                                  "exclusiveMinimum",
                                                  "exclusiveMaximum",
                                                  "minLength",
                                                  "maxLength",
                                                  "pattern",
                                                  "items",
                                                  "minItems",
                                                  "maxItems",
                                                  "uniqueItems",
                                                  "oneOf",
                                                  "anyOf",
                                                  "format",
                                                  "default",
                                                  "description",
                                                  "title",
                                                  "examples",
                                                  "units",
                                                  "secret"};
      const std::string near = nearest(key, known);
      fail(path, near.empty() ? "this keyword is not part of the subset that is checked here (its own begin with x-)"
                              : "unknown keyword; did you mean \"" + near + "\"?");
   }

   /// Rules that need the whole schema.
   void finish(Schema &schema, const Value &json, const std::string &path) {
      const bool says_additional = json.find("additionalProperties") != nullptr;
      if (unlisted_ == Unlisted::refused && !schema.properties.empty() && !says_additional)
         schema.closed = true;
      for (const std::string &name : schema.required)
         if (schema.closed && schema.property(name) == nullptr && schema.one_of.empty())
            fail(join_path(path, "required"),
                 "\"" + name + "\" is not among the properties, so nothing could ever fit");
      if (schema.types == k_type_integer && schema.format == "duration" && !schema.units.empty() &&
          !duration_unit(schema.units))
         fail(join_path(path, "units"), "the units of a whole-number duration are ns, us, ms, s, min, h or d");
   }

   Unlisted unlisted_;
   std::string error_;
};

} // namespace

Result<SchemaPtr> parse_schema(std::string_view json, Unlisted unlisted) {
   if (json.size() > k_max_schema_bytes)
      return Error{"the configuration schema has more than " + std::to_string(k_max_schema_bytes) + " bytes",
                   ErrorKind::configuration};
   boost::json::parse_options options;
   options.max_depth = 64;
   boost::system::error_code problem;
   const boost::json::value document = boost::json::parse(json, problem, {}, options);
   if (problem)
      return Error{"the configuration schema is not JSON: " + problem.message(), ErrorKind::configuration};
   Origin origin;
   origin.layer = Layer::schema_default;
   SchemaParser parser(unlisted);
   SchemaPtr schema = parser.parse(from_json(document, origin), "", 0);
   if (parser.failed())
      return Error{parser.error(), ErrorKind::configuration};
   return schema;
}

} // namespace nebula::host::config
