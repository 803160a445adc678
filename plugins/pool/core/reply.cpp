#include "reply.h"

#include "common/hex.h"

#include <algorithm>
#include <charconv>

namespace nebula::pool {
namespace {

using namespace std::string_view_literals;

std::string join(std::initializer_list<std::string_view> parts) {
   std::size_t size = 0;
   for (const std::string_view part : parts)
      size += part.size();
   std::string out;
   out.reserve(size);
   for (const std::string_view part : parts)
      out.append(part);
   return out;
}

std::string hex64(std::uint64_t number) {
   return hex32(static_cast<std::uint32_t>(number >> 32)) + hex32(static_cast<std::uint32_t>(number));
}

std::string quoted(std::string_view text) {
   std::string out;
   append_json_string(out, text);
   return out;
}

/// As JSON-RPC 2.0 numbers the first three; the rest is -1, as every pool of XMRig's does.
int xmrig_code(Fault fault) {
   return fault == Fault::parse ? -32700 : fault == Fault::method ? -32601 : fault == Fault::params ? -32602 : -1;
}

/// As ZION 2.8.2: -4 for whoever may not, -1 for the rest.
int cosmic_code(Fault fault) {
   return fault == Fault::unauthorized || fault == Fault::banned ? -4 : -1;
}

/// The numbers that Stratum v1 servers have used since its first one.
int stratum_code(Fault fault) {
   switch (fault) {
   case Fault::stale:
      return 21;
   case Fault::duplicate:
      return 22;
   case Fault::low:
      return 23;
   case Fault::unauthorized:
   case Fault::banned:
      return 24;
   case Fault::parse:
   case Fault::method:
   case Fault::params:
   case Fault::invalid:
   case Fault::busy:
      break;
   }
   return 20;
}

std::uint64_t number_in(std::string_view digits, int base) {
   std::uint64_t number = 0;
   const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
   return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

std::string prefix_hex(const Room &room) {
   const std::string all = hex64(room.prefix);
   return all.substr(all.size() - 2 * std::size_t{room.prefix_bytes});
}

constexpr std::string_view k_cosmic_prefix = "zion_ch_";
constexpr std::size_t k_cosmic_digits = 6;

} // namespace

std::string hex32(std::uint32_t number) {
   const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
   return common::to_hex(bytes);
}

std::string error_reply(Dialect dialect, std::string_view id, Fault fault, std::string_view text) {
   switch (dialect) {
   case Dialect::bitcoin:
   case Dialect::ergo:
      return join({R"({"id":)", id, R"(,"result":false,"error":[)", std::to_string(stratum_code(fault)), ",",
                   quoted(text), ",null]}\n"});
   case Dialect::cosmic:
      return join({R"({"id":)", id, R"(,"result":false,"error":{"code":)", std::to_string(cosmic_code(fault)),
                   R"(,"message":)", quoted(text), "}}\n"});
   case Dialect::unknown:
   case Dialect::xmrig:
      break;
   }
   return join({R"({"id":)", id, R"(,"jsonrpc":"2.0","error":{"code":)", std::to_string(xmrig_code(fault)),
                R"(,"message":)", quoted(text), "}}\n"});
}

std::string ok_reply(Dialect dialect, std::string_view id) {
   return result_reply(dialect, id, dialect == Dialect::xmrig ? R"({"status":"OK"})"sv : "true"sv);
}

std::string result_reply(Dialect dialect, std::string_view id, std::string_view result) {
   if (dialect == Dialect::xmrig)
      return join({R"({"id":)", id, R"(,"jsonrpc":"2.0","error":null,"result":)", result, "}\n"});
   return join({R"({"id":)", id, R"(,"result":)", result, ",\"error\":null}\n"});
}

std::string hex_job_id(std::uint64_t number) {
   char text[16];
   const auto [end, error] = std::to_chars(text, text + sizeof text, number, 16);
   return {text, end};
}

std::uint64_t read_hex_job_id(std::string_view id) {
   return number_in(id, 16);
}

std::string xmrig_job(const XmrigJob &job) {
   // The target's eight bytes as they stand in memory, the least significant first.
   return join({R"({"blob":")", job.blob_hex, R"(","job_id":")", hex_job_id(job.number), R"(","target":")",
                hex64(__builtin_bswap64(job.target64)), R"(","algo":)", quoted(job.algorithm), R"(,"height":)",
                std::to_string(job.height), R"(,"seed_hash":")", job.seed_hex, R"("})"});
}

std::string xmrig_login_reply(std::string_view id, std::uint64_t session, std::string_view job, bool nicehash) {
   return result_reply(Dialect::xmrig, id,
                       join({R"({"id":")", hex64(session), R"(","job":)", job, R"(,"extensions":["algo","keepalive")",
                             nicehash ? R"(,"nicehash")"sv : ""sv, R"(],"status":"OK"})"}));
}

std::string xmrig_push(std::string_view job) {
   return join({R"({"jsonrpc":"2.0","method":"job","params":)", job, "}\n"});
}

std::string cosmic_job_id(std::uint64_t number) {
   std::string digits = std::to_string(number);
   if (digits.size() < k_cosmic_digits)
      digits.insert(0, k_cosmic_digits - digits.size(), '0');
   return join({k_cosmic_prefix, digits});
}

std::uint64_t read_cosmic_job_id(std::string_view id) {
   if (!id.starts_with(k_cosmic_prefix) || id.size() < k_cosmic_prefix.size() + k_cosmic_digits)
      return 0;
   return number_in(id.substr(k_cosmic_prefix.size()), 10);
}

std::string cosmic_subscribe_reply(std::string_view id, std::uint32_t extranonce) {
   return result_reply(Dialect::cosmic, id,
                       join({R"([["mining.set_difficulty","mining.notify"],")", hex32(extranonce), R"(",8])"}));
}

std::string cosmic_difficulty(std::uint64_t difficulty) {
   return join({R"({"id":null,"method":"mining.set_difficulty","params":[)", std::to_string(difficulty), "]}\n"});
}

std::string cosmic_notify(const CosmicJob &job) {
   return join({R"({"id":null,"method":"mining.notify","params":[")", cosmic_job_id(job.number), R"(",")",
                job.input_hex, R"(",")", hex32(job.target32), R"(",)", std::to_string(job.height),
                job.clean ? ",true]}\n"sv : ",false]}\n"sv});
}

std::string subscribe_reply(std::string_view id, std::uint64_t session, const Room &room) {
   const std::string token = hex64(session);
   return result_reply(Dialect::bitcoin, id,
                       join({R"([[["mining.set_difficulty",")", token, R"("],["mining.notify",")", token, R"("]],")",
                             prefix_hex(room), R"(",)", std::to_string(room.left_bytes), "]"}));
}

std::string set_extranonce(const Room &room) {
   return join({R"({"id":null,"method":"mining.set_extranonce","params":[")", prefix_hex(room), R"(",)",
                std::to_string(room.left_bytes), "]}\n"});
}

std::string bitcoin_difficulty(Difficulty difficulty) {
   return join({R"({"id":null,"method":"mining.set_difficulty","params":[)",
                common::bitcoin_difficulty_text(difficulty), "]}\n"});
}

std::string bitcoin_notify(const BitcoinJob &job) {
   // Each word of the previous block's id as a number.
   std::array<std::uint8_t, 32> previous = job.parts.previous;
   for (std::size_t word = 0; word < previous.size(); word += 4)
      std::reverse(previous.begin() + static_cast<std::ptrdiff_t>(word),
                   previous.begin() + static_cast<std::ptrdiff_t>(word) + 4);
   std::string branches;
   for (const auto &branch : job.parts.branches)
      branches += join({branches.empty() ? "\""sv : ",\""sv, common::to_hex(branch), "\""});
   return join({R"({"id":null,"method":"mining.notify","params":[")", hex_job_id(job.number), R"(",")",
                common::to_hex(previous), R"(",")", common::to_hex(job.parts.coinb1), R"(",")", job.coinb2_hex,
                R"(",[)", branches, R"(],")", hex32(job.parts.version), R"(",")", hex32(job.parts.bits), R"(",")",
                hex32(job.parts.ntime), job.clean ? "\",true]}\n"sv : "\",false]}\n"sv});
}

std::string ergo_notify(const ErgoJob &job) {
   // The fourth, fifth and eighth are empty in every pool; the sixth is the version of a block.
   return join({R"({"id":null,"method":"mining.notify","params":[")", hex_job_id(job.number), R"(",)",
                std::to_string(job.height), R"(,")", job.message_hex, R"(","","",2,")", job.target.to_decimal(),
                job.clean ? R"(","",true]})"sv : R"(","",false]})"sv, "\n"});
}

std::string ergo_short_notify(const ErgoJob &job) {
   return join({R"({"id":null,"method":"mining.notify","params":[")", hex_job_id(job.number), R"(",")", job.message_hex,
                R"(",)", std::to_string(job.height), job.clean ? ",true]}\n"sv : ",false]}\n"sv});
}

std::string ergo_target(const U256 &target) {
   return join(
      {R"({"id":null,"method":"mining.set_target","params":[")", common::to_hex(target.to_big_endian()), "\"]}\n"});
}

std::string get_version() {
   return R"({"id":0,"method":"client.get_version","params":[]})"
          "\n";
}

std::string client_reconnect(Dialect dialect, std::string_view host, std::string_view port) {
   if (dialect == Dialect::xmrig)
      return join(
         {R"({"jsonrpc":"2.0","method":"client.reconnect","params":[)", quoted(host), ",", quoted(port), "]}\n"});
   return join({R"({"id":null,"method":"client.reconnect","params":[)", quoted(host), ",", quoted(port), ",0]}\n"});
}

std::string show_message(std::string_view text) {
   return join({R"({"id":null,"method":"client.show_message","params":[)", quoted(text), "]}\n"});
}

} // namespace nebula::pool
