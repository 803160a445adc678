#include "common/known_answers.h"

#include <cassert>
#include <cstddef>
#include <utility>

namespace nebula::common {
namespace {

[[nodiscard]] std::uint8_t digit(char c) noexcept {
   assert((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
   return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

[[nodiscard]] std::vector<std::uint8_t> decode(std::string_view hex) {
   assert(hex.size() % 2 == 0);
   std::vector<std::uint8_t> bytes(hex.size() / 2);
   for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
   return bytes;
}

} // namespace

KnownAnswers::KnownAnswers(std::span<const KnownAnswer> answers) {
   const auto keep = [this](std::vector<std::uint8_t> bytes) {
      bytes_.push_back(std::move(bytes)); // moving a vector's owner later leaves its bytes where they are
      return neb_bytes{bytes_.back().data(), bytes_.back().size()};
   };
   for (const KnownAnswer &answer : answers) {
      neb_pow_vector row{};
      row.epoch.key = keep({answer.key.begin(), answer.key.end()});
      row.input = keep(decode(answer.input_hex));
      row.digest = keep(decode(answer.digest_hex));
      table_.push_back(row);
   }
}

} // namespace nebula::common
