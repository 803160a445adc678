#pragma once

/// What the miner says as JSON: events, the status document and the answers to requests.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::miner {

struct MinerView;

/// One judged solution; the texts are borrowed.
struct ShareFact {
   std::string_view algorithm, coin, worker;
   std::uint64_t height, template_id, nonce;
   std::int32_t outcome;
   std::string_view block_id, text;
};

/// Payload of mining.share and mining.block.
[[nodiscard]] std::string share_json(const ShareFact &fact);
/// Payload of mining.hashrate.
[[nodiscard]] std::string hashrate_json(const MinerView &view);
/// The instance's part of the status document.
[[nodiscard]] std::string status_json(const MinerView &view);
/// Answer to "hashrate", "results", "connections" or "workers", with a member "text" for people; nullopt: unknown
/// method.
[[nodiscard]] std::optional<std::string> answer_json(const MinerView &view, std::string_view method);
/// Answer to "pause" and "resume".
[[nodiscard]] std::string pause_json(bool paused, bool changed);

/// "12.3 MH/s".
[[nodiscard]] std::string rate_text(double hashes_per_second);

} // namespace nebula::miner
