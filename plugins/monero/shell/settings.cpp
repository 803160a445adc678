#include "shell/settings.h"

#include "core/address.h"
#include "shell/zmq_listener.h"

#include <algorithm>

namespace nebula::monero {

namespace {

TimeMs duration(const Config &config, std::string_view path, TimeMs fallback) {
   const auto value = config.duration_or(path, std::chrono::milliseconds(fallback));
   return std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
}

void require_range(const Config &config, std::string_view path, TimeMs value, TimeMs least, TimeMs most,
                   std::string_view expected) {
   if (value < least || value > most)
      config.at(path).refuse(path, expected);
}

// The daemon has the last word on the network: it may be of another one than the address.
void check_wallet(const Config &config, std::string_view wallet) {
   const auto info = parse_address(wallet);
   if (!info)
      config.at("wallet").refuse("wallet", "a primary Monero address of 95 characters (" + info.error().text + ")");
   if (info->kind == AddressKind::subaddress)
      config.at("wallet").refuse("wallet", "a primary address (it begins with 4); the daemon mines to no subaddress");
}

std::optional<Hash> read_fingerprint(const Config &config, std::string_view path) {
   std::string text = config.get_or<std::string>(path, "");
   if (text.empty())
      return std::nullopt;
   std::erase(text, ':');
   auto hash = hash_from_hex(text, path);
   if (!hash)
      config.at(path).refuse(path, "a SHA-256 of 64 hexadecimal digits, colons allowed");
   return *hash;
}

void read_times(const Config &config, Settings &settings) {
   constexpr std::string_view k_poll = "a duration from 100ms to 60s";
   settings.times.poll = duration(config, "poll", settings.times.poll);
   require_range(config, "poll", settings.times.poll, 100, 60'000, k_poll);
   settings.times.refresh = duration(config, "refresh", settings.times.refresh);
   require_range(config, "refresh", settings.times.refresh, 1'000, 600'000, "a duration from 1s to 10m");
   settings.times.stale_after = duration(config, "stale_after", settings.times.stale_after);
   require_range(config, "stale_after", settings.times.stale_after, 5'000, 3'600'000, "a duration from 5s to 1h");

   constexpr std::string_view k_timeout = "a duration from 100ms to 10m";
   const auto timeout = [&](std::string_view path, TimeMs &value) {
      value = duration(config, path, value);
      require_range(config, path, value, 100, 600'000, k_timeout);
   };
   timeout("timeouts.connect", settings.timeouts.connect);
   timeout("timeouts.poll", settings.timeouts.poll);
   timeout("timeouts.template", settings.timeouts.block_template);
   timeout("timeouts.submit", settings.timeouts.submit);
}

// `prefix`: "" or "wallet_rpc.".
Credentials read_credentials(const Config &config, const std::string &prefix) {
   const std::string user = prefix + "user";
   const std::string password = prefix + "password";
   Credentials out{config.get_or<std::string>(user, ""), config.get_or<std::string>(password, "")};
   if (out.user.empty() && !out.password.empty())
      config.at(user).refuse(user, "the user name that goes with password");
   for (const std::string *text : {&out.user, &out.password})
      if (std::ranges::any_of(*text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
         config.at(user).refuse(user + " and password", "texts without control characters");
   if (out.user.find(':') != std::string::npos)
      config.at(user).refuse(user, "a name without a colon");
   return out;
}

WalletRpc read_wallet_rpc(const Config &config) {
   WalletRpc out;
   const std::string text = config.get_or<std::string>("wallet_rpc.url", "");
   if (!text.empty()) {
      const auto url = parse_daemon_url(text);
      if (!url)
         config.at("wallet_rpc.url").refuse("wallet_rpc.url", url.error().text);
      out.url = *url;
   }
   out.credentials = read_credentials(config, "wallet_rpc.");
   out.tls_fingerprint = read_fingerprint(config, "wallet_rpc.tls_fingerprint");
   out.timeout = duration(config, "wallet_rpc.timeout", out.timeout);
   require_range(config, "wallet_rpc.timeout", out.timeout, 1'000, 1'800'000, "a duration from 1s to 30m");
   return out;
}

} // namespace

std::size_t Settings::extranonce_size() const {
   return std::min(reserve_size - k_random_reserved_bytes, k_extranonce_max);
}

Settings read_settings(const Config &config) {
   Settings settings;
   const auto url = parse_daemon_url(config.get_or<std::string>("url", "http://127.0.0.1:18081"));
   if (!url)
      config.at("url").refuse("url", url.error().text);
   settings.url = *url;
   settings.wallet = config.get<std::string>("wallet");
   check_wallet(config, settings.wallet);
   settings.credentials = read_credentials(config, "");
   settings.wallet_rpc = read_wallet_rpc(config);
   settings.zmq = config.get_or<std::string>("zmq", "");
   if (!settings.zmq.empty() && !settings.zmq.starts_with("tcp://") && !settings.zmq.starts_with("ipc://"))
      config.at("zmq").refuse("zmq", "the address of the daemon's --zmq-pub, e.g. tcp://127.0.0.1:18083");
   if (!settings.zmq.empty() && !ZmqListener::available())
      config.at("zmq").refuse("zmq", "nothing: this build has no ZeroMQ (install libzmq3-dev and build again)");
   settings.tls_fingerprint = read_fingerprint(config, "tls_fingerprint");
   settings.reserve_size = config.get_or<std::size_t>("reserve_size", settings.reserve_size);
   if (settings.reserve_size < k_random_reserved_bytes + k_extranonce_min ||
       settings.reserve_size > k_reserve_size_max || settings.reserve_size == 33)
      config.at("reserve_size").refuse("reserve_size", "12 to 127, and not 33 (wallets may read that as a payment id)");
   settings.max_major_version = config.get_or<std::uint64_t>("max_major_version", settings.max_major_version);
   read_times(config, settings);
   return settings;
}

bool can_switch(const Settings &from, const Settings &to) {
   return from.reserve_size == to.reserve_size && from.zmq == to.zmq && from.wallet_rpc == to.wallet_rpc &&
          (from.wallet == to.wallet || !to.wallet_rpc.url);
}

} // namespace nebula::monero
