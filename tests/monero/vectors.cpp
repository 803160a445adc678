#include "vectors.h"

#include "core/varint.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace nebula::monero::test {

namespace json = boost::json;

const json::object &vectors() {
   static const json::value file = [] {
      std::ifstream in(NEBULA_TEST_VECTORS "/monero.json");
      const std::string content{std::istreambuf_iterator<char>(in), {}};
      return json::parse(content);
   }();
   return file.as_object();
}

std::string text(const json::object &object, std::string_view name) {
   return std::string(object.at(name).as_string());
}

Bytes bytes(const json::object &object, std::string_view name) {
   return *from_hex(text(object, name), name);
}

Hash hash(const json::object &object, std::string_view name) {
   return *hash_from_hex(text(object, name), name);
}

std::uint64_t number(const json::object &object, std::string_view name) {
   return object.at(name).to_number<std::uint64_t>();
}

TemplateAnswer answer_of(const json::object &vector) {
   TemplateAnswer answer;
   answer.blob = bytes(vector, "blocktemplate_blob");
   answer.hashing_blob = bytes(vector.at("zero_reserved").as_object(), "blockhashing_blob");
   answer.height = number(vector, "height");
   answer.reserved_offset = number(vector, "reserved_offset");
   answer.expected_reward = number(vector, "expected_reward");
   answer.difficulty = *parse_wide_difficulty(text(vector, "wide_difficulty"));
   answer.prev_hash = hash(vector, "prev_hash");
   answer.seed_hash = hash(vector, "seed_hash");
   answer.seed_height = number(vector, "seed_height");
   return answer;
}

std::shared_ptr<const BlockWork> work_of(const json::object &vector) {
   auto work = BlockWork::make(answer_of(vector), number(vector, "reserve_size"), 16);
   if (!work)
      throw std::runtime_error(work.error().text);
   return *work;
}

std::shared_ptr<const BlockWork> work_again(const json::object &vector, std::uint64_t later_s,
                                            const std::optional<Hash> &parent) {
   TemplateAnswer answer = answer_of(vector);
   answer.prev_hash = parent.value_or(answer.prev_hash);
   Bytes header;
   append_varint(header, work_of(vector)->layout().timestamp + later_s);
   header.insert(header.end(), answer.prev_hash.begin(), answer.prev_hash.end());
   std::ranges::copy(header, answer.blob.begin() + 2); // behind the version
   std::ranges::copy(header, answer.hashing_blob.begin() + 2);
   auto work = BlockWork::make(std::move(answer), number(vector, "reserve_size"), 16);
   if (!work)
      throw std::runtime_error(work.error().text);
   return *work;
}

const json::object &template_vector(std::size_t index) {
   return vectors().at("templates").as_array().at(index).as_object();
}

} // namespace nebula::monero::test
