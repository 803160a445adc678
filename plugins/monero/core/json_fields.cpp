#include "core/json_fields.h"

#include "core/rpc_answers.h"

#include <boost/json/parse.hpp>

namespace nebula::monero {

namespace json = boost::json;

namespace {

Error wrong_field(std::string_view name, std::string_view wanted) {
   return {"the field " + std::string(name) + " of the answer is missing or not " + std::string(wanted)};
}

} // namespace

Result<json::value> parse_json(std::string_view text) {
   if (text.size() > k_answer_bytes_max)
      return Error{"the answer has " + std::to_string(text.size()) + " bytes, at most " +
                   std::to_string(k_answer_bytes_max) + " are read"};
   json::parse_options options;
   options.max_depth = k_answer_depth_max;
   json::error_code code;
   json::value value = json::parse(text, code, {}, options);
   if (code)
      return Error{"the answer is not JSON: " + code.message()};
   return value;
}

Result<std::uint64_t> u64_field(const json::object &object, std::string_view name) {
   const json::value *value = object.if_contains(name);
   if (value != nullptr && value->is_uint64())
      return value->get_uint64();
   if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
      return static_cast<std::uint64_t>(value->get_int64());
   return wrong_field(name, "an integer from 0 to 2^64-1");
}

Result<bool> bool_field(const json::object &object, std::string_view name) {
   const json::value *value = object.if_contains(name);
   if (value == nullptr || !value->is_bool())
      return wrong_field(name, "true or false");
   return value->get_bool();
}

Result<std::string_view> text_field(const json::object &object, std::string_view name) {
   const json::value *value = object.if_contains(name);
   if (value == nullptr || !value->is_string())
      return wrong_field(name, "a text");
   return std::string_view(value->get_string());
}

Result<Hash> hash_field(const json::object &object, std::string_view name) {
   const auto text = text_field(object, name);
   if (!text)
      return text.error();
   return hash_from_hex(*text, name);
}

Result<Bytes> bytes_field(const json::object &object, std::string_view name) {
   const auto text = text_field(object, name);
   if (!text)
      return text.error();
   return from_hex(*text, name);
}

const json::object *object_field(const json::object &object, std::string_view name) {
   const json::value *value = object.if_contains(name);
   return value != nullptr ? value->if_object() : nullptr;
}

const json::array *array_field(const json::object &object, std::string_view name) {
   const json::value *value = object.if_contains(name);
   return value != nullptr ? value->if_array() : nullptr;
}

std::string printable(std::string_view text, std::size_t limit) {
   std::string clean(text.substr(0, limit));
   for (char &c : clean)
      if (c < 0x20 || c > 0x7e)
         c = '?';
   return clean;
}

} // namespace nebula::monero
