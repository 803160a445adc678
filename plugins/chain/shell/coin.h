#pragma once

/// nebula.coin/1 of the chain: blocks' fate, addresses, balances and payments for whoever accounts for them.

#include "payouts.h"

#include <nebula/clock.hpp>
#include <nebula/svc/coin.h>

#include <shared_mutex>

namespace nebula::chain {

class Coin {
public:
   Coin(const NetworkParams &network, Clock clock);

   [[nodiscard]] const neb_coin &table() const { return table_; }

   /// Both must live until stop() returned.
   void start(Node &node, Payouts &payouts);
   /// Waits for the calls that run.
   void stop();

private:
   /// The running parts for one call; empty when not running.
   struct Running {
      std::shared_lock<std::shared_mutex> lock;
      Node *node = nullptr;
      Payouts *payouts = nullptr;
   };
   [[nodiscard]] Running enter() const;

   [[nodiscard]] neb_status describe(neb_coin_info *out) const;
   [[nodiscard]] neb_status block(std::string_view id, std::uint64_t height, neb_on_block on_block, void *user) const;
   [[nodiscard]] Result<neb_coin_block> find_block(Node &node, Payouts &payouts, const std::optional<Hash> &asked,
                                                   std::uint64_t height) const;
   [[nodiscard]] neb_status balance(std::uint32_t fund, neb_on_balance on_balance, void *user) const;
   [[nodiscard]] neb_status pay(std::string_view key, std::uint32_t fund, const neb_coin_payment *payments,
                                std::uint32_t count, neb_on_batch on_batch, void *user, neb_error *err) const;
   [[nodiscard]] neb_status batch(std::string_view key, neb_on_batch on_batch, void *user) const;

   const NetworkParams &network_;
   Clock clock_;
   neb_coin table_;

   mutable std::shared_mutex mutex_; // exclusively: starts or stops
   Node *node_ = nullptr;
   Payouts *payouts_ = nullptr;
};

} // namespace nebula::chain
