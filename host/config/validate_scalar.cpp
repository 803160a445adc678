#include "host/config/describe.h"
#include "host/config/format.h"
#include "host/config/scalar.h"
#include "host/config/units.h"
#include "host/config/validator.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

/// -1, 0, 1 for numbers of any kind; exact for whole ones.
int compare(const Value &a, const Value &b) {
   if (a.is_whole() && b.is_whole()) {
      if (a.as_int() && b.as_int())
         return *a.as_int() < *b.as_int() ? -1 : *a.as_int() > *b.as_int();
      if (a.as_uint() && b.as_uint())
         return *a.as_uint() < *b.as_uint() ? -1 : *a.as_uint() > *b.as_uint();
      return a.as_uint() ? 1 : -1; // one is negative, the other beyond int64
   }
   return *a.as_double() < *b.as_double() ? -1 : *a.as_double() > *b.as_double();
}

std::size_t characters(std::string_view text) {
   return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_overflowed_whole(const Value &value) {
   const std::string *written = value.written();
   return value.kind() == Kind::real && written && written->find_first_not_of("+-0123456789") == std::string::npos;
}

bool all_digits_and(std::string_view text, char separator) {
   return text.find(separator) != std::string_view::npos && text.find_first_of("0123456789") == 0 &&
          std::all_of(text.begin(), text.end(), [&](char c) { return (c >= '0' && c <= '9') || c == separator; });
}

std::string without(std::string_view text, char separator) {
   std::string out(text);
   std::erase(out, separator);
   return out;
}

/// Why text was found where a number is wanted, or empty.
std::string number_hint(const Value &value) {
   const std::string_view text = *value.as_string();
   if (value.secret())
      return {};
   for (const char separator : {'_', ','})
      if (all_digits_and(text, separator))
         return " (write " + without(text, separator) + " without separators)";
   if (!value.written() && plain_scalar(text, {}).is_number())
      return " (remove the quotes)";
   return {};
}

} // namespace

std::string wrong_type(const Value &value, const Schema &schema) {
   const std::string wanted = "expected " + wanted_types(schema);
   if (value.is_null())
      return wanted + ", but there is no value" + (schema.description.empty() ? "" : " (" + schema.description + ")");
   if (is_overflowed_whole(value) && (schema.types & k_type_integer) != 0)
      return shown(value) + " is too large; numbers end at 18446744073709551615";
   if (value.is_list() && (schema.types & k_type_object) != 0)
      return wanted + ", found a list (write \"key: value\" lines without the leading \"- \")";
   if (value.is_map() && (schema.types & k_type_array) != 0)
      return wanted + ", found a map (begin each item with \"- \")";
   if (value.is_scalar() && (schema.types & k_type_array) != 0)
      return wanted + ", found " + shown(value) + (value.secret() ? "" : " (write [" + shown(value) + "])");
   if (value.is_string() && (schema.types & k_type_boolean) != 0 && looks_boolean(*value.as_string()))
      return wanted + ", found the text " + shown(value) + " (YAML 1.2 knows only true and false)";
   if (value.is_string() && (schema.types & (k_type_integer | k_type_number)) != 0)
      return wanted + ", found the text " + shown(value) + number_hint(value);
   if (value.kind() == Kind::real && (schema.types & k_type_integer) != 0)
      return wanted + ", found " + shown(value) + ", which has a fraction";
   return wanted + ", found " + shown(value);
}

Value Validator::adapted(const Value &value, const Schema &schema, const std::string &path) {
   const bool fits = type_fits(value, schema);
   const bool from_outside = value.origin().layer >= Layer::dot_env; // an empty variable is an empty text
   if (!fits && (schema.types & k_type_string) != 0 && value.written() && (!value.is_null() || from_outside)) {
      const Value text = Value::string(*value.written(), value.origin());
      return value.secret() ? text.with_secret() : text;
   }
   if (!fits && value.is_string() && schema.types == k_type_integer &&
       (schema.format == "duration" || schema.format == "size"))
      return whole_from_text(value, schema, path);
   if (fits && value.kind() == Kind::real && (schema.types & k_type_number) == 0 &&
       (schema.types & k_type_integer) != 0)
      return Value::integer(static_cast<std::int64_t>(*value.as_double()), value.origin());
   return value;
}

Value Validator::whole_from_text(const Value &value, const Schema &schema, const std::string &path) {
   const bool duration = schema.format == "duration";
   const std::string units = !schema.units.empty() ? schema.units : duration ? "s" : "B";
   const auto unit = duration ? duration_unit(units) : size_unit(units == "bytes" ? "B" : units);
   const auto amount = duration ? parse_duration(*value.as_string()) : parse_size(*value.as_string());
   if (!amount) {
      fail(value, path, shown(value) + " " + format_problem(schema.format, *value.as_string()));
      return value.with_poison();
   }
   if (!unit || *amount % *unit != 0) {
      fail(value, path, shown(value) + " is not a whole number of " + units);
      return value.with_poison();
   }
   return Value::unsigned_integer(*amount / *unit, value.origin()).with_written(std::string(*value.as_string()));
}

void Validator::check_number(const Value &value, const Schema &schema, const std::string &path) {
   const std::string units = schema.units.empty() ? "" : " " + schema.units;
   if (schema.minimum && compare(value, *schema.minimum) < 0)
      fail(value, path, shown(value) + " is too small (at least " + shown(*schema.minimum) + units + ")");
   if (schema.maximum && compare(value, *schema.maximum) > 0)
      fail(value, path, shown(value) + " is too large (at most " + shown(*schema.maximum) + units + ")");
   if (schema.exclusive_minimum && compare(value, *schema.exclusive_minimum) <= 0)
      fail(value, path, shown(value) + " is too small (more than " + shown(*schema.exclusive_minimum) + units + ")");
   if (schema.exclusive_maximum && compare(value, *schema.exclusive_maximum) >= 0)
      fail(value, path, shown(value) + " is too large (less than " + shown(*schema.exclusive_maximum) + units + ")");
   if ((schema.format == "duration" || schema.format == "size") && *value.as_double() < 0)
      fail(value, path, shown(value) + " " + format_problem(schema.format, "-"));
}

void Validator::check_text(const Value &value, const Schema &schema, const std::string &path) {
   const std::string_view text = *value.as_string();
   const std::size_t length = characters(text);
   if (schema.min_length && length < *schema.min_length)
      fail(value, path,
           text.empty() ? "is empty" + (schema.description.empty() ? std::string() : " (" + schema.description + ")")
                        : shown(value) + " is too short (at least " + std::to_string(*schema.min_length) +
                             " characters, this has " + std::to_string(length) + ")");
   else if (schema.max_length && length > *schema.max_length)
      fail(value, path,
           shown(value) + " is too long (at most " + std::to_string(*schema.max_length) + " characters, this has " +
              std::to_string(length) + ")");
   else if (schema.pattern && !schema.pattern->found_in(text))
      fail(value, path,
           shown(value) + " does not have the form " +
              (schema.description.empty() ? schema.pattern->expression()
                                          : schema.pattern->expression() + " (" + schema.description + ")"));
   else if (const std::string problem = format_problem(schema.format, text); !problem.empty())
      fail(value, path, shown(value) + " " + (value.secret() ? "is not a " + schema.format : problem));
}

} // namespace nebula::host::config
