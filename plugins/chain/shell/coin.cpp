#include "coin.h"

#include "core/address.h"
#include "core/finality.h"
#include "core/tables.h"

#include "common/hex.h"

#include <nebula/error.hpp>

namespace nebula::chain {
namespace {

const Coin &of(const neb_coin *table) {
   return *static_cast<const Coin *>(table->ctx);
}

neb_status status_of(Fault fault) {
   switch (fault) {
   case Fault::duplicate:
      return NEB_E_CONFLICT;
   case Fault::unavailable:
      return NEB_E_STATE;
   case Fault::full:
      return NEB_E_FULL;
   case Fault::storage:
      return NEB_E_IO;
   default:
      return NEB_E_INVALID;
   }
}

std::int32_t state_of(BatchState state) {
   switch (state) {
   case BatchState::paid:
      return NEB_COIN_BATCH_PAID;
   case BatchState::failed:
      return NEB_COIN_BATCH_FAILED;
   case BatchState::open:
      break;
   }
   return NEB_COIN_BATCH_PENDING;
}

void answer(const BatchStatus &status, neb_on_batch on_batch, void *user) {
   std::string ids;
   for (const Hash &id : status.transactions)
      ids += (ids.empty() ? "" : ",") + common::to_hex(id);
   neb_coin_batch out{};
   out.size = sizeof out;
   out.state = state_of(status.state);
   out.fee = status.fee;
   out.confirmations = status.confirmations;
   out.transactions = str(ids);
   out.text = str(status.text);
   on_batch(user, &out);
}

neb_status check_key(std::string_view key) {
   return key.empty() || key.size() > NEB_COIN_KEY_MAX ? NEB_E_INVALID : NEB_OK;
}

} // namespace

Coin::Coin(const NetworkParams &network, Clock clock) : network_(network), clock_(clock), table_{} {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.describe = [](const neb_coin *table, neb_coin_info *out) noexcept { return of(table).describe(out); };
   table_.check_address = [](const neb_coin *, neb_str address, neb_error *err) noexcept {
      return guarded(err, [&] {
         auto parsed = parse_address(view(address));
         return parsed ? static_cast<neb_status>(NEB_OK) : fail(err, NEB_E_INVALID, parsed.error().text);
      });
   };
   table_.block = [](const neb_coin *table, neb_str id, std::uint64_t height, neb_on_block on_block,
                     void *user) noexcept {
      return guarded(nullptr, [&] { return of(table).block(view(id), height, on_block, user); });
   };
   table_.balance = [](const neb_coin *table, std::uint32_t fund, neb_on_balance on_balance, void *user) noexcept {
      return guarded(nullptr, [&] { return of(table).balance(fund, on_balance, user); });
   };
   table_.pay = [](const neb_coin *table, neb_str key, std::uint32_t fund, const neb_coin_payment *payments,
                   std::uint32_t count, neb_on_batch on_batch, void *user, neb_error *err) noexcept {
      return guarded(err, [&] { return of(table).pay(view(key), fund, payments, count, on_batch, user, err); });
   };
   table_.batch = [](const neb_coin *table, neb_str key, neb_on_batch on_batch, void *user) noexcept {
      return guarded(nullptr, [&] { return of(table).batch(view(key), on_batch, user); });
   };
}

void Coin::start(Node &node, Payouts &payouts) {
   const std::unique_lock lock(mutex_);
   node_ = &node;
   payouts_ = &payouts;
}

void Coin::stop() {
   const std::unique_lock lock(mutex_);
   node_ = nullptr;
   payouts_ = nullptr;
}

Coin::Running Coin::enter() const {
   Running out{std::shared_lock(mutex_), node_, payouts_};
   return out;
}

neb_status Coin::describe(neb_coin_info *out) const {
   out->decimals = 6;
   out->coin = str(network_.name);
   out->symbol = str("ZION");
   out->maturity = network_.max_reorg_depth;
   out->funds = 2;
   out->bonus_per_block = network_.bonus_per_block;
   return NEB_OK;
}

neb_status Coin::block(std::string_view id_text, std::uint64_t height, neb_on_block on_block, void *user) const {
   const auto id = common::array_from_hex<32>(id_text);
   if (!id && !id_text.empty())
      return NEB_E_INVALID;
   Result<neb_coin_block> found = Error{Fault::storage, ""};
   {
      const Running running = enter();
      if (running.node == nullptr)
         return NEB_E_STATE;
      found = find_block(*running.node, *running.payouts, id, height);
   }
   on_block(user, found ? &*found : nullptr);
   return NEB_OK;
}

Result<neb_coin_block> Coin::find_block(Node &node, Payouts &payouts, const std::optional<Hash> &asked,
                                        std::uint64_t height) const {
   auto view = node.store().read();
   if (!view)
      return view.error();
   auto tip = need_tip(**view);
   if (!tip)
      return tip.error();
   neb_coin_block out{};
   out.size = sizeof out;
   out.height = height;
   out.state = NEB_COIN_BLOCK_UNKNOWN;
   // Without an id, the one that the main chain has at that height: a finder that crashed does not know its block's.
   auto there = asked ? Result<std::optional<Hash>>(asked) : main_id(**view, height);
   if (!there)
      return there.error();
   if (!*there)
      return out;
   const Hash id = **there;
   auto index = find_index(**view, id);
   if (!index)
      return index.error();
   if (*index)
      out.height = (*index)->height;
   auto main = main_id(**view, out.height);
   if (!main)
      return main.error();
   if (!*main)
      return out;
   if (**main != id || !*index) {
      out.state = NEB_COIN_BLOCK_ORPHANED;
      return out;
   }
   auto final = is_final(**view, network_, **index, tip->height);
   auto paid = payouts.coinbases().paid(**view, id, payouts.funds().front().address);
   if (!final || !paid)
      return !final ? final.error() : paid.error();
   out.state = *final ? NEB_COIN_BLOCK_MATURE : NEB_COIN_BLOCK_PENDING;
   out.confirmations = tip->height - out.height + 1;
   out.reward = paid->reward;
   out.bonus = paid->bonus;
   return out;
}

neb_status Coin::balance(std::uint32_t fund, neb_on_balance on_balance, void *user) const {
   Result<FundBalance> found = Error{Fault::storage, ""};
   {
      const Running running = enter();
      if (running.payouts == nullptr)
         return NEB_E_STATE;
      if (fund >= running.payouts->funds().size())
         return NEB_E_NOT_FOUND;
      found = running.payouts->balance(fund);
   }
   if (!found) {
      on_balance(user, nullptr);
      return NEB_OK;
   }
   const neb_coin_balance out{sizeof(neb_coin_balance), 0, found->spendable, found->immature};
   on_balance(user, &out);
   return NEB_OK;
}

neb_status Coin::pay(std::string_view key, std::uint32_t fund, const neb_coin_payment *payments, std::uint32_t count,
                     neb_on_batch on_batch, void *user, neb_error *err) const {
   if (check_key(key) != NEB_OK)
      return fail(err, NEB_E_INVALID, "a batch's key has 1 to 64 bytes");
   if (count == 0 || count > NEB_COIN_PAYMENTS_MAX)
      return fail(err, NEB_E_INVALID, "a batch has 1 to 4096 payments");
   std::vector<Payment> wanted;
   for (std::uint32_t i = 0; i < count; ++i) {
      if (payments[i].amount == 0)
         return fail(err, NEB_E_INVALID, "a payment's amount is at least 1");
      wanted.push_back({view(payments[i].address), payments[i].amount});
   }
   Result<BatchStatus> paid = Error{Fault::storage, ""};
   {
      const Running running = enter();
      if (running.payouts == nullptr)
         return fail(err, NEB_E_STATE, "the chain is not running");
      if (fund >= running.payouts->funds().size())
         return fail(err, NEB_E_INVALID, "there is no such fund");
      paid = running.payouts->pay(key, fund, wanted, clock_.wall_s());
   }
   if (!paid)
      return fail(err, status_of(paid.error().fault), paid.error().text);
   answer(*paid, on_batch, user);
   return NEB_OK;
}

neb_status Coin::batch(std::string_view key, neb_on_batch on_batch, void *user) const {
   Result<std::optional<BatchStatus>> found = Error{Fault::storage, ""};
   {
      const Running running = enter();
      if (running.payouts == nullptr)
         return NEB_E_STATE;
      if (check_key(key) == NEB_OK)
         found = running.payouts->batch(key);
      else
         found = std::optional<BatchStatus>(); // no batch has such a key
   }
   if (!found) {
      on_batch(user, nullptr);
      return NEB_OK;
   }
   if (*found) {
      answer(**found, on_batch, user);
      return NEB_OK;
   }
   neb_coin_batch unknown{};
   unknown.size = sizeof unknown;
   on_batch(user, &unknown);
   return NEB_OK;
}

} // namespace nebula::chain
