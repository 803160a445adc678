#pragma once

/// What pools say, as typed values: a line becomes one of these or a reason, and nothing behind here sees text of a
/// pool that was not checked. A pool is as little to be trusted as a miner: everything has a limit.

#include "job.h"

#include "common/json_line.h"

#include <string_view>
#include <variant>

namespace nebula::upstream {

using common::JsonKind;
using common::JsonLine;

inline constexpr std::size_t k_line_bytes_max =
   65'536; ///< a coinbase with a thousand outputs has 34,000 bytes, in hex twice that
inline constexpr std::size_t k_job_id_bytes_max = 128;
inline constexpr std::size_t k_session_bytes_max = 128;
inline constexpr std::size_t k_text_bytes_max = 200; ///< of what a pool says to people; the rest is cut off
inline constexpr std::size_t k_coinbase_bytes_max = 16'384;
inline constexpr std::size_t k_branches_max = 32;                           ///< a block of 2^32 transactions
inline constexpr std::size_t k_blob_bytes_min = 43, k_blob_bytes_max = 407; ///< as XMRig has them
inline constexpr std::size_t k_extranonce1_bytes_max = 32;
inline constexpr std::uint32_t k_extranonce2_bytes_max = 16;

/// The answer to a request of ours.
struct Answer {
   std::uint64_t id = 0;
   bool good = false;
   int code = 0;     ///< of a refusal; 0: it has none
   std::string text; ///< of a refusal
   JsonLine::Value result;
};

/// A job as its message has it: what the connection itself adds (targets, extranonces) is not there yet.
struct NewJob {
   Job job;
   bool has_target = false;
};
struct NewDifficulty { ///< B: from now on, for the jobs that follow
   U256 target;
};
struct NewTarget { ///< C
   U256 target;
};
struct NewExtranonce {
   Bytes extranonce1;
   std::uint32_t extranonce2_size = 0;
};
struct Reconnect {
   std::string host;       ///< empty: the same
   std::uint16_t port = 0; ///< 0: the same
   std::uint32_t wait_s = 0;
};
struct ShowMessage {
   std::string text;
};
struct Question { ///< it wants an answer: client.get_version, mining.ping
   std::string_view id, method;
};
struct Unknown {};

using Message =
   std::variant<Answer, NewJob, NewDifficulty, NewTarget, NewExtranonce, Reconnect, ShowMessage, Question, Unknown>;

struct ParsedMessage {
   std::optional<Message> message;
   const char *wrong = nullptr; ///< why there is no message, for people
};

/// `line` must have been parsed from text that outlives the answer.
[[nodiscard]] ParsedMessage read_message(const JsonLine &line, Dialect dialect);

/// The result of mining.subscribe.
[[nodiscard]] std::optional<NewExtranonce> read_subscription(JsonLine::Value result, Dialect dialect);

/// The result of login.
struct LoginResult {
   std::string session;
   NewJob job;
   bool keepalive = false, nicehash = false;
};
[[nodiscard]] std::optional<LoginResult> read_login(JsonLine::Value result, const char *&wrong);

/// Whether the result of a submit says yes: true, or an object whose status is OK.
[[nodiscard]] bool says_yes(JsonLine::Value result);

/// The target of the yescrypt and yespower family: ⌊2^224 × 65536 / difficulty⌋, of a decimal number such as "0.0003"
/// or "1e-5". Nothing for zero, less, and what is no such number.
[[nodiscard]] std::optional<U256> bitcoin_target(std::string_view difficulty);

/// XMRig's targets of 8 or 16 digits, as the inclusive 256-bit target of the whole digest.
[[nodiscard]] std::optional<U256> xmrig_target(std::string_view hex);

} // namespace nebula::upstream
