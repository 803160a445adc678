#include "core/wallet_rpc.h"

#include "core/json_fields.h"
#include "core/json_rpc.h"

#include <boost/json/serialize.hpp>

namespace nebula::monero {

namespace json = boost::json;

namespace {

constexpr std::string_view k_who = "the wallet";

RpcRequest call(std::string_view method, json::object params) {
   const json::object body{
      {"jsonrpc", "2.0"}, {"id", "0"}, {"method", json::string(method)}, {"params", std::move(params)}};
   return {"/json_rpc", json::serialize(body)};
}

Result<std::vector<Hash>> read_key_images(const json::object &result) {
   const json::object *images = object_field(result, "spent_key_images");
   const json::value *list = images != nullptr ? images->if_contains("key_images") : nullptr;
   if (list == nullptr || !list->is_array() || list->get_array().empty())
      return Error{"the wallet does not say what the transaction spends (spent_key_images): use release 0.18"};
   std::vector<Hash> out;
   for (const json::value &one : list->get_array()) {
      const auto image = hash_from_hex(one.is_string() ? std::string_view(one.get_string()) : "", "a key image");
      if (!image)
         return image.error();
      out.push_back(*image);
   }
   return out;
}

} // namespace

RpcRequest address_request() {
   return call("get_address", {{"account_index", 0}});
}

RpcRequest balance_request() {
   return call("get_balance", {{"account_index", 0}});
}

RpcRequest transfer_request(std::span<const Payment> payments) {
   json::array destinations;
   for (const Payment &one : payments)
      destinations.push_back(json::object{{"amount", one.amount}, {"address", one.address}});
   return call("transfer", {{"destinations", std::move(destinations)},
                            {"account_index", 0},
                            {"priority", 0},
                            {"do_not_relay", true},
                            {"get_tx_metadata", true}});
}

RpcRequest relay_request(std::string_view metadata) {
   return call("relay_tx", {{"hex", json::string(metadata)}});
}

Result<std::string> parse_address_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   const auto text = text_field(*result, "address");
   if (!text)
      return text.error();
   return std::string(*text);
}

Result<BalanceAnswer> parse_balance_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   const auto balance = u64_field(*result, "balance");
   const auto unlocked = u64_field(*result, "unlocked_balance");
   if (!balance || !unlocked)
      return !balance ? balance.error() : unlocked.error();
   if (*unlocked > *balance)
      return Error{"the wallet says that more is unlocked than it has"};
   return BalanceAnswer{*balance, *unlocked};
}

Result<TransferAnswer> parse_transfer_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   const auto id = hash_field(*result, "tx_hash");
   const auto amount = u64_field(*result, "amount");
   const auto fee = u64_field(*result, "fee");
   const auto metadata = text_field(*result, "tx_metadata");
   auto images = read_key_images(*result);
   if (!id || !amount || !fee)
      return !id ? id.error() : !amount ? amount.error() : fee.error();
   if (!metadata || !images)
      return !metadata ? metadata.error() : images.error();
   if (metadata->empty() || metadata->size() > k_metadata_max)
      return Error{"the wallet gives no tx_metadata of a possible size"};
   return TransferAnswer{*id, *amount, *fee, std::string(*metadata), *std::move(images)};
}

Result<Hash> parse_relay_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   return hash_field(*result, "tx_hash");
}

} // namespace nebula::monero
