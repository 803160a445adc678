#include "message.h"

#include "common/hex.h"
#include "common/share_target.h"

#include <algorithm>
#include <charconv>

namespace nebula::upstream {
namespace {

using Value = JsonLine::Value;

std::optional<std::string> short_text(Value value, std::size_t bytes_max) {
   auto text = value.text();
   if (!text || text->empty() || text->size() > bytes_max)
      return std::nullopt;
   return text;
}

/// What a pool says to people: one line, and not more of it than a log should have.
std::string for_people(std::string text) {
   text.resize(std::min(text.size(), k_text_bytes_max));
   std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
   return text;
}

std::optional<Bytes> hex_bytes(Value value, std::size_t bytes_max) {
   const auto text = value.plain();
   if (!text || text->size() > 2 * bytes_max)
      return std::nullopt;
   return common::bytes_from_hex(*text);
}

std::optional<Hash> hash(Value value) {
   const auto text = value.plain();
   return text ? common::array_from_hex<32>(*text) : std::nullopt;
}

/// Eight digits, the most significant first.
std::optional<std::uint32_t> word(Value value) {
   const auto text = value.plain();
   const auto bytes = text ? common::array_from_hex<4>(*text) : std::nullopt;
   if (!bytes)
      return std::nullopt;
   return std::uint32_t{(*bytes)[0]} << 24 | std::uint32_t{(*bytes)[1]} << 16 | std::uint32_t{(*bytes)[2]} << 8 |
          (*bytes)[3];
}

/// A whole number in decimal digits, as a string or a number.
std::optional<U256> decimal(Value value) {
   const std::string_view digits = value.plain().value_or(value.raw());
   constexpr std::size_t k_digits_max = 78; // of 2^256
   if (digits.empty() || digits.size() > k_digits_max)
      return std::nullopt;
   U256 out;
   for (const char c : digits) {
      if (c < '0' || c > '9')
         return std::nullopt;
      const U256 digit(static_cast<std::uint64_t>(c - '0'));
      if (out > (U256::max() - digit) / U256(10))
         return std::nullopt;
      out = out * U256(10) + digit;
   }
   return out;
}

// A refusal is {"code":..,"message":..}, [code, text, ..], or just a text.
void read_refusal(Value error, Answer &out) {
   const Value code = error.is(JsonKind::array) ? error.at(0) : error["code"];
   const Value text = error.is(JsonKind::array) ? error.at(1) : error.is(JsonKind::object) ? error["message"] : error;
   if (const auto number = code.number(); number && *number > -1e6 && *number < 1e6)
      out.code = static_cast<int>(*number);
   out.text = for_people(text.text().value_or("it gives no reason"));
}

Message read_answer(Value root, std::uint64_t id) {
   Answer out;
   out.id = id;
   out.result = root["result"];
   const Value error = root["error"];
   out.good = (!error || error.is(JsonKind::null)) && out.result && !out.result.is(JsonKind::null);
   if (!out.good)
      read_refusal(error, out);
   return out;
}

const char *read_blob_job(Value params, NewJob &out) {
   auto id = short_text(params["job_id"], k_job_id_bytes_max);
   auto blob = hex_bytes(params["blob"], k_blob_bytes_max);
   const auto target = xmrig_target(params["target"].plain().value_or(""));
   if (!id)
      return "a job without a job_id";
   if (!blob || blob->size() < k_blob_bytes_min)
      return "a job whose blob is not 43 to 407 bytes of hex";
   if (!target)
      return "a job whose target is not 8 or 16 hex digits above 0";
   if (const Value seed = params["seed_hash"]; seed && !(out.job.seed = hash(seed)))
      return "a job whose seed_hash is not 64 hex digits";
   out.job.id = std::move(*id);
   out.job.input = std::move(*blob);
   out.job.target = *target;
   out.has_target = true;
   out.job.height = params["height"].whole().value_or(0);
   out.job.algorithm = short_text(params["algo"], k_job_id_bytes_max).value_or("");
   return nullptr;
}

const char *read_cosmic_job(Value params, NewJob &out) {
   auto id = short_text(params.at(0), k_job_id_bytes_max);
   const auto header = hash(params.at(1));
   const auto target = params.at(2).plain();
   std::uint32_t target32 = 0;
   if (!id || !header)
      return "a job that does not begin with an id and 64 hex digits";
   if (!target || target->empty() || target->size() > 8)
      return "a job whose target is not up to 8 hex digits";
   const auto [end, error] = std::from_chars(target->data(), target->data() + target->size(), target32, 16);
   if (error != std::errc{} || end != target->data() + target->size() || target32 == 0)
      return "a job whose target is not up to 8 hex digits above 0";
   out.job.id = std::move(*id);
   out.job.input.assign(header->begin(), header->end());
   out.job.target = common::target_of_cosmic(target32);
   out.has_target = true;
   out.job.height = params.at(3).whole().value_or(0);
   out.job.clean = params.at(4).boolean().value_or(true);
   return nullptr;
}

const char *read_ergo_job(Value params, NewJob &out) {
   const bool brief = params.size() < 7; // [id, message, height, clean]; the target comes by mining.set_target
   auto id = short_text(params.at(0), k_job_id_bytes_max);
   const auto message = hash(params.at(brief ? 1 : 2));
   const auto height = params.at(brief ? 2 : 1).whole();
   if (!id || !message || !height || *height == 0)
      return "a job that lacks its id, message or height";
   if (!brief) {
      const auto target = decimal(params.at(6));
      if (!target || target->is_zero())
         return "a job whose seventh value is no target";
      out.job.target = *target;
      out.has_target = true;
   }
   out.job.id = std::move(*id);
   out.job.input.assign(message->begin(), message->end());
   out.job.height = *height;
   out.job.brief = brief;
   out.job.clean = params.at(brief ? 3 : 8).boolean().value_or(true);
   return nullptr;
}

const char *read_bitcoin_job(Value params, NewJob &out) {
   auto id = short_text(params.at(0), k_job_id_bytes_max);
   auto previous = hash(params.at(1));
   auto coinb1 = hex_bytes(params.at(2), k_coinbase_bytes_max), coinb2 = hex_bytes(params.at(3), k_coinbase_bytes_max);
   const Value branches = params.at(4);
   const auto version = word(params.at(5)), bits = word(params.at(6)), ntime = word(params.at(7));
   if (!id || !previous || !coinb1 || !coinb2 || !branches.is(JsonKind::array) || branches.size() > k_branches_max ||
       !version || !bits || !ntime)
      return "a job that is not id, previous block, two coinbase parts, branches, version, bits and time";
   CoinbaseParts parts;
   for (std::size_t i = 0; i < branches.size(); ++i) {
      const auto branch = hash(branches.at(i));
      if (!branch)
         return "a job with a branch that is not 64 hex digits";
      parts.branches.push_back(*branch);
   }
   for (std::size_t at = 0; at < previous->size(); at += 4)
      std::reverse(previous->begin() + static_cast<std::ptrdiff_t>(at),
                   previous->begin() + static_cast<std::ptrdiff_t>(at) + 4);
   parts.coinb1 = std::move(*coinb1);
   parts.coinb2 = std::move(*coinb2);
   parts.version = *version;
   parts.bits = *bits;
   parts.ntime = *ntime;
   parts.previous = *previous;
   out.job.id = std::move(*id);
   out.job.coinbase = std::move(parts);
   out.job.clean = params.at(8).boolean().value_or(true);
   return nullptr;
}

const char *read_job(Value params, Dialect dialect, NewJob &out) {
   switch (dialect) {
   case Dialect::xmrig:
      return read_blob_job(params, out);
   case Dialect::bitcoin:
      return read_bitcoin_job(params, out);
   case Dialect::ergo:
      return read_ergo_job(params, out);
   case Dialect::cosmic:
      return read_cosmic_job(params, out);
   }
   return "a job of an unknown dialect";
}

std::optional<NewExtranonce> extranonce(Value first, Value size) {
   NewExtranonce out;
   auto bytes = hex_bytes(first, k_extranonce1_bytes_max);
   const auto left = size.whole();
   if (!bytes || !left || *left > k_extranonce2_bytes_max)
      return std::nullopt;
   out.extranonce1 = std::move(*bytes);
   out.extranonce2_size = static_cast<std::uint32_t>(*left);
   return out;
}

/// The port as a number or its text.
std::optional<std::uint16_t> port(Value value) {
   const std::string_view digits = value.plain().value_or(value.raw());
   std::uint16_t out = 0;
   const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
   return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(out) : std::nullopt;
}

ParsedMessage read_reconnect(Value params) {
   Reconnect out;
   if (params.size() > 0 && !params.at(0).is(JsonKind::null)) {
      const auto host = params.at(0).text();
      const auto to = params.size() > 1 ? port(params.at(1)) : std::optional<std::uint16_t>(0);
      if (!host || host->size() > 253 || !to)
         return {std::nullopt, "client.reconnect with no host and port"};
      out.host = *host;
      out.port = *to;
      constexpr std::uint64_t k_wait_s_max = 60;
      out.wait_s = static_cast<std::uint32_t>(std::min(params.at(2).whole().value_or(0), k_wait_s_max));
   }
   return {out, nullptr};
}

ParsedMessage read_notice(Value root, std::string_view method, Dialect dialect) {
   const Value params = root["params"];
   if (method == "mining.notify" || method == "job") {
      NewJob job;
      if (const char *wrong = read_job(params, dialect, job))
         return {std::nullopt, wrong};
      return {std::move(job), nullptr};
   }
   if (method == "mining.set_difficulty") {
      // Ergo and Cosmic Harmony have their targets in the jobs; what this says is for people there.
      if (dialect != Dialect::bitcoin)
         return {Unknown{}, nullptr};
      const auto target = bitcoin_target(params.at(0).raw());
      if (!target)
         return {std::nullopt, "mining.set_difficulty with no number above 0"};
      return {NewDifficulty{*target}, nullptr};
   }
   if (method == "mining.set_target") {
      const auto target = hash(params.at(0));
      if (!target)
         return {std::nullopt, "mining.set_target with no 64 hex digits"};
      return {NewTarget{U256::from_big_endian(*target)}, nullptr};
   }
   if (method == "mining.set_extranonce") {
      auto space = extranonce(params.at(0), params.at(1));
      if (!space)
         return {std::nullopt, "mining.set_extranonce with no extranonce and size"};
      return {std::move(*space), nullptr};
   }
   if (method == "client.reconnect")
      return read_reconnect(params);
   if (method == "client.show_message")
      return {ShowMessage{for_people(params.at(0).text().value_or(""))}, nullptr};
   constexpr std::size_t k_id_bytes_max = 64;
   const Value id = root["id"];
   if (id && !id.is(JsonKind::null) && !id.is(JsonKind::object) && !id.is(JsonKind::array) &&
       id.raw().size() <= k_id_bytes_max)
      return {Question{id.raw(), method}, nullptr};
   return {Unknown{}, nullptr};
}

} // namespace

ParsedMessage read_message(const JsonLine &line, Dialect dialect) {
   const Value root = line.root();
   if (!root.is(JsonKind::object))
      return {std::nullopt, "a line that is no JSON object"};
   if (const auto method = root["method"].plain())
      return read_notice(root, *method, dialect);
   if (const auto id = root["id"].whole())
      return {read_answer(root, *id), nullptr};
   return {Unknown{}, nullptr}; // an answer to nothing, such as one to a line that could not be read
}

std::optional<NewExtranonce> read_subscription(Value result, Dialect dialect) {
   auto space = extranonce(result.at(1), result.at(2));
   if (!space)
      return std::nullopt;
   // Every Autolykos nonce has eight bytes: what the pool does not say is ours.
   if (dialect == Dialect::ergo && space->extranonce1.size() + space->extranonce2_size != 8)
      return std::nullopt;
   return space;
}

std::optional<LoginResult> read_login(Value result, const char *&wrong) {
   LoginResult out;
   auto session = short_text(result["id"], k_session_bytes_max);
   if (!session) {
      wrong = "an answer to login without a session id";
      return std::nullopt;
   }
   out.session = std::move(*session);
   if ((wrong = read_blob_job(result["job"], out.job)))
      return std::nullopt;
   const Value extensions = result["extensions"];
   for (std::size_t i = 0; i < extensions.size(); ++i) {
      const auto name = extensions.at(i).plain();
      out.keepalive |= name == "keepalive";
      out.nicehash |= name == "nicehash";
   }
   return out;
}

bool says_yes(Value result) {
   if (const auto word = result.boolean())
      return *word;
   return result.is(JsonKind::object);
}

std::optional<U256> bitcoin_target(std::string_view text) {
   constexpr unsigned k_digits_max = 18;                    // 10^18 < 2^60
   constexpr int k_exponent_min = -36, k_exponent_max = 40; // so that nothing below overflows
   std::uint64_t mantissa = 0;
   unsigned digits = 0;
   int exponent = 0;
   bool fraction = false;
   std::size_t at = 0;
   for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
      const char c = text[at];
      if (c == '.' && !fraction) {
         fraction = true;
         continue;
      }
      if (c < '0' || c > '9')
         return std::nullopt;
      if (digits == k_digits_max) { // what is beyond has no weight, but where the point is has
         exponent += fraction ? 0 : 1;
         continue;
      }
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(c - '0');
      digits += mantissa != 0;
      exponent -= fraction;
   }
   if (at < text.size()) {
      int written = 0;
      const std::string_view rest = text.substr(at + 1 + (text.substr(at + 1).starts_with('+') ? 1 : 0));
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), written);
      if (error != std::errc{} || end != rest.data() + rest.size() || written < -100 || written > 100)
         return std::nullopt;
      exponent += written;
   }
   for (; mantissa != 0 && mantissa % 10 == 0; mantissa /= 10)
      ++exponent;
   if (mantissa == 0 || exponent < k_exponent_min || exponent > k_exponent_max)
      return std::nullopt;
   const auto power_of_ten = [](int n) {
      U256 out(1);
      for (; n > 0; --n)
         out = out * U256(10);
      return out;
   };
   const U256 unit = U256(1) << 240;
   if (exponent >= 0)
      return unit / (U256(mantissa) * power_of_ten(exponent));
   const U256 scale = power_of_ten(-exponent), whole = unit / U256(mantissa), rest = unit % U256(mantissa);
   if (whole > U256::max() / scale)
      return U256::max();
   return U256::saturating_add(whole * scale, rest * scale / U256(mantissa));
}

std::optional<U256> xmrig_target(std::string_view hex) {
   std::uint64_t target = 0;
   if (hex.size() == 16) {
      const auto bytes = common::array_from_hex<8>(hex);
      for (std::size_t i = 8; bytes && i-- > 0;)
         target = target << 8 | (*bytes)[i];
   } else if (hex.size() == 8) {
      const auto bytes = common::array_from_hex<4>(hex);
      std::uint32_t brief = 0;
      for (std::size_t i = 4; bytes && i-- > 0;)
         brief = brief << 8 | (*bytes)[i];
      if (brief != 0)
         target = ~0ull / (0xFFFFFFFFu / brief);
   }
   return target == 0 ? std::nullopt : std::optional(common::target_of_xmrig(target));
}

} // namespace nebula::upstream
