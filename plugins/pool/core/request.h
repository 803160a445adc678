#pragma once

/// What miners ask, as typed values: a line becomes one of these or a reason, and nothing behind here sees text of a
/// miner that was not checked. Sources: stratum dialects as unmodified miners speak them; docs/protocol/stratum.md.

#include "common/json_line.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nebula::pool {

using common::append_json_string;
using common::JsonKind;
using common::JsonLine;

enum class Dialect : std::uint8_t {
   unknown, ///< nothing was said yet
   xmrig,   ///< A: JSON-RPC 2.0 with login, submit, keepalived
   bitcoin, ///< B: Stratum v1, the miner builds the header
   ergo,    ///< C: Stratum v1 with Autolykos' nine parameters
   cosmic   ///< D: Stratum v1 with Cosmic Harmony's five
};

using Digest = std::array<std::uint8_t, 32>;

struct Login {
   std::string user, password, agent, rig;
   std::vector<std::string> algorithms; ///< as the miner names them, its favourite first; empty: it did not say
};
struct Subscribe {
   std::string agent;
   std::string session; ///< to be resumed; empty: none
};
struct Authorize {
   std::string user, password;
};
struct SubmitDigest {        ///< dialects A and D: the miner says which digest it found
   std::string_view session; ///< A only
   std::string_view job;
   std::uint64_t nonce = 0;
   Digest digest{};
};
struct SubmitHeader { ///< dialect B
   std::string_view job;
   std::array<std::uint8_t, 16> extranonce2{};
   std::uint8_t extranonce2_size = 0;
   std::uint32_t ntime = 0;
   std::uint32_t nonce = 0;
   bool rolled_version = false; ///< it sent version bits, which no work of ours leaves to it
};
struct SubmitNonce { ///< dialect C
   std::string_view job;
   std::uint64_t nonce = 0; ///< all of it, or what the miner numbered behind its prefix
   std::uint8_t nonce_bytes = 8;
};
struct Keepalived {};
struct Ping {};
struct ExtranonceSubscribe {};
struct Configure {
   std::vector<std::string> extensions;
};
struct SuggestDifficulty {
   double difficulty = 0; ///< on the dialect's scale, above 0
};
struct GetTransactions {};
/// A message of a miner to a server's question (`client.get_version`), or one that asks nothing.
struct Answer {
   std::string text; ///< its result, when that is a text
};
struct UnknownMethod {
   std::string_view method;
};

using Request = std::variant<Login, Subscribe, Authorize, SubmitDigest, SubmitHeader, SubmitNonce, Keepalived, Ping,
                             ExtranonceSubscribe, Configure, SuggestDifficulty, GetTransactions, Answer, UnknownMethod>;

struct ParsedLine {
   std::string_view id = "null"; ///< as it stands in the line, to be echoed
   std::optional<Request> request;
   const char *wrong = nullptr; ///< why there is no request, for people
};

inline constexpr std::size_t k_line_bytes_max = 8'192;     ///< XMRig's login with every algorithm has about 1,200
inline constexpr std::size_t k_name_bytes_max = 256;       ///< of a wallet with its worker, an agent, a password
inline constexpr std::size_t k_id_bytes_max = 64;          ///< of a request's id; a longer one is answered with null
inline constexpr std::size_t k_algorithms_named_max = 128; ///< in a login

/// Which dialect a connection's first line is in, by its method alone; Stratum v1's three are told apart by the
/// algorithm. `cosmic` stands for all three of those; `unknown`: no method of any dialect.
[[nodiscard]] Dialect dialect_of_first(const JsonLine &line);

/// `line` must have been parsed from text that outlives the answer. `dialect` is what the connection speaks, not
/// `unknown`.
[[nodiscard]] ParsedLine read_request(const JsonLine &line, Dialect dialect);

} // namespace nebula::pool
