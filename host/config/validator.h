#pragma once

/// The inside of validate(): one pass over value and schema. Parts by subject: validate.cpp (types, enum, order of
/// checks), validate_scalar.cpp, validate_container.cpp, validate_combined.cpp (oneOf, anyOf).

#include "host/config/mistake.h"
#include "host/config/schema.h"

#include <string>

namespace nebula::host::config {

class Validator {
public:
   enum class Adapt { no, yes }; // whether a value may be read as the kind the schema wants

   Validator(Mistakes &mistakes, Adapt adapt) : mistakes_(mistakes), adapt_(adapt) {}

   [[nodiscard]] Value check(const Value &value, const Schema &schema, const std::string &path);

   /// True when the value's kind is one of the schema's types.
   [[nodiscard]] static bool type_fits(const Value &value, const Schema &schema);

private:
   void fail(const Value &value, const std::string &path, std::string text) {
      mistakes_.add(value.origin(), path, std::move(text));
   }

   // validate.cpp
   [[nodiscard]] static Value marked(const Value &value, const Schema &schema);
   void check_choice(const Value &value, const Schema &schema, const std::string &path);

   // validate_scalar.cpp
   [[nodiscard]] Value adapted(const Value &value, const Schema &schema, const std::string &path);
   [[nodiscard]] Value whole_from_text(const Value &value, const Schema &schema, const std::string &path);
   void check_number(const Value &value, const Schema &schema, const std::string &path);
   void check_text(const Value &value, const Schema &schema, const std::string &path);

   // validate_container.cpp
   [[nodiscard]] Value check_list(const Value &value, const Schema &schema, const std::string &path);
   [[nodiscard]] Value check_map(const Value &value, const Schema &schema, const std::string &path);
   [[nodiscard]] Entry check_entry(const Entry &entry, const Schema &schema, const std::string &path);
   void add_defaults(std::vector<Entry> &entries, const Schema &schema, const std::string &path, const Origin &place);

   // validate_combined.cpp
   [[nodiscard]] Value check_any_of(const Value &value, const Schema &schema, const std::string &path);
   [[nodiscard]] Value check_one_of(const Value &value, const Schema &schema, const std::string &path);

   Mistakes &mistakes_;
   Adapt adapt_;
};

/// "a whole number or text": what the schema wants, in words.
[[nodiscard]] std::string wanted_types(const Schema &schema);

/// The whole message for a value of the wrong kind, with the likely cause.
[[nodiscard]] std::string wrong_type(const Value &value, const Schema &schema);

} // namespace nebula::host::config
