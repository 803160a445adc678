#include "request.h"

#include "worker_name.h"

#include "common/hex.h"
#include "common/plain_text.h"

#include <algorithm>

namespace nebula::pool {
namespace {

using Value = JsonLine::Value;

/// A way to say what is wrong from any depth of a parser.
struct Refused {
   const char *why;
};

/// Text of bounded length. Absent is empty.
std::string bounded(const Value &value, const char *too_long) {
   if (!value || value.is(JsonKind::null))
      return {};
   auto text = value.text();
   if (!text)
      throw Refused{"Invalid params: a name is not a string"};
   if (text->size() > k_name_bytes_max)
      throw Refused{too_long};
   return std::move(*text);
}

/// What only describes the miner: it is shown as far as it can be.
std::string description(const Value &value, const char *too_long) {
   std::string text = bounded(value, too_long);
   common::keep_plain_text(text);
   return text;
}

/// Who the miner is: to leave something out would make it somebody else.
std::string identity(const Value &value, const char *too_long, const char *unprintable) {
   const std::string text = bounded(value, too_long);
   const std::string_view name = common::trimmed(text);
   if (!common::is_plain_text(name))
      throw Refused{unprintable};
   return std::string(name);
}

void need_wallet(const std::string &user, const char *missing) {
   if (user.empty())
      throw Refused{missing};
   if (read_worker_name(user, {}).wallet.empty())
      throw Refused{"Invalid params: the wallet is missing before the worker's name"};
}

std::string_view job_id(const Value &value) {
   const auto id = value.plain();
   if (!id || id->empty() || id->size() > k_id_bytes_max)
      throw Refused{"Invalid params: the job id is missing"};
   return *id;
}

/// Hexadecimal digits of a number; some miners prefix 0x.
std::string_view hex_digits(const Value &value, const char *wrong) {
   auto text = value.plain();
   if (!text)
      throw Refused{wrong};
   if (text->starts_with("0x") || text->starts_with("0X"))
      text->remove_prefix(2);
   return *text;
}

/// An unsigned number of exactly `digits` hexadecimal digits, most significant first.
std::uint64_t hex_number(const Value &value, std::size_t digits, const char *wrong) {
   const std::string_view text = hex_digits(value, wrong);
   std::array<std::uint8_t, 8> bytes{};
   if (text.size() != digits || !common::from_hex(text, std::span(bytes).last(digits / 2)))
      throw Refused{wrong};
   std::uint64_t number = 0;
   for (const std::uint8_t byte : bytes)
      number = number << 8 | byte;
   return number;
}

Digest digest(const Value &value) {
   const auto text = value.plain();
   Digest out;
   if (!text || !common::from_hex(*text, out))
      throw Refused{"Invalid params: the result is not 64 hexadecimal digits"};
   return out;
}

/// A number, or the text of one: miners write both.
double positive(const Value &value) {
   auto number = value.number();
   if (!number || !(*number > 0))
      throw Refused{"Invalid params: a difficulty is a number above 0"};
   return *number;
}

Login login(const Value &params) {
   Login out;
   out.user = identity(params["login"], "Invalid params: the login is too long",
                       "Invalid params: the login has characters that cannot be shown");
   out.password = description(params["pass"], "Invalid params: the password is too long");
   out.agent = description(params["agent"], "Invalid params: the agent is too long");
   out.rig = identity(params["rigid"], "Invalid params: the rig id is too long",
                      "Invalid params: the rig id has characters that cannot be shown");
   need_wallet(out.user, "Invalid params: the login is missing");
   const Value algorithms = params["algo"];
   for (std::size_t i = 0; i < std::min(algorithms.size(), k_algorithms_named_max); ++i)
      out.algorithms.push_back(description(algorithms.at(i), "Invalid params: an algorithm's name is too long"));
   return out;
}

Authorize authorize(const Value &params) {
   Authorize out{identity(params.at(0), "Invalid params: the user is too long",
                          "Invalid params: the user has characters that cannot be shown"),
                 description(params.at(1), "Invalid params: the password is too long")};
   need_wallet(out.user, "Invalid params: the user is missing");
   return out;
}

SubmitDigest submit_xmrig(const Value &params) {
   SubmitDigest out;
   const auto session = params["id"].plain();
   out.session = session ? *session : std::string_view();
   out.job = job_id(params["job_id"]);
   // The four bytes as they stand in the blob, the least significant first.
   const auto bytes = hex_number(params["nonce"], 8, "Invalid params: the nonce is not 8 hexadecimal digits");
   out.nonce = __builtin_bswap32(static_cast<std::uint32_t>(bytes));
   out.digest = digest(params["result"]);
   return out;
}

SubmitDigest submit_cosmic(const Value &params) {
   SubmitDigest out;
   out.job = job_id(params.at(1));
   out.nonce = hex_number(params.at(2), 8, "Invalid params: the nonce is not 8 hexadecimal digits");
   out.digest = digest(params.at(3));
   return out;
}

SubmitHeader submit_bitcoin(const Value &params) {
   SubmitHeader out;
   out.job = job_id(params.at(1));
   const auto extranonce2 = params.at(2).plain();
   if (!extranonce2 || extranonce2->size() % 2 != 0 || extranonce2->size() / 2 > out.extranonce2.size() ||
       !common::from_hex(*extranonce2, std::span(out.extranonce2).first(extranonce2->size() / 2)))
      throw Refused{"Invalid params: extranonce2 is not hexadecimal, or too long"};
   out.extranonce2_size = static_cast<std::uint8_t>(extranonce2->size() / 2);
   out.ntime =
      static_cast<std::uint32_t>(hex_number(params.at(3), 8, "Invalid params: ntime is not 8 hexadecimal digits"));
   out.nonce =
      static_cast<std::uint32_t>(hex_number(params.at(4), 8, "Invalid params: the nonce is not 8 hexadecimal digits"));
   out.rolled_version = static_cast<bool>(params.at(5));
   return out;
}

SubmitNonce submit_ergo(const Value &params) {
   // The fifth parameter is the whole nonce. Where there is none, the third has what stands behind the prefix.
   SubmitNonce out;
   out.job = job_id(params.at(1));
   if (params.at(4)) {
      out.nonce = hex_number(params.at(4), 16, "Invalid params: the nonce is not 16 hexadecimal digits");
      return out;
   }
   constexpr const char *k_wrong = "Invalid params: extranonce2 is not 2 to 16 hexadecimal digits";
   const std::size_t digits = hex_digits(params.at(2), k_wrong).size();
   if (digits < 2 || digits > 16 || digits % 2 != 0)
      throw Refused{k_wrong};
   out.nonce = hex_number(params.at(2), digits, k_wrong);
   out.nonce_bytes = static_cast<std::uint8_t>(digits / 2);
   return out;
}

/// Nobody waits for it, so whatever it is is taken.
Answer answer(const Value &result) {
   auto text = result.text();
   if (!text || text->size() > k_name_bytes_max)
      return {};
   common::keep_plain_text(*text);
   return {std::move(*text)};
}

Request mining_submit(const Value &params, Dialect dialect) {
   if (dialect == Dialect::bitcoin)
      return submit_bitcoin(params);
   if (dialect == Dialect::ergo)
      return submit_ergo(params);
   return submit_cosmic(params);
}

Configure configure(const Value &params) {
   Configure out;
   const Value extensions = params.at(0);
   for (std::size_t i = 0; i < std::min<std::size_t>(extensions.size(), 16); ++i)
      out.extensions.push_back(description(extensions.at(i), "Invalid params: an extension's name is too long"));
   return out;
}

Request xmrig(std::string_view method, const Value &params) {
   if (method == "login")
      return login(params);
   if (method == "submit")
      return submit_xmrig(params);
   if (method == "keepalived")
      return Keepalived{};
   return UnknownMethod{method};
}

Request stratum(std::string_view method, const Value &params, Dialect dialect) {
   if (method == "mining.submit")
      return mining_submit(params, dialect);
   if (method == "mining.subscribe")
      return Subscribe{description(params.at(0), "Invalid params: the agent is too long"),
                       description(params.at(1), "Invalid params: the session is too long")};
   if (method == "mining.authorize" || method == "mining.login")
      return authorize(params);
   if (method == "mining.extranonce.subscribe")
      return ExtranonceSubscribe{};
   if (method == "mining.configure")
      return configure(params);
   if (method == "mining.suggest_difficulty")
      return SuggestDifficulty{positive(params.at(0))};
   if (method == "mining.get_transactions")
      return GetTransactions{};
   if (method == "mining.ping" || method == "ping")
      return Ping{};
   return UnknownMethod{method};
}

} // namespace

Dialect dialect_of_first(const JsonLine &line) {
   const auto method = line.root()["method"].plain();
   if (!method)
      return Dialect::unknown;
   if (*method == "login")
      return Dialect::xmrig;
   return method->starts_with("mining.") ? Dialect::cosmic : Dialect::unknown;
}

ParsedLine read_request(const JsonLine &line, Dialect dialect) {
   ParsedLine out;
   const Value root = line.root();
   if (!root.is(JsonKind::object)) {
      out.wrong = "Invalid request: a JSON object was expected";
      return out;
   }
   const Value id = root["id"];
   if (id && !id.is(JsonKind::object) && !id.is(JsonKind::array) && id.raw().size() <= k_id_bytes_max)
      out.id = id.raw();
   const Value method = root["method"];
   if (!method) {
      if (root["result"] || root["error"])
         out.request = answer(root["result"]);
      else
         out.wrong = "Invalid request: the method is missing";
      return out;
   }
   const auto named = method.plain();
   if (!named) {
      out.wrong = "Invalid request: the method is not a string";
      return out;
   }
   try {
      out.request =
         dialect == Dialect::xmrig ? xmrig(*named, root["params"]) : stratum(*named, root["params"], dialect);
   } catch (const Refused &refused) {
      out.wrong = refused.why;
   }
   return out;
}

} // namespace nebula::pool
