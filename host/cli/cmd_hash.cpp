#include "host/cli/algorithm_node.h"
#include "host/cli/commands.h"
#include "host/pow/hash.h"

#include <boost/json/object.hpp>

#include <charconv>
#include <iostream>
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

[[nodiscard]] Result<std::vector<std::uint8_t>> from_hex(const std::string &text, const char *option) {
   std::vector<std::uint8_t> bytes;
   for (std::size_t i = 0; i < text.size(); i += 2) {
      std::uint8_t byte = 0;
      const auto *begin = text.data() + i;
      const auto *end = begin + std::min<std::size_t>(2, text.size() - i);
      const auto [stop, failed] = std::from_chars(begin, end, byte, 16);
      if (failed != std::errc{} || stop != begin + 2) {
         return Error{std::string(option) + " \"" + text +
                         "\" is not hexadecimal; write two digits for each byte, like 00ff",
                      ErrorKind::usage};
      }
      bytes.push_back(byte);
   }
   return bytes;
}

// "4096" or "0x1000".
[[nodiscard]] Result<std::uint64_t> number(std::string_view text, const char *option) {
   const bool hex = text.starts_with("0x") || text.starts_with("0X");
   const auto digits = text.substr(hex ? 2 : 0);
   std::uint64_t value = 0;
   const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
   if (digits.empty() || failed != std::errc{} || stop != digits.data() + digits.size()) {
      return Error{std::string(option) + " \"" + std::string(text) + "\" is not a number; write 4096 or 0x1000",
                   ErrorKind::usage};
   }
   return value;
}

// --epoch is a key in hexadecimal or a height: which one depends on the algorithm, so both readings are handed over
// when both are possible.
[[nodiscard]] Result<PowEpoch> epoch_of(const std::string &text) {
   PowEpoch epoch;
   const auto height = number(text, "--epoch");
   const auto key = from_hex(text, "--epoch");
   if (!height && !key) {
      return Error{"--epoch \"" + text + "\" is neither a key in hexadecimal nor a height", ErrorKind::usage};
   }
   epoch.height = height ? *height : 0;
   if (key) {
      epoch.key.assign(key->begin(), key->end());
   }
   return epoch;
}

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
   if (parsed.has("epoch")) {
      auto epoch = epoch_of(parsed.text("epoch"));
      if (!epoch) {
         return epoch.error();
      }
      request.epoch = std::move(*epoch);
   }
   return request;
}

} // namespace

int run_hash(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("input", options::value<std::string>()->required()->value_name("HEX"), "what to hash")(
      "nonce", options::value<std::string>()->value_name("N"), "put this nonce where the algorithm wants it")(
      "epoch", options::value<std::string>()->value_name("HEX|N"),
      "the epoch's key (RandomX: the seed hash) or height")("select",
                                                            options::value<std::string>()->value_name("PROPS"),
                                                            "by this backend instead of the reference: simd=avx2")(
      "json", "print JSON")("algorithm", options::value<std::string>()->required(), "the algorithm");
   options::positional_options_description positional;
   positional.add("algorithm", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto asked = request_from(parsed);
   if (!asked) {
      return fail(self.name, asked.error());
   }
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   auto node = AlgorithmNode::make(*request, asked->algorithm);
   if (!node) {
      return fail(self.name, node.error());
   }
   const auto answer = hash((*node)->pow().registry(), *asked);
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
