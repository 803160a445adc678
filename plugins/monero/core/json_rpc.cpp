#include "core/json_rpc.h"

#include "core/json_fields.h"
#include "core/rpc_answers.h"

namespace nebula::monero {

namespace json = boost::json;

namespace {

Error rpc_error(const json::object &error, std::string_view who) {
   const json::value *code_value = error.if_contains("code");
   const json::value *text = error.if_contains("message");
   if (code_value == nullptr || !code_value->is_int64())
      return {std::string(who) + " answered an error without a code"};
   const std::int64_t wide = code_value->get_int64();
   const int code = wide >= -1'000'000 && wide < 0 ? static_cast<int>(wide) : 0;
   const std::string words =
      text != nullptr && text->is_string() ? printable(text->get_string(), k_error_text_max) : "";
   return {std::string(who) + " answered error " + std::to_string(code) + " \"" + words + "\"",
           code == k_rpc_busy ? Fault::busy : Fault::rpc, code};
}

} // namespace

Result<json::object> json_rpc_result(std::string_view body, std::string_view who) {
   auto value = parse_json(body);
   if (!value)
      return value.error();
   const json::object *answer = value->if_object();
   if (answer == nullptr)
      return Error{"the answer is not a JSON object"};
   if (const json::object *error = object_field(*answer, "error"))
      return rpc_error(*error, who);
   const json::object *result = object_field(*answer, "result");
   if (result == nullptr)
      return Error{"the answer has neither a result nor an error"};
   return *result;
}

} // namespace nebula::monero
