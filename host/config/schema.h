#pragma once

/// A compiled schema: the subset of JSON Schema 2020-12 that a plugin's manifest may use for its configuration.
///
///    assertions   type, properties, required, additionalProperties, enum, const, minimum, maximum, exclusiveMinimum,
///                 exclusiveMaximum, minLength, maxLength, pattern, items, minItems, maxItems, uniqueItems, oneOf,
///                 anyOf, format (tcp-address, tcp-listen, url, duration, size, sha256, path)
///    filled in    default
///    annotations  description, title, examples, units ("bytes", "ms"), secret (true: never shown), deprecated,
///    $schema, $id,
///                 $comment, and whatever begins with "x-"
///
/// A keyword outside this list is an error of the schema: it would be believed and not be checked.

#include "host/config/pattern.h"
#include "host/config/value.h"
#include "host/util/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nebula::host::config {

/// Bits of Schema::types.
enum : unsigned {
   k_type_null = 1,
   k_type_boolean = 2,
   k_type_integer = 4,
   k_type_number = 8, // any number
   k_type_string = 16,
   k_type_array = 32,
   k_type_object = 64,
};

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

struct Schema {
   bool never = false; // the schema `false`: nothing fits
   unsigned types = 0; // 0: any
   std::vector<std::pair<std::string, SchemaPtr>> properties;
   std::vector<std::string> required;
   bool closed = false;        // additionalProperties: false
   SchemaPtr additional;       // of keys outside `properties`; nullptr: anything, unless closed
   std::vector<Value> allowed; // enum; empty: no such rule
   std::optional<Value> constant;
   std::optional<Value> minimum, maximum, exclusive_minimum, exclusive_maximum; // numbers
   std::optional<std::size_t> min_length, max_length;                           // characters
   std::optional<std::size_t> min_items, max_items;
   bool unique_items = false;
   SchemaPtr items;
   std::optional<Pattern> pattern;
   std::string format;
   std::vector<SchemaPtr> one_of, any_of;
   std::optional<Value> default_value; // of layer schema_default
   std::string title, description, units;
   std::string unknown_key_hint; // "x-unknown-key": what to say beside an unknown key
   bool secret = false;

   [[nodiscard]] const Schema *property(std::string_view key) const noexcept;
   [[nodiscard]] std::vector<std::string> property_names() const;
};

/// How to read a schema that does not say `additionalProperties` beside `properties`.
enum class Unlisted {
   allowed, // as JSON Schema says
   refused, // as an operator wants: a mistyped key is a mistake. What plugin manifests get.
};

/// Reads a schema from JSON text. The error says where in the schema, what is wrong and what would be right.
[[nodiscard]] Result<SchemaPtr> parse_schema(std::string_view json, Unlisted unlisted);

} // namespace nebula::host::config
