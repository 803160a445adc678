#pragma once

/// The account state, and a view that collects the changes of a block before any of them is written.

#include "lthash.h"
#include "types.h"

#include <map>
#include <optional>
#include <vector>

namespace nebula::chain {

struct Account {
   Amount balance = 0;
   std::uint64_t nonce = 0; // transfers sent so far

   /// An account that is all zero does not exist.
   [[nodiscard]] bool exists() const { return balance != 0 || nonce != 0; }
   friend bool operator==(const Account &, const Account &) = default;
};

[[nodiscard]] Bytes encode_account(const Account &account);
[[nodiscard]] Result<Account> decode_account(ByteView bytes);

/// What the state root commits to.
struct StateSummary {
   LtHash accounts;                 // of every existing account's record
   std::uint64_t account_count = 0; //
   Amount supply = 0;               // premine and base rewards so far
   Amount bonus_released = 0;       // and what the bonus fund added

   [[nodiscard]] Hash root() const;
   [[nodiscard]] Amount total_supply() const { return supply + bonus_released; }
   friend bool operator==(const StateSummary &, const StateSummary &) = default;
};

[[nodiscard]] Bytes encode_summary(const StateSummary &summary);
[[nodiscard]] Result<StateSummary> decode_summary(ByteView bytes);

/// Where accounts come from: the store, or another view.
class AccountSource {
public:
   virtual ~AccountSource() = default;
   /// An account that does not exist reads as zero.
   [[nodiscard]] virtual Result<Account> account(const Address &address) const = 0;
};

struct AccountChange {
   Address address{};
   Account before;
   Account after;
};

/// Accounts of `base` as changed so far. Errors of the source pass through.
class StateView final : public AccountSource {
public:
   /// `base` must outlive the view.
   StateView(const AccountSource &base, const StateSummary &summary) : base_(base), summary_(summary) {}

   [[nodiscard]] Result<Account> account(const Address &address) const override;
   /// Adds to a balance. Fails above the maximum supply.
   [[nodiscard]] Result<void> credit(const Address &address, Amount amount);
   /// Takes the whole amount and counts the nonce up.
   [[nodiscard]] Result<void> debit(const Address &address, Amount amount);
   void issue(Amount base, Amount bonus) {
      summary_.supply += base;
      summary_.bonus_released += bonus;
   }

   [[nodiscard]] const StateSummary &counters() const { return summary_; }
   /// The changes so far, in order of address.
   [[nodiscard]] std::vector<AccountChange> changes() const;
   /// The summary with the changes so far in its hash.
   [[nodiscard]] StateSummary summary() const;

private:
   struct Entry {
      Account before;
      Account now;
   };
   [[nodiscard]] Result<Entry *> entry(const Address &address);

   const AccountSource &base_;
   StateSummary summary_;
   std::map<Address, Entry> entries_;
};

} // namespace nebula::chain
