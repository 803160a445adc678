#include "core/wallet_rpc.h"

#include "core/json_fields.h"
#include "core/json_rpc.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::monero {

namespace json = boost::json;

namespace {

constexpr std::string_view k_who = "the wallet";
constexpr std::size_t k_address_characters_max = 106; // of an integrated one; it is compared, and shown

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

RpcRequest wallet_height_request() {
   return call("get_height", {});
}

RpcRequest incoming_request(std::uint64_t height) {
   // Transfers above min_height, up to max_height.
   return call("get_transfers", {{"in", true},
                                 {"account_index", 0},
                                 {"filter_by_height", true},
                                 {"min_height", height == 0 ? 0 : height - 1},
                                 {"max_height", height}});
}

Result<std::string> parse_address_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   const auto text = text_field(*result, "address");
   if (!text)
      return text.error();
   if (text->empty() || text->size() > k_address_characters_max)
      return Error{"the wallet gives no address of a possible size"};
   return printable(*text, k_address_characters_max);
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

Result<std::uint64_t> parse_wallet_height_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   return u64_field(*result, "height");
}

Result<std::uint64_t> parse_incoming_answer(std::string_view body, std::uint64_t height) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   std::uint64_t sum = 0;
   const json::array *list = array_field(*result, "in"); // absent: nothing came
   for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const json::object *one = list->at(i).if_object();
      if (one == nullptr)
         return Error{"the wallet's list of transfers has something that is none"};
      const auto type = text_field(*one, "type");
      const auto at = u64_field(*one, "height");
      const auto amount = u64_field(*one, "amount");
      if (!type || !at || !amount)
         return !type ? type.error() : !at ? at.error() : amount.error();
      if (*type == "block" && *at == height)
         sum += std::min(*amount, ~std::uint64_t{0} - sum);
   }
   return sum;
}

Result<Hash> parse_relay_answer(std::string_view body) {
   const auto result = json_rpc_result(body, k_who);
   if (!result)
      return result.error();
   return hash_field(*result, "tx_hash");
}

} // namespace nebula::monero
