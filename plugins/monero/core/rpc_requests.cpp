#include "core/rpc_requests.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace nebula::monero {

namespace json = boost::json;

namespace {

RpcRequest call(std::string_view method, json::value params) {
   const json::object body{
      {"jsonrpc", "2.0"}, {"id", "0"}, {"method", json::string(method)}, {"params", std::move(params)}};
   return {"/json_rpc", json::serialize(body)};
}

json::array hex_list(std::span<const Hash> hashes) {
   json::array out;
   for (const Hash &one : hashes)
      out.emplace_back(to_hex(one));
   return out;
}

} // namespace

RpcRequest height_request() {
   return {"/get_height", "{}"};
}

RpcRequest info_request() {
   return call("get_info", json::object{});
}

RpcRequest template_request(std::string_view wallet, std::size_t reserve_size) {
   return call("get_block_template",
               json::object{{"wallet_address", json::string(wallet)}, {"reserve_size", reserve_size}});
}

RpcRequest submit_request(ByteView block_blob) {
   return call("submit_block", json::array{json::string(to_hex(block_blob))});
}

RpcRequest header_request(const Hash &block_id) {
   return call("get_block_header_by_hash", json::object{{"hash", json::string(to_hex(block_id))}});
}

RpcRequest header_at_request(std::uint64_t height) {
   return call("get_block_header_by_height", json::object{{"height", height}});
}

RpcRequest transactions_request(std::span<const Hash> ids) {
   return {"/get_transactions", json::serialize(json::object{{"txs_hashes", hex_list(ids)}, {"prune", true}})};
}

RpcRequest key_images_request(std::span<const Hash> images) {
   return {"/is_key_image_spent", json::serialize(json::object{{"key_images", hex_list(images)}})};
}

} // namespace nebula::monero
