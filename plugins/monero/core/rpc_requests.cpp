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

} // namespace nebula::monero
