#include "host/config/validate.h"

#include "host/config/describe.h"
#include "host/config/suggest.h"
#include "host/config/validator.h"

#include <algorithm>
#include <cmath>

namespace nebula::host::config {

namespace {

unsigned types_of(const Value &value) {
   switch (value.kind()) {
   case Kind::null:
      return k_type_null;
   case Kind::boolean:
      return k_type_boolean;
   case Kind::integer:
   case Kind::unsigned_integer:
      return k_type_integer | k_type_number;
   case Kind::real:
      break;
   case Kind::string:
      return k_type_string;
   case Kind::list:
      return k_type_array;
   case Kind::map:
      return k_type_object;
   }
   const double real = *value.as_double();
   constexpr double k_exact = 9007199254740992.0; // 2^53: below it, a real without a fraction is a whole number
   const bool whole = std::floor(real) == real && std::fabs(real) < k_exact;
   return whole ? k_type_integer | k_type_number : k_type_number;
}

std::vector<std::string> texts_of(const std::vector<Value> &values) {
   std::vector<std::string> texts;
   for (const Value &value : values)
      texts.push_back(value.is_string() ? std::string(*value.as_string()) : shown(value));
   return texts;
}

std::string joined(const std::vector<std::string> &words) {
   std::string text;
   for (const std::string &word : words)
      text += (text.empty() ? "" : ", ") + word;
   return text;
}

} // namespace

Value validate(const Value &value, const Schema &schema, const std::string &path, Mistakes &mistakes) {
   return Validator(mistakes, Validator::Adapt::yes).check(value, schema, path);
}

bool Validator::type_fits(const Value &value, const Schema &schema) {
   return schema.types == 0 || (types_of(value) & schema.types) != 0;
}

Value Validator::marked(const Value &value, const Schema &schema) {
   return schema.secret ? value.with_secret() : value;
}

Value Validator::check(const Value &original, const Schema &schema, const std::string &path) {
   if (original.poisoned())
      return original;
   Value value = marked(original, schema);
   if (schema.never) {
      fail(value, path, "is not allowed here; remove it");
      return value;
   }
   if (adapt_ == Adapt::yes) {
      value = adapted(value, schema, path);
      if (value.poisoned()) // the reason was just given
         return value;
   }
   if (!type_fits(value, schema)) {
      fail(value, path, wrong_type(value, schema));
      return value;
   }
   check_choice(value, schema, path);
   if (value.is_number())
      check_number(value, schema, path);
   if (value.is_string())
      check_text(value, schema, path);
   if (value.is_list())
      value = check_list(value, schema, path);
   if (value.is_map())
      value = check_map(value, schema, path);
   if (!schema.any_of.empty())
      value = check_any_of(value, schema, path);
   if (!schema.one_of.empty())
      value = check_one_of(value, schema, path);
   return value;
}

void Validator::check_choice(const Value &value, const Schema &schema, const std::string &path) {
   if (schema.constant && !same_content(value, *schema.constant))
      fail(value, path, shown(value) + " is not " + shown(*schema.constant) + ", the only value allowed here");
   if (schema.allowed.empty() || std::any_of(schema.allowed.begin(), schema.allowed.end(),
                                             [&](const Value &allowed) { return same_content(value, allowed); }))
      return;
   const auto known = texts_of(schema.allowed);
   const std::string near = value.is_string() ? nearest(*value.as_string(), known) : std::string();
   fail(value, path,
        shown(value) + " is not one of " + joined(known) + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
}

std::string wanted_types(const Schema &schema) {
   struct Word {
      unsigned bit;
      std::string_view word;
   };
   constexpr Word k_words[] = {{k_type_integer, "a whole number"},
                               {k_type_number, "a number"},
                               {k_type_boolean, "true or false"},
                               {k_type_string, "text"},
                               {k_type_array, "a list"},
                               {k_type_object, "a map"},
                               {k_type_null, "nothing"}};
   std::string text;
   for (const Word &word : k_words)
      if ((schema.types & word.bit) != 0)
         text += (text.empty() ? "" : " or ") + std::string(word.word);
   if (!schema.units.empty() && (schema.types & (k_type_integer | k_type_number)) != 0)
      text += " (in " + schema.units + ")";
   return text;
}

} // namespace nebula::host::config
