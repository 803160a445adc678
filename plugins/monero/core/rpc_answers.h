#pragma once

/// monerod's answers as typed values. Every function takes the body of one HTTP answer.
///
/// Errors carry the fault that tells what to do: `busy` for a daemon that is not synchronised (error -9 or the status
/// BUSY), `rpc` with its code for any other JSON-RPC error, `malformed` for bytes that are not what was asked for.
/// Integers are read as unsigned 64-bit numbers, never through a double.

#include "core/block_work.h"

namespace nebula::monero {

inline constexpr std::size_t k_answer_bytes_max = 4u << 20; // a template of 16384 transactions needs 1.1 MB
inline constexpr std::size_t k_answer_depth_max = 8;        // an answer nests three levels
inline constexpr std::size_t k_error_text_max = 200;        // what is repeated of a daemon's own words

/// Error codes of monerod that mean something to this plugin.
inline constexpr int k_rpc_too_high = -2;
inline constexpr int k_rpc_wallet_refused = -4;
inline constexpr int k_rpc_internal = -5;
inline constexpr int k_rpc_wrong_blob = -6;
inline constexpr int k_rpc_block_refused = -7;
inline constexpr int k_rpc_busy = -9;
inline constexpr int k_rpc_subaddress = -12;

struct HeightAnswer {
   std::uint64_t height = 0; // number of blocks, so the height of the block to be mined
   Hash top_hash{};
};

struct InfoAnswer {
   std::uint64_t height = 0;
   std::uint64_t target_height = 0; // 0 when the daemon knows of no longer chain
   bool synchronized = false;
};

struct SubmitAnswer {
   std::optional<Hash> block_id; // newer daemons say which block they took
};

struct HeaderAnswer {
   Hash hash{};
   std::uint64_t height = 0;
   std::uint64_t depth = 0; // blocks on top
   bool orphan = false;
   std::uint64_t reward = 0; // of its miner transaction, fees included; 0: the daemon did not say
};

/// A transaction, as /get_transactions tells.
struct FoundTransaction {
   Hash id{};
   std::optional<std::uint64_t> height; // of its block; nothing: it waits in the pool
};

[[nodiscard]] Result<HeightAnswer> parse_height_answer(std::string_view body);
[[nodiscard]] Result<InfoAnswer> parse_info_answer(std::string_view body);
[[nodiscard]] Result<TemplateAnswer> parse_template_answer(std::string_view body);
/// Success says only that the daemon took the block, not that it is in the chain.
[[nodiscard]] Result<SubmitAnswer> parse_submit_answer(std::string_view body);
/// Nothing: the daemon does not know the block.
[[nodiscard]] Result<std::optional<HeaderAnswer>> parse_header_answer(std::string_view body);

/// Those that the daemon knows; the others are in neither chain nor pool.
[[nodiscard]] Result<std::vector<FoundTransaction>> parse_transactions_answer(std::string_view body);
/// For each key image of the request, in order: a transaction in the chain spent it. One that waits does not count.
[[nodiscard]] Result<std::vector<bool>> parse_key_images_answer(std::string_view body);

} // namespace nebula::monero
