#pragma once

/// nebula.coin/1 of Monero: blocks' fate by the daemon, payments and balance by monero-wallet-rpc.

#include "core/address.h"
#include "shell/coin_link.h"

#include <nebula/svc/coin.h>

#include <shared_mutex>

namespace nebula::monero {

class Coin {
public:
   explicit Coin(const Settings &settings);

   [[nodiscard]] const neb_coin &table() const { return table_; }

   /// `link` must live until stop() returned.
   void start(CoinLink &link);
   /// Waits for the calls that run. Call it before the link stops.
   void stop();

   /// What operators ask: payouts {} · payout {key} · pay {key, payments}. Throws nebula::Error.
   [[nodiscard]] std::string answer(std::string_view method, std::string_view params_json) const;

private:
   [[nodiscard]] neb_status describe(neb_coin_info *out) const;
   [[nodiscard]] neb_status block(std::string_view id, std::uint64_t height, neb_on_block on_block, void *user) const;
   [[nodiscard]] neb_status balance(std::uint32_t fund, neb_on_balance on_balance, void *user) const;
   [[nodiscard]] neb_status pay(std::string_view key, std::uint32_t fund, std::vector<Payment> payments,
                                neb_on_batch on_batch, void *user, neb_error *err) const;
   [[nodiscard]] neb_status batch(std::string_view key, neb_on_batch on_batch, void *user) const;
   [[nodiscard]] Result<BatchView> order(std::string_view key, std::vector<Payment> payments) const;

   Net net_;
   bool pays_; // there is a wallet
   neb_coin table_;

   mutable std::shared_mutex mutex_; // exclusively: starts or stops
   CoinLink *link_ = nullptr;
};

} // namespace nebula::monero
