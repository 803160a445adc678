#include "request.h"

#include "common/hex.h"
#include "common/json_line.h"

namespace nebula::upstream {
namespace {

std::string quoted(std::string_view text) {
   std::string out;
   common::append_json_string(out, text);
   return out;
}

std::string request(std::uint64_t id, std::string_view method, std::string_view params) {
   return R"({"id":)" + std::to_string(id) + R"(,"method":")" + std::string(method) + R"(","params":)" +
          std::string(params) + "}\n";
}

/// XMRig's pools speak JSON-RPC 2.0 and some insist on its version.
std::string rpc(std::uint64_t id, std::string_view method, std::string_view params) {
   return R"({"id":)" + std::to_string(id) + R"(,"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
          std::string(params) + "}\n";
}

/// The most significant digit first.
std::string number_hex(std::uint64_t number, std::size_t bytes) {
   Bytes out(bytes);
   for (std::size_t i = 0; i < bytes; ++i)
      out[bytes - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
   return common::to_hex(out);
}

/// As its four bytes stand in the blob.
std::string memory_hex(std::uint64_t nonce) {
   return number_hex(__builtin_bswap32(static_cast<std::uint32_t>(nonce)), 4);
}

} // namespace

std::string login_request(std::uint64_t id, const Account &account) {
   std::string params = R"({"login":)" + quoted(account.user) + R"(,"pass":)" + quoted(account.password) +
                        R"(,"agent":)" + quoted(account.agent);
   if (!account.rig.empty())
      params += R"(,"rigid":)" + quoted(account.rig);
   params += R"(,"algo":[)";
   for (const std::string &algorithm : account.algorithms)
      params += (params.back() == '[' ? "" : ",") + quoted(algorithm);
   return rpc(id, "login", params + "]}");
}

std::string subscribe_request(std::uint64_t id, const Account &account) {
   return request(id, "mining.subscribe", "[" + quoted(account.agent) + "]");
}

std::string authorize_request(std::uint64_t id, const Account &account) {
   return request(id, "mining.authorize", "[" + quoted(account.user) + "," + quoted(account.password) + "]");
}

std::string extranonce_request(std::uint64_t id) {
   return request(id, "mining.extranonce.subscribe", "[]");
}

std::string keepalive_request(std::uint64_t id, std::string_view session) {
   return rpc(id, "keepalived", R"({"id":)" + quoted(session) + "}");
}

std::string submit_request(std::uint64_t id, Dialect dialect, const Account &account, std::string_view session,
                           const Share &share) {
   const std::string user = "[" + quoted(account.user) + "," + quoted(share.job) + ",\"";
   switch (dialect) {
   case Dialect::xmrig:
      return rpc(id, "submit",
                 R"({"id":)" + quoted(session) + R"(,"job_id":)" + quoted(share.job) + R"(,"nonce":")" +
                    memory_hex(share.nonce) + R"(","result":")" + common::to_hex(share.digest) + R"("})");
   case Dialect::bitcoin:
      return request(id, "mining.submit",
                     user + common::to_hex(share.extranonce2) + "\",\"" + number_hex(share.ntime, 4) + "\",\"" +
                        number_hex(share.nonce, 4) + "\"]");
   case Dialect::ergo:
      if (share.brief)
         return request(id, "mining.submit", user + common::to_hex(share.extranonce2) + "\"]");
      return request(id, "mining.submit",
                     user + common::to_hex(share.extranonce2) + "\",\"\",\"" + number_hex(share.nonce, 8) + "\"]");
   case Dialect::cosmic:
      break;
   }
   return request(id, "mining.submit",
                  user + number_hex(share.nonce, 4) + "\",\"" + common::to_hex(share.digest) + "\"]");
}

std::string answer_to(std::string_view id, std::string_view method, const Account &account) {
   const std::string head = R"({"id":)" + std::string(id);
   if (method == "client.get_version")
      return head + R"(,"result":)" + quoted(account.agent) + ",\"error\":null}\n";
   if (method == "mining.ping")
      return head + ",\"result\":\"pong\",\"error\":null}\n";
   return head + ",\"result\":null,\"error\":[20,\"Unknown method\",null]}\n";
}

} // namespace nebula::upstream
