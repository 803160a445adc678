#include "core/rpc_answers.h"

#include "core/json_fields.h"
#include "core/json_rpc.h"

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

// The result object of a JSON-RPC answer, its status checked.
Result<json::object> rpc_result(std::string_view body) {
   auto result = json_rpc_result(body, "the daemon");
   if (result) {
      if (auto bad = check_status(*result))
         return *bad;
   }
   return result;
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

// The answer of a function outside JSON-RPC, its status checked.
Result<json::object> plain_result(std::string_view body) {
   auto value = parse_json(body);
   if (!value)
      return value.error();
   const json::object *object = value->if_object();
   if (object == nullptr)
      return Error{"the answer is not a JSON object"};
   if (auto bad = check_status(*object))
      return *bad;
   return *object;
}

} // namespace

Result<HeightAnswer> parse_height_answer(std::string_view body) {
   const auto object = plain_result(body);
   if (!object)
      return object.error();
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
      const int code = result.error().rpc_code;
      if (result.error().fault == Fault::rpc && (code == k_rpc_internal || code == k_rpc_too_high))
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
   if (const auto reward = u64_field(*header, "reward"))
      answer.reward = *reward;
   return std::optional<HeaderAnswer>{answer};
}

Result<std::vector<FoundTransaction>> parse_transactions_answer(std::string_view body) {
   const auto result = plain_result(body);
   if (!result)
      return result.error();
   std::vector<FoundTransaction> out;
   const json::array *list = array_field(*result, "txs");
   for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const json::object *one = list->at(i).if_object();
      if (one == nullptr)
         return Error{"an entry of txs is not an object"};
      FoundTransaction found;
      bool in_pool = false;
      std::optional<Error> error;
      if (!take(hash_field(*one, "tx_hash"), found.id, error) || !take(bool_field(*one, "in_pool"), in_pool, error))
         return *error;
      if (!in_pool) {
         const auto height = u64_field(*one, "block_height");
         if (!height)
            return height.error();
         found.height = *height;
      }
      out.push_back(found);
   }
   return out;
}

Result<std::vector<bool>> parse_key_images_answer(std::string_view body) {
   const auto result = plain_result(body);
   if (!result)
      return result.error();
   std::vector<bool> out;
   const json::array *list = array_field(*result, "spent_status");
   for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      if (!list->at(i).is_int64())
         return Error{"an entry of spent_status is not a number"};
      out.push_back(list->at(i).get_int64() == 1);
   }
   return out;
}

} // namespace nebula::monero
