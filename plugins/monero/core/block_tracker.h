#pragma once

/// What becomes of the blocks handed to the daemon. No sockets and no clock: the caller gives `now`.
///
/// The daemon's OK to submit_block says nothing: late, duplicate and parentless blocks get it too. So every block is
/// looked up by its own id afterwards, and looked at again when 10 and 60 blocks stand on it. Submitting is idempotent:
/// a submission whose answer was lost is repeated.

#include "common/backoff.h"
#include "core/rpc_answers.h"

#include <deque>

namespace nebula::monero {

using common::Backoff;

inline constexpr std::size_t k_blocks_tracked_max = 256; // 61 when every block of the chain is ours
inline constexpr TimeMs k_submit_give_up = 10 * 60'000;  // by then five blocks have passed
inline constexpr TimeMs k_submit_pause_first = 250;
inline constexpr TimeMs k_submit_pause_longest = 10'000;
inline constexpr std::array<std::uint64_t, 2> k_looks_again_at = {10, 60}; // blocks on top

enum class BlockFate {
   submitting, // not yet known to be taken
   looking,    // taken, not yet found in the chain
   in_chain,   // found on the main chain
   orphaned,   // known to the daemon, but not on the main chain
   refused,    // the daemon says it is no valid block
   lost,       // the daemon could not be reached for too long
};

[[nodiscard]] std::string_view name_of(BlockFate fate);

struct SolvedBlock {
   std::uint64_t ticket = 0; // the caller's; unique
   std::uint64_t height = 0;
   Hash id{};
   Hash prev_hash{};
   Bytes blob = {};
   std::string worker = {};  // who found it
   std::uint64_t reward = 0; // in atomic units, as its template promised
};

/// A block whose fate is now another.
struct FateChange {
   std::uint64_t ticket = 0;
   std::uint64_t height = 0;
   Hash id{};
   BlockFate fate = BlockFate::submitting;
   std::uint64_t depth = 0; // blocks on top, as the daemon said
   bool first = false;      // the first verdict: none came before for this ticket
   std::string text = {};   // why, for people; empty when in the chain
   std::string worker = {}; // as in the block
   std::uint64_t reward = 0;
};

/// A block that is not done with: submitted, or looked at again after its first verdict.
struct FollowedBlock {
   SolvedBlock block; // with its blob while it is to be submitted
   BlockFate fate = BlockFate::submitting;
   std::size_t looks = 0;  // how many of k_looks_again_at are done or due
   bool due = true;        // something is to be asked about it
   TimeMs phase_began = 0; // of the machine's clock; what counts to giving a submission up

   [[nodiscard]] bool judged() const { return fate != BlockFate::submitting && fate != BlockFate::looking; }
};

class BlockTracker {
public:
   explicit BlockTracker(std::uint64_t seed) : seed_(seed) {}

   enum class Admission { taken, same_parent, full };
   /// `same_parent`: another block on that parent is under way or in the chain; this one could only orphan it.
   [[nodiscard]] Admission add(TimeMs now, SolvedBlock block);

   enum class What { submit, look };
   struct Ask {
      What what;
      std::uint64_t ticket;
      Hash id;
      const Bytes *blob; // for submit; valid until the next call of a non-const function
   };
   /// The next question to send; at most one is under way.
   [[nodiscard]] std::optional<Ask> due(TimeMs now);
   /// When due() will have something; nothing when nothing waits or a question is under way.
   [[nodiscard]] std::optional<TimeMs> due_at() const;

   /// The answer to the question under way.
   [[nodiscard]] std::optional<FateChange> on_submit(TimeMs now, const Result<SubmitAnswer> &answer);
   [[nodiscard]] std::optional<FateChange> on_look(TimeMs now, const Result<std::optional<HeaderAnswer>> &answer);

   /// The daemon's chain has `height` blocks: blocks deep enough are looked at again.
   void on_tip(TimeMs now, std::uint64_t height);

   /// Whether a block on this parent is under way or in the chain.
   [[nodiscard]] bool parent_taken(const Hash &prev_hash) const;
   /// Submissions the daemon has not answered for good.
   [[nodiscard]] std::size_t unresolved() const;

   /// What is not done with, oldest first: for a tracker in another process.
   [[nodiscard]] std::vector<FollowedBlock> followed() const;
   /// Goes on with what another tracker followed. Precondition: at most k_blocks_tracked_max, and nothing was added
   /// before.
   void follow(TimeMs now, std::vector<FollowedBlock> blocks);

private:
   struct Entry {
      SolvedBlock block;
      BlockFate fate;
      std::optional<TimeMs> ask_at; // nothing to ask while empty
      TimeMs phase_began;
      Backoff pauses;
      std::size_t looks = 0; // how many of k_looks_again_at are done
      bool judged = false;
   };

   [[nodiscard]] Entry *asked();
   [[nodiscard]] std::optional<FateChange> judge(Entry &entry, BlockFate fate, std::uint64_t depth, std::string text);
   [[nodiscard]] std::optional<FateChange> again(Entry &entry, TimeMs now, const Error &error);
   [[nodiscard]] bool make_room();

   std::deque<Entry> entries_; // oldest first
   std::optional<std::uint64_t> under_way_;
   std::uint64_t seed_;
};

} // namespace nebula::monero
