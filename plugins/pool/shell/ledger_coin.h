#pragma once

/// The coin as the ledger uses it: nebula.coin/1 of another instance. Answers arrive in the inbox.

#include "ledger_inbox.h"

#include <nebula/log.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/coin.h>

namespace nebula::pool {

class LedgerCoin {
public:
   LedgerCoin(Host host, std::shared_ptr<LedgerInbox> inbox) : services_(host), log_(host), inbox_(std::move(inbox)) {}

   /// [main & in init] Throws when there is no such instance.
   void find(const std::string &instance);

   /// Nothing: it is not running.
   [[nodiscard]] std::optional<accounts::CoinFacts> describe() const;
   /// Why nothing can be paid to it; empty: it can.
   [[nodiscard]] std::string check(const std::string &address) const;
   /// Empty, or why it cannot be asked now.
   [[nodiscard]] std::string ask(const accounts::CoinCall &call) const;

private:
   [[nodiscard]] std::string pay(const neb_coin &coin, const accounts::CoinCall &call) const;

   Services services_;
   Log log_;
   std::shared_ptr<LedgerInbox> inbox_;
   Slot<neb_coin> slot_;
};

} // namespace nebula::pool
