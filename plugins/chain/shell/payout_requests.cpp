#include "payout_requests.h"

#include "core/address.h"
#include "core/amount.h"

#include "common/hex.h"

#include <nebula/svc/coin.h>

#include <boost/json/array.hpp>

namespace nebula::chain {
namespace {

using boost::json::object;

constexpr std::array<std::string_view, 2> k_fund_names = {"main", "bonus"}; // by NEB_COIN_FUND_...

std::string_view to_text(BatchState state) {
   constexpr std::array<std::string_view, 3> k_names = {"pending", "paid", "failed"};
   return k_names[static_cast<std::size_t>(state) - 1];
}

object status_members(const std::string &key, const BatchStatus &status) {
   boost::json::array transactions;
   for (const Hash &id : status.transactions)
      transactions.emplace_back(common::to_hex(id));
   return {{"key", key},
           {"state", to_text(status.state)},
           {"fee", to_text_zion(status.fee)},
           {"confirmations", status.confirmations},
           {"transactions", std::move(transactions)},
           {"text", status.text}};
}

std::optional<std::string> text_member(const object &members, std::string_view name) {
   const boost::json::value *found = members.if_contains(name);
   return found != nullptr && found->is_string() ? std::optional<std::string>(found->get_string()) : std::nullopt;
}

struct Order {
   std::vector<std::string> addresses;
   std::vector<Payment> payments;
};

Result<Order> read_payments(const object &request) {
   const boost::json::value *list = request.if_contains("payments");
   if (list == nullptr || !list->is_array() || list->get_array().empty() ||
       list->get_array().size() > NEB_COIN_PAYMENTS_MAX)
      return invalid("the request needs \"payments\": a list of 1 to 4096 objects");
   Order out;
   out.addresses.reserve(list->get_array().size());
   for (const boost::json::value &one : list->get_array()) {
      auto address = one.is_object() ? text_member(one.get_object(), "address") : std::nullopt;
      auto amount = one.is_object() ? text_member(one.get_object(), "amount") : std::nullopt;
      if (!address || !amount)
         return invalid("each payment needs \"address\" and \"amount\", both texts: \"1.5\" is one and a half ZION");
      auto units = parse_zion(*amount);
      if (!units)
         return units.error();
      if (*units == 0)
         return invalid("a payment's amount is at least 0.000001");
      out.addresses.push_back(std::move(*address));
      out.payments.push_back({out.addresses.back(), *units});
   }
   return out;
}

} // namespace

Result<object> payouts_document(Payouts &payouts) {
   boost::json::array funds;
   for (std::uint32_t i = 0; i < payouts.funds().size(); ++i) {
      auto balance = payouts.balance(i);
      if (!balance)
         return balance.error();
      const Fund &fund = payouts.funds()[i];
      funds.push_back(object{{"fund", k_fund_names[i]},
                             {"address", chain::to_text(fund.address)},
                             {"can_pay", fund.key != nullptr},
                             {"spendable", to_text_zion(balance->spendable)},
                             {"immature", to_text_zion(balance->immature)}});
   }
   auto open = payouts.list();
   if (!open)
      return open.error();
   boost::json::array batches;
   for (const Payouts::Open &one : *open) {
      object batch = status_members(one.key, one.status);
      batch["fund"] = k_fund_names[one.fund];
      batches.push_back(std::move(batch));
   }
   return object{{"funds", std::move(funds)}, {"open", std::move(batches)}};
}

Result<object> payout_document(Payouts &payouts, const std::string &key) {
   auto status = payouts.batch(key);
   if (!status)
      return status.error();
   if (!*status)
      return Error{Fault::missing, "no batch \"" + key.substr(0, NEB_COIN_KEY_MAX) + "\" was ever ordered here"};
   return status_members(key, **status);
}

Result<object> pay_request(Payouts &payouts, const object &request, std::uint64_t now_s) {
   const auto key = text_member(request, "key");
   if (!key || key->empty() || key->size() > NEB_COIN_KEY_MAX)
      return invalid("the request needs \"key\", a text of 1 to 64 bytes that no other batch has");
   const std::string name = text_member(request, "fund").value_or(std::string(k_fund_names[0]));
   const auto fund = std::ranges::find(k_fund_names, name);
   if (fund == k_fund_names.end())
      return invalid("\"fund\" is \"main\" or \"bonus\"");
   auto order = read_payments(request);
   if (!order)
      return order.error();
   auto status = payouts.pay(*key, static_cast<std::uint32_t>(fund - k_fund_names.begin()), order->payments, now_s);
   if (!status)
      return status.error();
   return status_members(*key, *status);
}

} // namespace nebula::chain
