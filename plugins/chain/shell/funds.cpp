#include "funds.h"

#include "core/address.h"
#include "core/networks.h"
#include "wallet/keystore.h"

#include <sodium.h>

namespace nebula::chain {
namespace {

Fund fund_of(Seed seed) {
   auto key = std::make_unique<SigningKey>(seed);
   sodium_memzero(seed.data(), seed.size());
   const Address address = address_of(key->public_key());
   return {address, std::move(key), {}};
}

Result<Fund> open_keystore_fund(const std::string &path, std::string_view password) {
   auto text = read_keystore_file(path);
   if (!text)
      return text.error();
   auto seed = open_keystore(*text, password);
   if (!seed)
      return seed.error().within(path);
   return fund_of(*seed);
}

/// Makes it on first use.
Result<Fund> open_development_wallet(const std::string &path, const Log &log) {
   if (auto text = read_keystore_file(path); !text && text.error().fault == Fault::missing) {
      auto made = make_keystore(random_seed(), {});
      auto written = made ? write_keystore_file(path, *made) : Result<void>(made.error());
      if (!written)
         return written.error();
      log.info("a wallet for block rewards was made: ", path, " (unencrypted; its coins are for development)");
   }
   return open_keystore_fund(path, {});
}

Result<Fund> open_main(const Settings &settings, const std::string &wallet_file, const Log &log) {
   const Payer &payer = settings.payer;
   if (payer.keystore.empty() && !settings.miner)
      return open_development_wallet(wallet_file, log);
   if (payer.keystore.empty())
      return Fund{*settings.miner, nullptr,
                  "block rewards go to " + to_text(*settings.miner) +
                     ", whose key this node does not have: set payer.keystore to its keystore"};
   auto fund = open_keystore_fund(payer.keystore, payer.password);
   if (!fund)
      return fund.error().within("payer.keystore");
   if (settings.miner && *settings.miner != fund->address)
      return invalid("payer.keystore: " + payer.keystore + " is the wallet of " + to_text(fund->address) +
                     ", but miner_address is " + to_text(*settings.miner) +
                     ": rewards would go where nothing is paid from; name the keystore of miner_address, or leave "
                     "miner_address out");
   return fund;
}

Result<Fund> open_bonus(const Settings &settings) {
   const Address receives = settings.network.recipients.bonus_fund;
   if (const auto seed = bonus_fund_seed(settings.network))
      return fund_of(*seed);
   if (settings.payer.bonus_keystore.empty())
      return Fund{receives, nullptr,
                  "the bonus fund's key is not here: set payer.bonus_keystore to the keystore of " + to_text(receives)};
   auto fund = open_keystore_fund(settings.payer.bonus_keystore, settings.payer.bonus_password);
   if (!fund)
      return fund.error().within("payer.bonus_keystore");
   if (fund->address != receives)
      return invalid("payer.bonus_keystore: " + settings.payer.bonus_keystore + " is the wallet of " +
                     to_text(fund->address) + ", but the bonus fund of " + settings.network.name + " is " +
                     to_text(receives));
   return fund;
}

} // namespace

Result<std::vector<Fund>> open_funds(const Settings &settings, const std::string &wallet_file, const Log &log) {
   auto main = open_main(settings, wallet_file, log);
   if (!main)
      return main.error();
   auto bonus = open_bonus(settings);
   if (!bonus)
      return bonus.error();
   std::vector<Fund> out;
   out.push_back(std::move(*main));
   out.push_back(std::move(*bonus));
   return out;
}

} // namespace nebula::chain
