#include "ledger_coin.h"

namespace nebula::pool {
namespace {

using accounts::BatchSaid;
using accounts::BlockSaid;
using accounts::CoinCall;

/// Travels through the coin with a question.
struct Question {
   std::shared_ptr<LedgerInbox> inbox;
   std::uint64_t number;
   accounts::Fund fund;
   std::string refusal; ///< the coin would not take it: unless it has it from earlier, it failed for that
};

void on_block(void *user, const neb_coin_block *said) {
   const std::unique_ptr<Question> question(static_cast<Question *>(user));
   if (said == nullptr)
      return; // asked again later
   BlockSaid answer;
   answer.state = said->state == NEB_COIN_BLOCK_PENDING    ? BlockSaid::State::pending
                  : said->state == NEB_COIN_BLOCK_MATURE   ? BlockSaid::State::mature
                  : said->state == NEB_COIN_BLOCK_ORPHANED ? BlockSaid::State::orphaned
                                                           : BlockSaid::State::unknown;
   answer.confirmations = said->confirmations;
   answer.reward = said->reward;
   answer.bonus = said->bonus;
   question->inbox->post([number = question->number, answer](accounts::Accounts &accounts, std::uint64_t now_s) {
      accounts.said(number, answer, now_s);
   });
}

void on_batch(void *user, const neb_coin_batch *said) {
   const std::unique_ptr<Question> question(static_cast<Question *>(user));
   if (said == nullptr)
      return;
   BatchSaid answer;
   answer.state = said->state == NEB_COIN_BATCH_PENDING  ? BatchSaid::State::pending
                  : said->state == NEB_COIN_BATCH_PAID   ? BatchSaid::State::paid
                  : said->state == NEB_COIN_BATCH_FAILED ? BatchSaid::State::failed
                                                         : BatchSaid::State::unknown;
   answer.fee = said->fee;
   answer.confirmations = said->confirmations;
   answer.transactions = view(said->transactions);
   answer.text = view(said->text);
   if (answer.state == BatchSaid::State::unknown && !question->refusal.empty()) {
      answer.state = BatchSaid::State::failed;
      answer.text = question->refusal;
   }
   question->inbox->post([number = question->number, answer](accounts::Accounts &accounts, std::uint64_t now_s) {
      accounts.batch_said(number, answer, now_s);
   });
}

void on_balance(void *user, const neb_coin_balance *said) {
   const std::unique_ptr<Question> question(static_cast<Question *>(user));
   if (said == nullptr)
      return;
   question->inbox->post([fund = question->fund, spendable = said->spendable](
                            accounts::Accounts &accounts, std::uint64_t) { accounts.balance_said(fund, spendable); });
}

/// The question is the coin's when it took it.
std::string taken(neb_status status, std::unique_ptr<Question> &question, std::string_view what,
                  std::string_view reason = {}) {
   if (status == NEB_OK) {
      (void)question.release();
      return {};
   }
   return concat("the coin does not ", what, " now: ", reason.empty() ? status_text(status) : reason);
}

} // namespace

void LedgerCoin::find(const std::string &instance) {
   slot_ = services_.find<neb_coin>(NEB_SVC_COIN, concat("instance=", instance));
}

std::optional<accounts::CoinFacts> LedgerCoin::describe() const {
   const auto coin = slot_.enter();
   if (!coin)
      return std::nullopt;
   neb_coin_info info{};
   info.size = sizeof info;
   if (coin->describe(coin.get(), &info) != NEB_OK)
      return std::nullopt;
   accounts::CoinFacts out;
   out.name = view(info.coin);
   out.symbol = view(info.symbol);
   out.decimals = info.decimals;
   out.maturity = info.maturity;
   out.funds = info.funds;
   return out;
}

std::string LedgerCoin::check(const std::string &address) const {
   const auto coin = slot_.enter();
   if (!coin)
      return "the coin is not running";
   ErrorRecord record;
   const neb_status status = coin->check_address(coin.get(), str(address), record.raw());
   if (status == NEB_OK)
      return {};
   return std::string(record.text().empty() ? std::string_view(status_text(status)) : record.text());
}

std::string LedgerCoin::ask(const CoinCall &call) const {
   const auto coin = slot_.enter();
   if (!coin)
      return "the coin is not running";
   auto question = std::make_unique<Question>(Question{inbox_, call.number, call.fund, {}});
   switch (call.kind) {
   case CoinCall::Kind::block:
      return taken(coin->block(coin.get(), str(call.text), call.height, &on_block, question.get()), question,
                   "tell about a block");
   case CoinCall::Kind::pay:
      return pay(*coin.get(), call);
   case CoinCall::Kind::batch:
      return taken(coin->batch(coin.get(), str(call.text), &on_batch, question.get()), question, "tell about a batch");
   case CoinCall::Kind::balance:
      break;
   }
   return taken(coin->balance(coin.get(), static_cast<std::uint32_t>(call.fund), &on_balance, question.get()), question,
                "tell what it has");
}

std::string LedgerCoin::pay(const neb_coin &coin, const CoinCall &call) const {
   std::vector<neb_coin_payment> payments;
   for (const auto &[address, amount] : call.payments)
      payments.push_back({str(address), amount});
   auto question = std::make_unique<Question>(Question{inbox_, call.number, call.fund, {}});
   ErrorRecord record;
   const neb_status status =
      coin.pay(&coin, str(call.text), static_cast<std::uint32_t>(call.fund), payments.data(),
               static_cast<std::uint32_t>(payments.size()), &on_batch, question.get(), record.raw());
   if (status == NEB_E_CONFLICT)
      log_.error("batch ", call.text,
                 " differs from what the coin has under this key; it is left alone: ", record.text());
   if (status != NEB_E_INVALID)
      return taken(status, question, "pay", record.text());
   // It will never be taken as it is; but is it surely not under way?
   question->refusal = record.text().empty() ? "the coin calls it invalid" : std::string(record.text());
   return taken(coin.batch(&coin, str(call.text), &on_batch, question.get()), question, "tell about a batch");
}

} // namespace nebula::pool
