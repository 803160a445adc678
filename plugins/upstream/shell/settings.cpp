#include "settings.h"

#include "common/bitcoin_header.h"
#include "common/hex.h"

namespace nebula::upstream {
namespace {

using namespace std::chrono_literals;

std::uint64_t duration(const Config &config, std::string_view path, std::chrono::nanoseconds least,
                       std::chrono::nanoseconds most, std::string_view expected) {
   const auto value = config.duration(path);
   if (value < least || value > most)
      config.at(path).refuse(path, expected);
   return static_cast<std::uint64_t>(value.count());
}

/// What is wrong never repeats the text: somebody may have written a password into it.
void read_url(const Config &config, PoolSettings &out) {
   const auto url = config.get<std::string>("url");
   const auto wrong = [&](std::string_view why) {
      config.at("url").refuse("url", concat("stratum+tcp://HOST:PORT, or stratum+ssl://HOST:PORT for TLS; ", why));
   };
   std::string_view rest = url;
   const std::size_t scheme = rest.find("://");
   const std::string_view name = rest.substr(0, scheme);
   out.tls = name == "stratum+ssl" || name == "stratum+tls" || name == "stratums";
   if (scheme == std::string_view::npos || (!out.tls && name != "stratum+tcp" && name != "stratum"))
      wrong("it begins with neither of them");
   rest.remove_prefix(scheme + 3);
   if (rest.ends_with('/'))
      rest.remove_suffix(1);
   if (rest.find('@') != std::string_view::npos)
      wrong("it holds a user name, which belongs into user and password");
   const char *why = "";
   const auto place = common::parse_host_port(rest, 0, why);
   if (!place)
      wrong(why);
   out.place = *place;
}

common::TlsPolicy read_tls(const Config &config, const PoolSettings &pool) {
   common::TlsPolicy out;
   out.option = "fingerprint";
   auto text = config.get<std::string>("fingerprint");
   if (text.empty())
      return out;
   std::erase(text, ':');
   out.fingerprint = common::array_from_hex<32>(text);
   if (!out.fingerprint)
      config.at("fingerprint").refuse("fingerprint", "a SHA-256 of 64 hexadecimal digits, colons allowed");
   if (!pool.tls)
      config.at("fingerprint").refuse("fingerprint", "nothing without TLS: write stratum+ssl:// in url");
   return out;
}

void read_pool(const Config &config, Settings &out) {
   PoolSettings pool;
   read_url(config, pool);
   pool.account.user = config.get<std::string>("user");
   pool.account.password = config.get_or<std::string>("password", "");
   pool.account.rig = config.get<std::string>("rig");
   out.tls.push_back(read_tls(config, pool));
   out.client.pools.push_back(std::move(pool));
}

std::optional<Dialect> read_dialect(std::string_view name) {
   for (const Dialect dialect : {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic})
      if (name == name_of(dialect))
         return dialect;
   return std::nullopt;
}

} // namespace

std::string_view name_of(Dialect dialect) {
   switch (dialect) {
   case Dialect::xmrig:
      return "xmrig";
   case Dialect::bitcoin:
      return "bitcoin";
   case Dialect::ergo:
      return "ergo";
   case Dialect::cosmic:
      break;
   }
   return "cosmic";
}

std::optional<Dialect> dialect_of(const neb_pow_algorithm &algorithm) {
   if (algorithm.nonce_offset == NEB_POW_NONCE_APPENDED)
      return algorithm.nonce_bytes == 8 ? Dialect::ergo : Dialect::cosmic;
   if (algorithm.nonce_bytes != 4)
      return std::nullopt;
   if (algorithm.nonce_offset == k_blob_nonce_offset)
      return Dialect::xmrig;
   return algorithm.nonce_offset == common::k_bitcoin_nonce_offset ? std::optional(Dialect::bitcoin) : std::nullopt;
}

Settings read_settings(const Config &config) {
   Settings out;
   out.algorithm = config.get<std::string>("algorithm");
   out.dialect = read_dialect(config.get<std::string>("dialect"));
   const auto split = config.get<std::string>("split");
   if (split != "auto")
      out.split = split == "nonces" ? Split::nonces : Split::connections;
   const Config pools = config.at("pools");
   for (std::uint64_t i = 0; i < pools.count(); ++i)
      read_pool(pools.item(i), out);
   ClientSettings &client = out.client;
   client.connections_max = config.get<std::uint32_t>("connections_max");
   client.patience.connect_ns = duration(config, "timeouts.connect", 100ms, 60s, "a time from 100ms to 60s");
   client.patience.answer_ns = duration(config, "timeouts.answer", 1s, 5min, "a time from 1s to 5m");
   client.patience.job_ns = duration(config, "timeouts.job", 0s, 24h, "a time up to 24h; 0s: any");
   client.book.keep_ns = duration(config, "timeouts.keep", 0s, 10min, "a time up to 10m");
   client.retry_first_ns = duration(config, "retry.first", 100ms, 10min, "a time from 100ms to 10m");
   client.retry_longest_ns = duration(config, "retry.longest", 100ms, 1h, "a time up to 1h");
   client.return_after_ns = duration(config, "retry.return_after", 0s, 1h, "a time up to 1h");
   if (client.retry_longest_ns < client.retry_first_ns)
      config.at("retry.longest").refuse("retry.longest", "at least retry.first");
   return out;
}

} // namespace nebula::upstream
