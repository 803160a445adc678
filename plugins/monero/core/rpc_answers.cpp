#include "core/rpc_answers.h"

#include "core/json_fields.h"

namespace nebula::monero {

namespace json = boost::json;

namespace {

// Every `status` but OK is a failure, whatever the method.
std::optional<Error> check_status(const json::object &result) {
   const auto status = text_field(result, "status");
   if (!status)
      return status.error();
   if (*status == "OK")
      return std::nullopt;
   const Fault fault = *status == "BUSY" ? Fault::busy : Fault::refused;
   return Error{"the daemon answered status " + printable(*status, k_error_text_max), fault};
}

Error rpc_error(const json::object &error) {
   const json::value *code_value = error.if_contains("code");
   const json::value *text = error.if_contains("message");
   if (code_value == nullptr || !code_value->is_int64())
      return {"the daemon answered an error without a code"};
   const std::int64_t wide = code_value->get_int64();
   const int code = wide >= -1'000'000 && wide < 0 ? static_cast<int>(wide) : 0;
   const std::string words =
      text != nullptr && text->is_string() ? printable(text->get_string(), k_error_text_max) : "";
   return {"the daemon answered error " + std::to_string(code) + " \"" + words + "\"",
           code == k_rpc_busy ? Fault::busy : Fault::rpc, code};
}

// The result object of a JSON-RPC answer, its status checked.
Result<json::object> rpc_result(std::string_view body) {
   auto value = parse_json(body);
   if (!value)
      return value.error();
   const json::object *answer = value->if_object();
   if (answer == nullptr)
      return Error{"the answer is not a JSON object"};
   if (const json::object *error = object_field(*answer, "error"))
      return rpc_error(*error);
   const json::object *result = object_field(*answer, "result");
   if (result == nullptr)
      return Error{"the answer has neither a result nor an error"};
   if (auto bad = check_status(*result))
      return *bad;
   return *result;
}

Result<Difficulty> difficulty_fields(const json::object &result) {
   const auto text = text_field(result, "wide_difficulty");
   if (!text)
      return text.error();
   auto difficulty = parse_wide_difficulty(*text);
   if (!difficulty)
      return difficulty.error();
   const auto low = u64_field(result, "difficulty");
   const auto high = u64_field(result, "difficulty_top64");
   if (low && high && *difficulty != Difficulty{*high, *low})
      return Error{"wide_difficulty does not agree with difficulty and difficulty_top64"};
   return *difficulty;
}

// Reads a field into `target`; false leaves the error in `error`.
template <class Field, class Target>
bool take(Result<Field> field, Target &target, std::optional<Error> &error) {
   if (!field) {
      error = field.error();
      return false;
   }
   target = *std::move(field);
   return true;
}

std::optional<Error> read_seeds(const json::object &result, TemplateAnswer &answer) {
   std::optional<Error> error;
   std::string_view next;
   if (!take(hash_field(result, "seed_hash"), answer.seed_hash, error) ||
       !take(u64_field(result, "seed_height"), answer.seed_height, error) ||
       !take(text_field(result, "next_seed_hash"), next, error))
      return error;
   if (!next.empty())
      take(hash_from_hex(next, "next_seed_hash"), answer.next_seed_hash, error);
   return error;
}

} // namespace

Result<HeightAnswer> parse_height_answer(std::string_view body) {
   auto value = parse_json(body);
   if (!value)
      return value.error();
   const json::object *object = value->if_object();
   if (object == nullptr)
      return Error{"the answer to get_height is not a JSON object"};
   if (auto bad = check_status(*object))
      return *bad;
   HeightAnswer answer;
   std::optional<Error> error;
   if (!take(u64_field(*object, "height"), answer.height, error) ||
       !take(hash_field(*object, "hash"), answer.top_hash, error))
      return *error;
   return answer;
}

Result<InfoAnswer> parse_info_answer(std::string_view body) {
   const auto result = rpc_result(body);
   if (!result)
      return result.error();
   InfoAnswer answer;
   std::optional<Error> error;
   if (!take(u64_field(*result, "height"), answer.height, error) ||
       !take(u64_field(*result, "target_height"), answer.target_height, error) ||
       !take(bool_field(*result, "synchronized"), answer.synchronized, error))
      return *error;
   return answer;
}

Result<TemplateAnswer> parse_template_answer(std::string_view body) {
   const auto result = rpc_result(body);
   if (!result)
      return result.error();
   const auto untrusted = bool_field(*result, "untrusted");
   if (untrusted && *untrusted)
      return Error{"the template comes from a bootstrap daemon, the daemon itself is not synchronised", Fault::busy};
   TemplateAnswer answer;
   std::optional<Error> error;
   if (!take(bytes_field(*result, "blocktemplate_blob"), answer.blob, error) ||
       !take(bytes_field(*result, "blockhashing_blob"), answer.hashing_blob, error) ||
       !take(u64_field(*result, "height"), answer.height, error) ||
       !take(u64_field(*result, "reserved_offset"), answer.reserved_offset, error) ||
       !take(u64_field(*result, "expected_reward"), answer.expected_reward, error) ||
       !take(hash_field(*result, "prev_hash"), answer.prev_hash, error) ||
       !take(difficulty_fields(*result), answer.difficulty, error))
      return *error;
   if (auto bad = read_seeds(*result, answer))
      return *bad;
   return answer;
}

Result<SubmitAnswer> parse_submit_answer(std::string_view body) {
   const auto result = rpc_result(body);
   if (!result)
      return result.error();
   SubmitAnswer answer;
   if (!result->contains("block_id"))
      return answer;
   auto id = hash_field(*result, "block_id");
   if (!id)
      return id.error();
   answer.block_id = *id;
   return answer;
}

Result<std::optional<HeaderAnswer>> parse_header_answer(std::string_view body) {
   const auto result = rpc_result(body);
   if (!result) {
      if (result.error().fault == Fault::rpc && result.error().rpc_code == k_rpc_internal)
         return std::optional<HeaderAnswer>{};
      return result.error();
   }
   const json::object *header = object_field(*result, "block_header");
   if (header == nullptr)
      return Error{"the answer has no block_header"};
   HeaderAnswer answer;
   std::optional<Error> error;
   if (!take(hash_field(*header, "hash"), answer.hash, error) ||
       !take(u64_field(*header, "height"), answer.height, error) ||
       !take(u64_field(*header, "depth"), answer.depth, error) ||
       !take(bool_field(*header, "orphan_status"), answer.orphan, error))
      return *error;
   return std::optional<HeaderAnswer>{answer};
}

} // namespace nebula::monero
