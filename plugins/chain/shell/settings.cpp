#include "settings.h"

#include "core/address.h"
#include "core/amount.h"
#include "core/networks.h"
#include "core/reward.h"

namespace nebula::chain {
namespace {

[[noreturn]] void refuse(const Config &node, std::string_view key, const std::string &text) {
   const std::string_view where = node.where();
   throw nebula::Error(NEB_E_CONFIG, where, where.empty() ? "" : ": ", key, ": ", text);
}

AlgorithmStatus parse_status(const Config &node) {
   const std::string text = node.exists() ? node.as<std::string>() : "supported";
   for (const AlgorithmStatus status :
        {AlgorithmStatus::core, AlgorithmStatus::supported, AlgorithmStatus::deprecated}) {
      if (to_text(status) == text)
         return status;
   }
   refuse(node, "algorithms.status", "must be core, supported or deprecated, not \"" + text + "\"");
}

NetworkParams read_network(const Config &config, std::string_view node_network) {
   const std::string name = config.get_or<std::string>("network", std::string());
   auto network = network_by_name(name.empty() ? node_network : std::string_view(name));
   if (!network)
      refuse(config.at("network"), "network", network.error().text);
   std::vector<ExtraAlgorithm> extra;
   const Config list = config.at("algorithms");
   for (std::uint64_t i = 0; i < list.count(); ++i) {
      const Config item = list.item(i);
      extra.push_back(
         {item.get<std::string>("name"), item.get<std::uint64_t>("start_difficulty"), parse_status(item.at("status"))});
   }
   if (auto admitted = admit_algorithms(*network, extra); !admitted)
      refuse(list, "algorithms", admitted.error().text);
   return *network;
}

Payer read_payer(const Config &config) {
   const auto text = [&config](std::string_view key) { return config.get_or<std::string>(key, std::string()); };
   return {text("payer.keystore"), text("payer.password"), text("payer.bonus_keystore"), text("payer.bonus_password"),
           config.get_or<std::uint64_t>("payer.fee_per_byte", 1)};
}

/// On a development network, what the levels of a pool can add to a block: as much again as the miner's share.
Amount read_bonus(const Config &config, const NetworkParams &network) {
   const std::string text = config.get_or<std::string>("bonus_per_block", std::string());
   if (text.empty())
      return is_development(network) ? split_reward(network.base_reward).miner : 0;
   auto bonus = parse_zion(text);
   if (!bonus)
      refuse(config.at("bonus_per_block"), "bonus_per_block", bonus.error().text);
   return *bonus;
}

} // namespace

Settings read_settings(const Config &config, std::string_view node_network) {
   Settings out;
   out.network = read_network(config, node_network);
   out.payer = read_payer(config);
   const Config address = config.at("miner_address");
   if (const std::string text = config.get_or<std::string>("miner_address", std::string()); !text.empty()) {
      auto parsed = parse_address(text);
      if (!parsed)
         refuse(address, "miner_address", parsed.error().text);
      out.miner = *parsed;
   } else if (!is_development(out.network) && out.payer.keystore.empty()) {
      refuse(address, "miner_address",
             "network " + out.network.name +
                " needs the address that block rewards go to: make one with `nebula wallet new`");
   }
   out.bonus = read_bonus(config, out.network);
   constexpr std::chrono::seconds k_refresh(30), k_expiry(24 * 3'600);
   const auto seconds = [&config](std::string_view key, std::chrono::seconds fallback) {
      const auto value = std::chrono::duration_cast<std::chrono::seconds>(config.duration_or(key, fallback));
      return static_cast<std::uint64_t>(std::max<std::int64_t>(1, value.count()));
   };
   out.template_refresh_s = seconds("template_refresh", k_refresh);
   out.mempool.max_bytes = config.size_or("mempool.size", out.mempool.max_bytes);
   out.mempool.max_per_sender = config.get_or<std::uint64_t>("mempool.per_sender", out.mempool.max_per_sender);
   out.mempool.expiry_s = seconds("mempool.expiry", k_expiry);
   out.mempool.min_fee_per_byte =
      config.get_or<std::uint64_t>("mempool.min_fee_per_byte", out.mempool.min_fee_per_byte);
   return out;
}

} // namespace nebula::chain
