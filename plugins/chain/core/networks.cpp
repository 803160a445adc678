#include "networks.h"

#include "address.h"
#include "apply.h"
#include "hash.h"
#include "signature.h"

#include "common/hex.h"

namespace nebula::chain {
namespace {

constexpr std::uint64_t k_genesis_time = 1'767'225'600; // 2026-01-01T00:00:00Z
constexpr std::uint32_t k_main_chain_id = 1;
constexpr std::uint32_t k_dev_chain_id = 2;
constexpr const char *k_bonus_fund = "/bonus-fund";

/// On development networks everyone knows the recipients' keys: the seed is the hash of this text.
Hash well_known_seed(const std::string &label) {
   return hash256(common::as_bytes(label));
}

Address well_known_address(const std::string &label) {
   return address_of(SigningKey(well_known_seed(label)).public_key());
}

/// On the main network a recipient is named by a text and has no known key until a launch names the real ones.
Address labelled_address(const std::string &label) {
   const Hash hash = hash256(common::as_bytes(label));
   Address out{};
   std::memcpy(out.data(), hash.data(), out.size());
   return out;
}

Recipients recipients(const std::string &network, Address (*address)(const std::string &)) {
   return {address(network + "/humanitarian"), address(network + "/dev"), address(network + "/genesis"),
           address(network + "/admin"), address(network + k_bonus_fund)};
}

AlgorithmParams cosmic_harmony() {
   AlgorithmParams out;
   out.id = 1;
   out.name = "cosmic-harmony";
   out.mold = MoldId::appended;
   out.order = DigestOrder::words32;
   out.work_weight = 1;
   out.schedule = {{0, AlgorithmStatus::core}};
   return out;
}

/// One RandomX hash costs a core as much as 769,000 of cosmic-harmony (333 MH/s against 433 H/s).
AlgorithmParams randomx() {
   AlgorithmParams out;
   out.id = 2;
   out.name = "randomx";
   out.mold = MoldId::monero_blob;
   out.order = DigestOrder::little;
   out.epoch = EpochKind::key;
   out.work_weight = 769'000;
   out.schedule = {{0, AlgorithmStatus::core}};
   return out;
}

NetworkParams common_params() {
   NetworkParams out;
   out.genesis_time = k_genesis_time;
   out.base_reward = 50 * k_units_per_zion;
   out.bonus_fund = 500'000'000 * k_units_per_zion;
   out.bonus_per_block = 190'258'751; // the fund over 10 years of 262,800 blocks
   out.max_reorg_depth = 50;
   out.algorithms = {cosmic_harmony(), randomx()};
   return out;
}

} // namespace

NetworkParams nebula_dev() {
   NetworkParams out = common_params();
   out.name = "nebula-dev";
   out.chain_id = k_dev_chain_id;
   out.block_time_s = 6;
   out.max_block_bytes = 7u << 20; // 49,000 transfers of 149 bytes
   out.recipients = recipients(out.name, well_known_address);
   // A newcomer's machine runs one core and sees blocks at once: cosmic-harmony three of four (every 8 s), RandomX,
   // whose verification takes 20 to 150 ms, every fourth.
   out.algorithms[0].share = 3;
   out.algorithms[0].start_difficulty = 20'000'000;
   out.algorithms[1].start_difficulty = 200;
   return out;
}

NetworkParams nebula_main() {
   NetworkParams out = common_params();
   out.name = "nebula-main";
   out.chain_id = k_main_chain_id;
   out.block_time_s = 120;
   out.max_block_bytes = 4u << 20;
   out.premine = 14'342'857'143 * k_units_per_zion;
   out.premine_to = labelled_address("nebula-main/premine");
   out.recipients = recipients(out.name, labelled_address);
   // Equal shares. Start difficulties of one block per 240 s from ten cores each.
   out.algorithms[0].start_difficulty = 800'000'000'000;
   out.algorithms[1].start_difficulty = 1'000'000;
   return out;
}

bool is_development(const NetworkParams &network) {
   return network.chain_id == k_dev_chain_id;
}

std::optional<Hash> bonus_fund_seed(const NetworkParams &network) {
   return is_development(network) ? std::optional(well_known_seed(network.name + k_bonus_fund)) : std::nullopt;
}

Result<NetworkParams> network_by_name(std::string_view name) {
   if (name == "nebula-dev")
      return nebula_dev();
   if (name == "nebula-main")
      return nebula_main();
   return invalid("network \"" + std::string(name) + "\" is unknown; known are nebula-dev and nebula-main");
}

Block genesis_block(const NetworkParams &network) {
   struct Nobody final : AccountSource {
      Result<Account> account(const Address &) const override { return Account{}; }
   } nobody;
   Coinbase coinbase;
   const std::string memo = network.name;
   coinbase.memo.assign(memo.begin(), memo.end());
   if (network.premine != 0)
      coinbase.outputs = {{network.premine_to, network.premine}};
   Block out;
   out.transactions = {make_coinbase(network.chain_id, std::move(coinbase))};
   StateView state(nobody, {});
   (void)apply_genesis(state, out).ok(); // an empty state takes any premine below the supply
   out.header.chain_id = network.chain_id;
   out.header.time_s = network.genesis_time;
   out.header.merkle_root = merkle_root(out.transactions);
   out.header.state_root = state.summary().root();
   out.header.target = U256::max();
   out.header.transaction_count = 1;
   return out;
}

Hash genesis_id(const NetworkParams &network) {
   const char *text = is_development(network) ? "6aa88f41650f04bd538aa8bdec1c0ab07b615b478aad7fd87d74744e53eb1b60"
                                              : "3de3547e27f45fba5017ac159778eecc3748f87f36ea36c669a5194b52b565c6";
   return *common::array_from_hex<32>(text);
}

} // namespace nebula::chain
