#include "advice.h"

#include <nebula/log.hpp>

#include <boost/json/parse.hpp>

#include <cmath>

namespace nebula::pool {

namespace json = boost::json;

namespace {

/// Waiting pieces of advice; a newer one is worth more than an older one.
constexpr std::uint32_t k_depth = 1'024;
constexpr double k_shares_default = 10;

std::string text_of(const json::object &members, std::string_view name) {
   const json::value *found = members.if_contains(name);
   return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::optional<double> number_of(const json::object &members, std::string_view name) {
   const json::value *found = members.if_contains(name);
   if (found == nullptr || !found->is_number())
      return std::nullopt;
   return found->to_number<double>();
}

} // namespace

std::optional<Advice> read_advice(std::string_view text, const char *&wrong) {
   json::error_code failed;
   const json::value parsed = json::parse(text, failed);
   const json::object *members = failed ? nullptr : parsed.if_object();
   if (members == nullptr) {
      wrong = "it is no JSON object";
      return std::nullopt;
   }
   Advice out;
   out.name = text_of(*members, "wallet");
   if (out.name.empty()) {
      wrong = "it needs a text \"wallet\"";
      return std::nullopt;
   }
   if (const std::string worker = text_of(*members, "worker"); !worker.empty())
      out.name += '.' + worker;
   out.algorithm = text_of(*members, "algorithm");
   out.hashes_per_s = number_of(*members, "hashes_per_second").value_or(0);
   out.shares = number_of(*members, "shares").value_or(k_shares_default);
   if (!std::isfinite(out.hashes_per_s) || !(out.hashes_per_s > 0) || !std::isfinite(out.shares) || !(out.shares > 0)) {
      wrong = "\"hashes_per_second\" and \"shares\" must be numbers above 0";
      return std::nullopt;
   }
   return out;
}

AdviceFeed::AdviceFeed(Host host, Loop &loop, std::function<void(const Advice &)> take)
   : subscription_(
        Events(host).subscribe("pool.advice", k_depth, NEB_EVENTS_DROP_OLD,
                               [log = Log(host), &loop, take = std::move(take)](const neb_event_view &event) {
                                  const char *wrong = nullptr;
                                  if (const auto advice = read_advice(view(event.payload), wrong))
                                     loop.post([take, advice = *advice] { take(advice); });
                                  else
                                     log.warn("advice of ", event.publisher, " is not taken: ", wrong);
                               })) {}

} // namespace nebula::pool
