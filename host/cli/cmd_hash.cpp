#include "host/cli/algorithm_node.h"
#include "host/cli/commands.h"
#include "host/pow/hash.h"

#include <boost/json/object.hpp>

#include <charconv>
#include <iostream>
#include <optional>
#include <span>

namespace nebula::host::cli {

namespace {

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes) {
   static constexpr char k_digits[] = "0123456789abcdef";
   std::string text;
   for (const auto byte : bytes) {
      text += k_digits[byte >> 4];
      text += k_digits[byte & 15];
   }
   return text;
}

// A value as a message quotes it: its beginning.
[[nodiscard]] std::string quoted(std::string_view text) {
   constexpr std::size_t k_shown = 40;
   return '"' + std::string(text.substr(0, k_shown)) + (text.size() > k_shown ? "...\"" : "\"");
}

[[nodiscard]] Error wrong(const char *option, std::string_view text, const std::string &why) {
   return {std::string(option) + " " + quoted(text) + " " + why, ErrorKind::usage};
}

// Digits with or without 0x in front.
[[nodiscard]] Result<std::vector<std::uint8_t>> from_hex(std::string_view text, const char *option) {
   const auto digits = text.substr(text.starts_with("0x") || text.starts_with("0X") ? 2 : 0);
   if (const auto bad = digits.find_first_not_of("0123456789abcdefABCDEF"); bad != std::string_view::npos) {
      return wrong(option, text,
                   "is not hexadecimal: '" + std::string(1, digits[bad]) +
                      "' is no digit of it; write two digits for each byte, like 00ff");
   }
   if (digits.size() % 2 != 0) {
      return wrong(option, text,
                   "has an odd number of digits (" + std::to_string(digits.size()) +
                      "); write two digits for each byte, like 00ff");
   }
   std::vector<std::uint8_t> bytes(digits.size() / 2);
   for (std::size_t i = 0; i < bytes.size(); ++i) {
      (void)std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
   }
   return bytes;
}

// "4096" or "0x1000".
[[nodiscard]] Result<std::uint64_t> number(std::string_view text, const char *option) {
   const bool hex = text.starts_with("0x") || text.starts_with("0X");
   const auto digits = text.substr(hex ? 2 : 0);
   std::uint64_t value = 0;
   const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
   if (failed == std::errc::result_out_of_range) {
      return wrong(option, text, "is too wide: it does not fit in 8 bytes");
   }
   if (digits.empty() || failed != std::errc{} || stop != digits.data() + digits.size()) {
      return wrong(option, text, "is not a number; write 4096 or 0x1000");
   }
   return value;
}

// What --epoch means depends on what the algorithm is keyed with.
[[nodiscard]] Result<PowEpoch> epoch_of(const neb_pow_algorithm &algorithm, const std::optional<std::string> &text) {
   const std::string name = algorithm.name;
   PowEpoch epoch;
   if (algorithm.epoch_kind == 0) {
      if (text) {
         return Error{name + " has no epochs; leave --epoch out", ErrorKind::usage};
      }
      return epoch;
   }
   const bool by_key = algorithm.epoch_kind == 1;
   if (!text) {
      return Error{name + (by_key ? " is keyed: give its key (for RandomX the seed hash) with --epoch HEX"
                                  : " depends on the block's height: give it with --epoch HEIGHT"),
                   ErrorKind::usage};
   }
   if (!by_key) {
      const auto height = number(*text, "--epoch");
      if (!height) {
         return height.error().within(name + " wants a block's height");
      }
      epoch.height = *height;
      return epoch;
   }
   const auto key = from_hex(*text, "--epoch");
   if (!key) {
      return key.error().within(name + " wants a key");
   }
   epoch.key.assign(key->begin(), key->end());
   return epoch;
}

// All but the epoch, which only the algorithm can read.
[[nodiscard]] Result<HashRequest> request_from(const Parsed &parsed) {
   HashRequest request;
   request.algorithm = parsed.text("algorithm");
   request.select = parsed.text("select");
   auto input = from_hex(parsed.text("input"), "--input");
   if (!input) {
      return input.error();
   }
   request.input = std::move(*input);
   if (parsed.has("nonce")) {
      const auto nonce = number(parsed.text("nonce"), "--nonce");
      if (!nonce) {
         return nonce.error();
      }
      request.nonce = *nonce;
   }
   return request;
}

// The digest of what the options ask for, by a node of its own.
[[nodiscard]] Result<HashAnswer> hash_for(const Parsed &parsed, HashRequest &asked) {
   const auto request = load_request(parsed);
   if (!request) {
      return request.error();
   }
   auto node = AlgorithmNode::make(*request, asked.algorithm);
   if (!node) {
      return node.error();
   }
   const auto &registry = (*node)->pow().registry();
   const auto entry = registry.find(asked.algorithm);
   if (!entry) {
      return entry.error();
   }
   auto epoch = epoch_of((*entry)->table(), parsed.has("epoch") ? std::optional(parsed.text("epoch")) : std::nullopt);
   if (!epoch) {
      return epoch.error();
   }
   asked.epoch = std::move(*epoch);
   asked.algorithm = (*entry)->table().name; // as it is said in the answer
   return hash(registry, asked);
}

} // namespace

int run_hash(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("input", options::value<std::string>()->required()->value_name("HEX"),
                           "what to hash")("nonce", options::value<std::string>()->value_name("N"),
                                           "put this nonce (4096, 0x1000) where the algorithm wants it")(
      "epoch", options::value<std::string>()->value_name("HEX|N"),
      "the epoch: a key (RandomX: the seed hash) or a block's height (Autolykos)")(
      "select", options::value<std::string>()->value_name("PROPS"),
      "by this backend instead of the reference: simd=avx2")("json", "print JSON")(
      "algorithm", options::value<std::string>()->required(), "the algorithm");
   options::positional_options_description positional;
   positional.add("algorithm", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   auto asked = request_from(parsed);
   if (!asked) {
      return fail(self.name, asked.error());
   }
   const auto answer = hash_for(parsed, *asked);
   if (!answer) {
      return fail(self.name, answer.error());
   }
   if (parsed.has("json")) {
      print_json(boost::json::object{{"algorithm", asked->algorithm},
                                     {"computed_by", answer->computed_by},
                                     {"digest", to_hex(answer->digest)},
                                     {"number", to_hex(answer->number)}});
   } else {
      std::cout << to_hex(answer->digest) << '\n';
   }
   return k_exit_ok;
}

} // namespace nebula::host::cli
