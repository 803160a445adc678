#include "ledger_settings.h"

#include "ledger_amount.h"

#include <nebula/error.hpp>

#include <charconv>

namespace nebula::pool {
namespace {

/// A number as it was written, or a text.
std::string text_of(const Config &value) {
   if (value.kind() == NEB_CONFIG_INT)
      return std::to_string(value.as<std::uint64_t>());
   if (value.kind() != NEB_CONFIG_DOUBLE)
      return value.as<std::string>();
   char text[64];
   const auto [end, wrong] = std::to_chars(text, text + sizeof text, value.as<double>()); // the shortest that is it
   return wrong == std::errc{} ? std::string(text, end) : std::string();
}

/// "1.25" with four decimals at most, as millionths of the whole.
std::uint32_t percent_ppm(const Config &config, std::string_view name) {
   constexpr std::uint64_t k_hundred_percent = 1'000'000;
   const std::string text = text_of(config.at(name));
   std::uint64_t ppm = k_hundred_percent + 1;
   const std::size_t point = text.find('.');
   if (point == std::string::npos || text.size() - point <= 5) {
      try {
         ppm = amount_of(text, 4);
      } catch (const Error &) { // refused below
      }
   }
   if (ppm > k_hundred_percent)
      config.at(name).refuse(name, "percent from 0 to 100 with at most four decimals");
   return static_cast<std::uint32_t>(ppm);
}

std::string amount_text(const Config &config, std::string_view name) {
   std::string text = text_of(config.at(name));
   try {
      if (amount_of(text, 0) > 0) // the coin's decimals are not known yet
         return text;
   } catch (const Error &) { // refused below
   }
   config.at(name).refuse(name, "an amount of coins above 0, as in 1 or 0.25");
}

std::uint64_t seconds(const Config &config, std::string_view name, std::uint64_t least) {
   const auto s = std::chrono::duration_cast<std::chrono::seconds>(config.duration(name)).count();
   if (s < static_cast<std::int64_t>(least))
      config.at(name).refuse(name, concat("a time of at least ", least, "s"));
   return static_cast<std::uint64_t>(s);
}

void read_reward(const Config &config, accounts::Rules &rules) {
   const auto scheme = config.get<std::string>("scheme");
   rules.scheme = scheme == "prop"   ? accounts::Scheme::prop
                  : scheme == "solo" ? accounts::Scheme::solo
                                     : accounts::Scheme::pplns;
   rules.window = config.get<std::uint32_t>("window");
   rules.fee_ppm = percent_ppm(config, "fee_percent");
   rules.fee_address = config.get<std::string>("fee_address");
}

void read_consciousness(const Config &config, accounts::Rules &rules) {
   rules.bonus = config.get<bool>("bonus");
   const Config references = config.at("reference_difficulty");
   for (std::uint64_t i = 0; i < references.count(); ++i)
      rules.reference_difficulty.emplace(references.item(i).get<std::string>("algorithm"),
                                         references.item(i).get<std::uint64_t>("difficulty"));
   const Config levels = config.at("levels");
   if (levels.count() == 0)
      return;
   rules.levels.clear();
   for (std::uint64_t i = 0; i < levels.count(); ++i) {
      const Config level = levels.item(i);
      accounts::LevelView out;
      out.name = level.get<std::string>("name");
      out.xp = level.get<std::uint64_t>("xp");
      const std::string multiplier = text_of(level.at("multiplier"));
      std::uint64_t percent = 0;
      const std::size_t point = multiplier.find('.');
      if (point == std::string::npos || multiplier.size() - point <= 3) {
         try {
            percent = amount_of(multiplier, 2);
         } catch (const Error &) { // refused below
         }
      }
      if (percent < 100 || percent > 200)
         level.at("multiplier").refuse("multiplier", "a number from 1 to 2 with at most two decimals");
      out.multiplier_percent = static_cast<std::uint32_t>(percent);
      if (rules.levels.empty() ? out.xp != 0 : out.xp <= rules.levels.back().xp)
         level.at("xp").refuse("xp", "0 for the first level, and more for each one after it");
      rules.levels.push_back(std::move(out));
   }
}

} // namespace

LedgerSettings read_ledger(const Config &config) {
   LedgerSettings out;
   out.coin = config.get_or<std::string>("coin", {});
   read_reward(config.at("reward"), out.rules);
   read_consciousness(config.at("consciousness"), out.rules);
   const Config payout = config.at("payout");
   out.threshold = amount_text(payout, "threshold");
   const Config thresholds = payout.at("thresholds");
   for (std::uint64_t i = 0; i < thresholds.count(); ++i)
      out.thresholds[thresholds.item(i).get<std::string>("address")] = amount_text(thresholds.item(i), "threshold");
   out.rules.payout_interval_s = seconds(payout, "interval", 1);
   out.rules.batch_payments_max = payout.get<std::uint32_t>("batch");
   const Config ledger = config.at("ledger");
   out.commit_interval = ledger.duration("commit_interval");
   if (out.commit_interval > std::chrono::seconds(1))
      ledger.at("commit_interval").refuse("commit_interval", "at most 1s: accepted shares wait for it");
   out.rules.poll_s = seconds(ledger, "poll", 1);
   out.rules.splits_kept = ledger.get<std::uint32_t>("splits_kept");
   return out;
}

} // namespace nebula::pool
