#include "shell/coin.h"

#include "core/amount.h"
#include "core/json_fields.h"

#include <nebula/error.hpp>

#include <boost/json/serialize.hpp>

namespace nebula::monero {

namespace json = boost::json;

namespace {

constexpr std::string_view k_no_wallet = "nothing can be paid without a wallet: set wallet_rpc.url to the "
                                         "monero-wallet-rpc that has the wallet of block rewards open";
constexpr std::string_view k_not_running = "the monero plugin is not running";

const Coin &of(const neb_coin *table) {
   return *static_cast<const Coin *>(table->ctx);
}

std::int32_t state_of(BatchState state) {
   constexpr std::array<std::int32_t, 3> k_states = {NEB_COIN_BATCH_PENDING, NEB_COIN_BATCH_PAID,
                                                     NEB_COIN_BATCH_FAILED};
   return k_states[static_cast<std::size_t>(state)];
}

std::string ids_text(const std::vector<Hash> &ids) {
   std::string out;
   for (const Hash &id : ids)
      out += (out.empty() ? "" : ",") + to_hex(id);
   return out;
}

void hand_out(const BatchView &view, neb_on_batch on_batch, void *user) {
   const std::string ids = ids_text(view.transactions);
   neb_coin_batch out{};
   out.size = sizeof out;
   out.state = state_of(view.state);
   out.fee = view.fee;
   out.confirmations = view.confirmations;
   out.transactions = str(ids);
   out.text = str(view.text);
   on_batch(user, &out);
}

neb_coin_block record_of(const BlockView &view) {
   neb_coin_block out{};
   out.size = sizeof out;
   out.height = view.height;
   switch (view.place) {
   case BlockView::Place::unknown:
      break;
   case BlockView::Place::orphaned:
      out.state = NEB_COIN_BLOCK_ORPHANED;
      break;
   case BlockView::Place::main_chain:
      out.state = view.depth >= k_maturity ? NEB_COIN_BLOCK_MATURE : NEB_COIN_BLOCK_PENDING;
      out.confirmations = view.depth + 1;
      out.reward = view.reward;
      break;
   }
   return out;
}

bool is_key(std::string_view key) {
   return !key.empty() && key.size() <= NEB_COIN_KEY_MAX;
}

neb_status status_of(Fault fault) {
   return fault == Fault::busy ? NEB_E_FULL : fault == Fault::refused ? NEB_E_CONFLICT : NEB_E_STATE;
}

json::object document(std::string_view key, const BatchView &view) {
   constexpr std::array<std::string_view, 3> k_names = {"pending", "paid", "failed"};
   json::array ids;
   for (const Hash &id : view.transactions)
      ids.emplace_back(to_hex(id));
   return {{"key", key},
           {"state", k_names[static_cast<std::size_t>(view.state)]},
           {"fee", text_xmr(view.fee)},
           {"confirmations", view.confirmations},
           {"transactions", std::move(ids)},
           {"text", view.text}};
}

[[noreturn]] void refuse(std::string_view text) {
   throw ::nebula::Error(NEB_E_INVALID, text);
}

// Amounts are in atomic units, as numbers or texts of digits.
std::uint64_t amount_of(const json::object &payment) {
   if (const auto number = u64_field(payment, "amount"); number && *number > 0)
      return *number;
   refuse("each payment needs \"address\" and \"amount\", a whole number of 10^-12 XMR above zero");
}

std::vector<Payment> read_payments(const json::object &request) {
   const json::value *list = request.if_contains("payments");
   if (list == nullptr || !list->is_array() || list->get_array().empty() ||
       list->get_array().size() > k_batch_payments_max)
      refuse("the request needs \"payments\": a list of 1 to 4096 objects");
   std::vector<Payment> out;
   for (const json::value &one : list->get_array()) {
      const json::object *payment = one.if_object();
      const auto address = payment != nullptr ? text_field(*payment, "address") : Result<std::string_view>(Error{""});
      if (!address)
         refuse("each payment needs \"address\" and \"amount\", a whole number of 10^-12 XMR above zero");
      out.push_back({std::string(*address), amount_of(*payment)});
   }
   return out;
}

} // namespace

Coin::Coin(const Settings &settings) : net_(Net::main), pays_(settings.wallet_rpc.url.has_value()), table_{} {
   if (const auto own = parse_address(settings.wallet))
      net_ = own->net;
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.describe = [](const neb_coin *table, neb_coin_info *out) noexcept { return of(table).describe(out); };
   table_.check_address = [](const neb_coin *table, neb_str address, neb_error *err) noexcept {
      return guarded(err, [&] {
         const auto info = monero::check_address(view(address), of(table).net_);
         return info ? static_cast<neb_status>(NEB_OK) : fail(err, NEB_E_INVALID, info.error().text);
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
      return guarded(err, [&] {
         if (count == 0 || count > k_batch_payments_max)
            return fail(err, NEB_E_INVALID, "a batch has 1 to 4096 payments");
         std::vector<Payment> list;
         for (std::uint32_t i = 0; i < count; ++i)
            list.push_back({std::string(view(payments[i].address)), payments[i].amount});
         return of(table).pay(view(key), fund, std::move(list), on_batch, user, err);
      });
   };
   table_.batch = [](const neb_coin *table, neb_str key, neb_on_batch on_batch, void *user) noexcept {
      return guarded(nullptr, [&] { return of(table).batch(view(key), on_batch, user); });
   };
}

void Coin::start(CoinLink &link) {
   const std::unique_lock lock(mutex_);
   link_ = &link;
}

void Coin::stop() {
   const std::unique_lock lock(mutex_);
   link_ = nullptr;
}

neb_status Coin::describe(neb_coin_info *out) const {
   out->decimals = 12;
   out->coin = str("monero");
   out->symbol = str("XMR");
   out->maturity = static_cast<std::uint32_t>(k_maturity);
   out->funds = 1;
   out->bonus_per_block = 0;
   return NEB_OK;
}

neb_status Coin::block(std::string_view id_text, std::uint64_t height, neb_on_block on_block, void *user) const {
   std::optional<Hash> id; // nothing: whatever is at that height
   if (!id_text.empty()) {
      const auto parsed = hash_from_hex(id_text, "the block's id");
      if (!parsed)
         return NEB_E_INVALID;
      id = *parsed;
   }
   const std::shared_lock lock(mutex_);
   if (link_ == nullptr || (!id && !pays_))
      return NEB_E_STATE;
   auto answer = [on_block, user](const std::optional<BlockView> &found) {
      if (!found)
         return on_block(user, nullptr);
      const neb_coin_block record = record_of(*found);
      on_block(user, &record);
   };
   if (id)
      link_->block(*id, height, std::move(answer));
   else
      link_->block_at(height, std::move(answer));
   return NEB_OK;
}

neb_status Coin::balance(std::uint32_t fund, neb_on_balance on_balance, void *user) const {
   if (fund != NEB_COIN_FUND_MAIN)
      return NEB_E_NOT_FOUND;
   const std::shared_lock lock(mutex_);
   if (link_ == nullptr || !pays_)
      return NEB_E_STATE;
   link_->balance([on_balance, user](const std::optional<WalletBalance> &found) {
      if (!found)
         return on_balance(user, nullptr);
      const neb_coin_balance record{sizeof(neb_coin_balance), 0, found->spendable, found->locked};
      on_balance(user, &record);
   });
   return NEB_OK;
}

/// A batch that can never be paid fails at once.
Result<BatchView> Coin::order(std::string_view key, std::vector<Payment> payments) const {
   std::string impossible;
   for (std::size_t i = 0; i < payments.size() && impossible.empty(); ++i) {
      if (const auto info = monero::check_address(payments[i].address, net_); !info)
         impossible = "payment " + std::to_string(i + 1) + ": " + info.error().text;
   }
   if (impossible.empty() && sum_of(payments) == ~0ull)
      impossible = "the sum of the payments does not fit 64 bits";
   return link_->order(key, std::move(payments), impossible);
}

neb_status Coin::pay(std::string_view key, std::uint32_t fund, std::vector<Payment> payments, neb_on_batch on_batch,
                     void *user, neb_error *err) const {
   if (!is_key(key))
      return fail(err, NEB_E_INVALID, "a batch's key has 1 to 64 bytes");
   if (fund != NEB_COIN_FUND_MAIN)
      return fail(err, NEB_E_INVALID, "there is no such fund");
   for (const Payment &one : payments) {
      if (one.amount == 0)
         return fail(err, NEB_E_INVALID, "a payment's amount is at least 1");
   }
   Result<BatchView> taken = Error{""};
   {
      const std::shared_lock lock(mutex_);
      if (link_ == nullptr)
         return fail(err, NEB_E_STATE, k_not_running);
      if (!pays_)
         return fail(err, NEB_E_STATE, k_no_wallet);
      taken = order(key, std::move(payments));
   }
   if (!taken)
      return fail(err, status_of(taken.error().fault), taken.error().text);
   hand_out(*taken, on_batch, user);
   return NEB_OK;
}

neb_status Coin::batch(std::string_view key, neb_on_batch on_batch, void *user) const {
   std::optional<BatchView> found;
   {
      const std::shared_lock lock(mutex_);
      if (link_ == nullptr)
         return NEB_E_STATE;
      if (is_key(key))
         found = link_->batch(key);
   }
   if (found) {
      hand_out(*found, on_batch, user);
      return NEB_OK;
   }
   neb_coin_batch unknown{};
   unknown.size = sizeof unknown;
   on_batch(user, &unknown);
   return NEB_OK;
}

std::string Coin::answer(std::string_view method, std::string_view params_json) const {
   const auto parsed = parse_json(params_json.empty() ? "{}" : params_json);
   const json::object *params = parsed ? parsed->if_object() : nullptr;
   if (params == nullptr)
      refuse("the request's parameters must be a JSON object");
   const std::shared_lock lock(mutex_);
   if (link_ == nullptr)
      throw ::nebula::Error(NEB_E_STATE, k_not_running);
   if (method == "payouts") {
      json::array open;
      for (const auto &[key, view] : link_->list())
         open.push_back(document(key, view));
      return json::serialize(
         json::object{{"can_pay", pays_}, {"trouble", link_->trouble()}, {"open", std::move(open)}});
   }
   if (method != "payout" && method != "pay")
      throw ::nebula::Error(NEB_E_NOT_FOUND, "monero has no method ", method, "; it has payouts, payout and pay");
   const auto key = text_field(*params, "key");
   if (!key || !is_key(*key))
      refuse("the request needs \"key\", a text of 1 to 64 bytes");
   if (method == "payout") {
      const auto found = link_->batch(*key);
      if (!found)
         throw ::nebula::Error(NEB_E_NOT_FOUND, "no batch \"", *key, "\" was ever ordered here");
      return json::serialize(document(*key, *found));
   }
   if (!pays_)
      throw ::nebula::Error(NEB_E_STATE, k_no_wallet);
   const auto taken = order(*key, read_payments(*params));
   if (!taken)
      throw ::nebula::Error(status_of(taken.error().fault), taken.error().text);
   return json::serialize(document(*key, *taken));
}

} // namespace nebula::monero
