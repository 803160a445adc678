#pragma once

/// Answers and messages to miners, byte for byte as their dialects want them. Each is one line with its newline.

#include "difficulty.h"
#include "request.h"
#include "session.h"

#include <string>
#include <string_view>

namespace nebula::pool {

/// Why a request is refused.
enum class Fault : std::uint8_t {
   parse,        ///< no JSON, or no request
   method,       ///< nothing of this dialect
   params,       ///< a request with wrong contents
   unauthorized, ///< a share, or a wallet, without permission
   stale,
   duplicate,
   low,
   invalid, ///< its hash is another one than was claimed
   busy,    ///< more than the pool takes from one miner
   banned
};

/// `id` is echoed as it stands.
[[nodiscard]] std::string error_reply(Dialect dialect, std::string_view id, Fault fault, std::string_view text);
/// "Yes" to anything but a login: true, or {"status":"OK"} where XMRig wants an object.
[[nodiscard]] std::string ok_reply(Dialect dialect, std::string_view id);
/// The same with a result that is JSON already.
[[nodiscard]] std::string result_reply(Dialect dialect, std::string_view id, std::string_view result);

/// Dialect A.
struct XmrigJob {
   std::string_view blob_hex, algorithm, seed_hex;
   std::uint64_t number = 0, target64 = 0, height = 0;
};
[[nodiscard]] std::string xmrig_job(const XmrigJob &job); ///< an object, no line
[[nodiscard]] std::string xmrig_login_reply(std::string_view id, std::uint64_t session, std::string_view job,
                                            bool nicehash);
[[nodiscard]] std::string xmrig_push(std::string_view job);

/// Dialects A, B and C: short hexadecimal numbers.
[[nodiscard]] std::string hex_job_id(std::uint64_t number);
[[nodiscard]] std::uint64_t read_hex_job_id(std::string_view id); ///< 0: it is none

/// Dialect B.
struct BitcoinJob {
   const Coinbase &parts;
   std::string_view coinb2_hex; ///< with what stands between the miner's extranonce and it
   std::uint64_t number = 0;
   bool clean = true;
};
/// Of dialects B and C: the session's id comes back in a later subscription.
[[nodiscard]] std::string subscribe_reply(std::string_view id, std::uint64_t session, const Room &room);
[[nodiscard]] std::string set_extranonce(const Room &room);
[[nodiscard]] std::string bitcoin_difficulty(Difficulty difficulty);
[[nodiscard]] std::string bitcoin_notify(const BitcoinJob &job);

/// Dialect C.
struct ErgoJob {
   std::string_view message_hex;
   U256 target;
   std::uint64_t number = 0, height = 0;
   bool clean = true;
};
[[nodiscard]] std::string ergo_notify(const ErgoJob &job);       ///< with nine parameters
[[nodiscard]] std::string ergo_short_notify(const ErgoJob &job); ///< with four, after `ergo_target`
[[nodiscard]] std::string ergo_target(const U256 &target);

/// Dialect D.
struct CosmicJob {
   std::string_view input_hex;
   std::uint64_t number = 0, height = 0;
   std::uint32_t target32 = 0;
   bool clean = true;
};
[[nodiscard]] std::string cosmic_subscribe_reply(std::string_view id, std::uint32_t extranonce);
[[nodiscard]] std::string cosmic_difficulty(std::uint64_t difficulty);
[[nodiscard]] std::string cosmic_notify(const CosmicJob &job);
[[nodiscard]] std::string cosmic_job_id(std::uint64_t number);       ///< "zion_ch_000042"
[[nodiscard]] std::uint64_t read_cosmic_job_id(std::string_view id); ///< 0: it is none

/// Go to another pool. XMRig obeys two texts and nothing else; the others take a time to wait as well.
[[nodiscard]] std::string client_reconnect(Dialect dialect, std::string_view host, std::string_view port);

/// To every dialect of Stratum v1.
[[nodiscard]] std::string show_message(std::string_view text);
[[nodiscard]] std::string get_version();

/// Eight digits, the most significant first.
[[nodiscard]] std::string hex32(std::uint32_t number);

} // namespace nebula::pool
