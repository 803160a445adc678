#include "settings.h"

#include "ledger_settings.h"

#include <nebula/error.hpp>

#include <random>
#include <string_view>

namespace nebula::pool {
namespace {

/// ZION 2.8.2's; a card of 100 MH/s floods its pool with 2,000 shares a second there.
constexpr Difficulty k_classic_max = 50'000;
constexpr Difficulty k_filter_max = 1'000'000'000'000;

std::uint64_t secret() {
   std::random_device device;
   return std::uint64_t{device()} << 32 | device();
}

std::uint64_t ns(std::chrono::nanoseconds duration) {
   return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

PortConfig read_port(const Config &config) {
   PortConfig out;
   out.algorithms = config.list<std::string>("algorithms");
   VardiffSettings vardiff;
   vardiff.rule = config.get<std::string>("vardiff") == "classic" ? VardiffRule::classic : VardiffRule::filter;
   vardiff.target_s = static_cast<double>(ns(config.duration("share_time"))) / 1e9;
   if (!(vardiff.target_s >= 1) || vardiff.target_s > 600)
      config.at("share_time").refuse("share_time", "a time from 1s to 10m");
   vardiff.min = config.get<std::uint64_t>("difficulty_min");
   vardiff.max = config.get<std::uint64_t>("difficulty_max");
   if (vardiff.max == 0)
      vardiff.max = vardiff.rule == VardiffRule::classic ? k_classic_max : k_filter_max;
   vardiff.powers_of_two = config.get<bool>("powers_of_two");
   if (vardiff.min > vardiff.max)
      config.at("difficulty_min").refuse("difficulty_min", "at most difficulty_max");
   out.settings.start = std::clamp(config.get<std::uint64_t>("difficulty"), vardiff.min, vardiff.max);
   out.settings.vardiff = Vardiff(vardiff);
   out.settings.fixed_min = vardiff.min;
   out.settings.fixed_max = config.get<std::uint64_t>("fixed_difficulty_max");
   if (out.settings.fixed_max < out.settings.fixed_min)
      config.at("fixed_difficulty_max").refuse("fixed_difficulty_max", "at least difficulty_min");
   out.settings.jobs_replayed = config.get<std::uint32_t>("jobs_replayed");
   const auto form = config.get<std::string>("autolykos_jobs");
   out.settings.ergo = form == "nine"         ? ErgoForm::nine
                       : form == "set_target" ? ErgoForm::set_target
                                              : ErgoForm::automatic;
   out.settings.nicehash = config.get<bool>("nicehash");
   return out;
}

std::vector<NetRange> networks(const Config &config, std::string_view name) {
   std::vector<NetRange> out;
   const Config list = config.at(name);
   for (std::uint64_t i = 0; i < list.count(); ++i) {
      const auto range = NetRange::parse(list.item(i).as<std::string>());
      if (!range)
         list.item(i).refuse(concat(name, '[', i, ']'),
                             "an address or a network such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32");
      out.push_back(*range);
   }
   return out;
}

GuardSettings read_guard(const Config &config) {
   GuardSettings out;
   const Config limits = config.at("limits");
   const auto rate = [&](Ask ask, std::string_view name) {
      out.rates[static_cast<std::size_t>(ask)].events = limits.get<std::uint32_t>(name);
   };
   rate(Ask::connect, "connects");
   rate(Ask::login, "logins");
   rate(Ask::submit, "submits");
   rate(Ask::other, "requests");
   out.connections_per_address = config.get<std::uint32_t>("connections_per_address");
   out.strikes.events = limits.get<std::uint32_t>("faults");
   out.ban_ns = ns(limits.duration("ban_time"));
   out.trusted = networks(config, "trusted");
   out.secret = secret();
   return out;
}

TlsSettings read_tls(const Config &config) {
   TlsSettings out;
   out.enabled = config.get<bool>("enabled");
   out.files.certificate = config.get_or<std::string>("certificate", {});
   out.files.key = config.get_or<std::string>("key", {});
   if (out.files.certificate.empty() != out.files.key.empty())
      config.at("certificate").refuse("certificate", "together with key, or neither");
   return out;
}

} // namespace

Settings read_settings(const Config &config) {
   Settings out;
   out.work = config.get<std::string>("work");
   out.ledger = read_ledger(config);
   const Config ports = config.at("ports");
   for (std::uint64_t i = 0; i < ports.count(); ++i) {
      out.server.listen.push_back(ports.item(i).get<std::string>("listen"));
      out.ports.push_back(read_port(ports.item(i)));
   }
   out.drain_ns = ns(config.duration("drain_time"));
   if (const auto target = config.get_or<std::string>("reconnect", {}); !target.empty()) {
      const std::size_t colon = target.rfind(':');
      if (colon == std::string::npos || colon == 0 || colon + 1 == target.size())
         config.at("reconnect").refuse("reconnect", "HOST:PORT");
      out.pool.reconnect_host = target.substr(0, colon);
      out.pool.reconnect_port = target.substr(colon + 1);
   }
   out.server.line_timeout_ns = ns(config.duration("line_timeout"));
   out.server.guard = read_guard(config);
   out.server.proxies = networks(config, "proxies");
   out.server.tls = read_tls(config.at("tls"));
   out.server.connections_max = config.get<std::uint32_t>("connections_max");
   out.pool.connections_max = out.server.connections_max;
   out.pool.login_timeout_ns = ns(config.duration("login_timeout"));
   out.pool.silence_timeout_ns = ns(config.duration("silence_timeout"));
   const Config ban = config.at("ban");
   out.pool.ban.shares = ban.get<std::uint32_t>("shares");
   out.pool.ban.invalid_percent = ban.get<std::uint32_t>("invalid_percent");
   out.pool.ban.ban_ns = ns(ban.duration("time"));
   out.pool.secret = secret();
   return out;
}

} // namespace nebula::pool
