#pragma once

/// What we say to a pool, as the miners of each dialect say it. One line each, newline included.

#include "job.h"

#include <string_view>

namespace nebula::upstream {

/// Who we are to a pool.
struct Account {
   std::string user, password, rig;
   std::string agent;                   ///< program and version
   std::vector<std::string> algorithms; ///< as XMRig names them, for the login
};

/// A share as it is handed in.
struct Share {
   std::uint64_t ticket = 0; ///< comes back with its outcome
   std::string job;
   std::uint64_t nonce = 0;
   Hash digest{};
   Bytes extranonce2;       ///< B; and C: what of the nonce is ours
   std::uint32_t ntime = 0; ///< B
   bool brief = false;      ///< C, of pools that take nothing but our part of the nonce
};

[[nodiscard]] std::string login_request(std::uint64_t id, const Account &account);
[[nodiscard]] std::string subscribe_request(std::uint64_t id, const Account &account);
[[nodiscard]] std::string authorize_request(std::uint64_t id, const Account &account);
[[nodiscard]] std::string extranonce_request(std::uint64_t id);
[[nodiscard]] std::string keepalive_request(std::uint64_t id, std::string_view session);
[[nodiscard]] std::string submit_request(std::uint64_t id, Dialect dialect, const Account &account,
                                         std::string_view session, const Share &share);
/// The answer to client.get_version or mining.ping; `id` as it stands in the question.
[[nodiscard]] std::string answer_to(std::string_view id, std::string_view method, const Account &account);

} // namespace nebula::upstream
