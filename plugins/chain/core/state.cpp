#include "state.h"

#include "codec.h"
#include "hash.h"

namespace nebula::chain {
namespace {

Hash record_hash(const Address &address, const Account &account) {
   return hash256(HashKind::account, {address, encode_account(account)});
}

} // namespace

Bytes encode_account(const Account &account) {
   Writer out;
   out.u64(account.balance);
   out.u64(account.nonce);
   return out.take();
}

Result<Account> decode_account(ByteView bytes) {
   Reader in(bytes);
   Account out;
   out.balance = in.u64();
   out.nonce = in.u64();
   if (!in.complete())
      return Error{Fault::storage, "a stored account is malformed"};
   return out;
}

Hash StateSummary::root() const {
   Writer counters;
   counters.u64(account_count);
   counters.u64(supply);
   counters.u64(bonus_released);
   return hash256(HashKind::state, {accounts.encode(), counters.view()});
}

Bytes encode_summary(const StateSummary &summary) {
   Writer out;
   out.bytes(summary.accounts.encode());
   out.u64(summary.account_count);
   out.u64(summary.supply);
   out.u64(summary.bonus_released);
   return out.take();
}

Result<StateSummary> decode_summary(ByteView bytes) {
   Reader in(bytes);
   StateSummary out;
   const ByteView accounts = in.bytes(LtHash::k_bytes);
   out.account_count = in.u64();
   out.supply = in.u64();
   out.bonus_released = in.u64();
   if (!in.complete())
      return Error{Fault::storage, "the stored state summary is malformed"};
   out.accounts = LtHash::decode(accounts);
   return out;
}

Result<Account> StateView::account(const Address &address) const {
   const auto found = entries_.find(address);
   if (found != entries_.end())
      return found->second.now;
   return base_.account(address);
}

Result<StateView::Entry *> StateView::entry(const Address &address) {
   const auto found = entries_.find(address);
   if (found != entries_.end())
      return &found->second;
   auto account = base_.account(address);
   if (!account)
      return account.error();
   return &entries_.emplace(address, Entry{*account, *account}).first->second;
}

Result<void> StateView::credit(const Address &address, Amount amount) {
   auto found = entry(address);
   if (!found)
      return found.error();
   Account &now = (*found)->now;
   if (now.balance > k_max_supply || amount > k_max_supply - now.balance)
      return invalid("a balance would pass the maximum supply");
   now.balance += amount;
   return {};
}

Result<void> StateView::debit(const Address &address, Amount amount) {
   auto found = entry(address);
   if (!found)
      return found.error();
   Account &now = (*found)->now;
   if (now.balance < amount)
      return invalid("the sender has " + std::to_string(now.balance) + " units and would spend " +
                     std::to_string(amount));
   now.balance -= amount;
   now.nonce += 1;
   return {};
}

std::vector<AccountChange> StateView::changes() const {
   std::vector<AccountChange> out;
   for (const auto &[address, entry] : entries_) {
      if (entry.before != entry.now)
         out.push_back({address, entry.before, entry.now});
   }
   return out;
}

StateSummary StateView::summary() const {
   StateSummary out = summary_;
   for (const AccountChange &change : changes()) {
      if (change.before.exists()) {
         out.accounts.remove(record_hash(change.address, change.before));
         --out.account_count;
      }
      if (change.after.exists()) {
         out.accounts.add(record_hash(change.address, change.after));
         ++out.account_count;
      }
   }
   return out;
}

} // namespace nebula::chain
