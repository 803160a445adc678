#include "core/block_tracker.h"

#include <algorithm>
#include <cassert>

namespace nebula::monero {

std::string_view name_of(BlockFate fate) {
   switch (fate) {
   case BlockFate::submitting:
      return "submitting";
   case BlockFate::looking:
      return "looking";
   case BlockFate::in_chain:
      return "in_chain";
   case BlockFate::orphaned:
      return "orphaned";
   case BlockFate::refused:
      return "refused";
   case BlockFate::lost:
      return "lost";
   }
   return "unknown";
}

bool BlockTracker::make_room() {
   if (entries_.size() < k_blocks_tracked_max)
      return true;
   const auto judged =
      std::ranges::find_if(entries_, [this](const Entry &e) { return e.judged && e.block.ticket != under_way_; });
   if (judged == entries_.end())
      return false;
   entries_.erase(judged);
   return true;
}

bool BlockTracker::parent_taken(const Hash &prev_hash) const {
   return std::ranges::any_of(entries_, [&](const Entry &entry) {
      return entry.block.prev_hash == prev_hash && entry.fate != BlockFate::refused && entry.fate != BlockFate::lost;
   });
}

BlockTracker::Admission BlockTracker::add(TimeMs now, SolvedBlock block) {
   if (parent_taken(block.prev_hash))
      return Admission::same_parent;
   if (!make_room())
      return Admission::full;
   entries_.push_back({std::move(block), BlockFate::submitting, now, now,
                       Backoff(k_submit_pause_first, k_submit_pause_longest, ++seed_)});
   return Admission::taken;
}

std::optional<BlockTracker::Ask> BlockTracker::due(TimeMs now) {
   if (under_way_)
      return std::nullopt;
   for (const Entry &entry : entries_) {
      if (!entry.ask_at || now < *entry.ask_at)
         continue;
      under_way_ = entry.block.ticket;
      const What what = entry.fate == BlockFate::submitting ? What::submit : What::look;
      return Ask{what, entry.block.ticket, entry.block.id, &entry.block.blob};
   }
   return std::nullopt;
}

std::optional<TimeMs> BlockTracker::due_at() const {
   std::optional<TimeMs> first;
   for (const Entry &entry : entries_)
      if (!under_way_ && entry.ask_at && (!first || *entry.ask_at < *first))
         first = entry.ask_at;
   return first;
}

BlockTracker::Entry *BlockTracker::asked() {
   const auto entry = std::ranges::find_if(entries_, [this](const Entry &e) { return e.block.ticket == under_way_; });
   assert(entry != entries_.end());
   under_way_.reset();
   return entry == entries_.end() ? nullptr : &*entry;
}

std::optional<FateChange> BlockTracker::judge(Entry &entry, BlockFate fate, std::uint64_t depth, std::string text) {
   const bool changed = entry.fate != fate;
   const SolvedBlock &block = entry.block;
   FateChange change{block.ticket,  block.height,    block.id,     fate,        depth,
                     !entry.judged, std::move(text), block.worker, block.reward};
   entry.fate = fate;
   entry.judged = true;
   entry.ask_at.reset();
   entry.block.blob = {};
   const bool final_look = entry.looks == k_looks_again_at.size();
   if (final_look || fate == BlockFate::refused || fate == BlockFate::lost)
      std::erase_if(entries_, [&](const Entry &e) { return e.block.ticket == change.ticket; });
   if (!changed)
      return std::nullopt;
   return change;
}

std::optional<FateChange> BlockTracker::again(Entry &entry, TimeMs now, const Error &error) {
   const TimeMs pause = entry.pauses.next();
   if (!entry.judged && now + pause - entry.phase_began > k_submit_give_up)
      return judge(entry, BlockFate::lost, 0, "given up after ten minutes: " + error.text);
   entry.ask_at = now + pause; // a look at an old block has no end: it costs one small question every ten seconds
   return std::nullopt;
}

std::optional<FateChange> BlockTracker::on_submit(TimeMs now, const Result<SubmitAnswer> &answer) {
   Entry *entry = asked();
   if (entry == nullptr)
      return std::nullopt;
   if (!answer) {
      if (answer.error().fault == Fault::rpc)
         return judge(*entry, BlockFate::refused, 0, answer.error().text);
      return again(*entry, now, answer.error());
   }
   if (answer->block_id && *answer->block_id != entry->block.id)
      return judge(*entry, BlockFate::refused, 0, "the daemon took it under another id, " + to_hex(*answer->block_id));
   entry->fate = BlockFate::looking;
   entry->block.blob = {};
   entry->ask_at = now;
   entry->phase_began = now;
   entry->pauses.reset();
   return std::nullopt;
}

std::optional<FateChange> BlockTracker::on_look(TimeMs now, const Result<std::optional<HeaderAnswer>> &answer) {
   Entry *entry = asked();
   if (entry == nullptr)
      return std::nullopt;
   if (!answer)
      return again(*entry, now, answer.error());
   const std::optional<HeaderAnswer> &header = *answer;
   if (!header && !entry->judged)
      return judge(*entry, BlockFate::refused, 0, "the daemon answered OK but does not know the block");
   if (!header)
      return judge(*entry, BlockFate::orphaned, 0, "the daemon no longer knows the block");
   if (header->orphan)
      return judge(*entry, BlockFate::orphaned, header->depth, "another block of that height is in the chain");
   return judge(*entry, BlockFate::in_chain, header->depth, {});
}

void BlockTracker::on_tip(TimeMs now, std::uint64_t height) {
   for (Entry &entry : entries_) {
      if (!entry.judged)
         continue;
      std::size_t reached = entry.looks;
      while (reached < k_looks_again_at.size() && height > entry.block.height + k_looks_again_at[reached])
         ++reached;
      if (reached == entry.looks)
         continue;
      entry.looks = reached;
      entry.pauses.reset();
      entry.ask_at = now;
   }
}

std::vector<FollowedBlock> BlockTracker::followed() const {
   std::vector<FollowedBlock> out;
   for (const Entry &entry : entries_)
      out.push_back({entry.block, entry.fate, entry.looks, entry.ask_at.has_value(), entry.phase_began});
   return out;
}

void BlockTracker::follow(TimeMs now, std::vector<FollowedBlock> blocks) {
   assert(entries_.empty() && blocks.size() <= k_blocks_tracked_max);
   for (FollowedBlock &one : blocks) {
      Backoff pauses(k_submit_pause_first, k_submit_pause_longest, ++seed_);
      const auto ask_at = one.due ? std::optional(now) : std::nullopt;
      const bool judged = one.judged();
      entries_.push_back(
         {std::move(one.block), one.fate, ask_at, one.phase_began, std::move(pauses), one.looks, judged});
   }
}

std::size_t BlockTracker::unresolved() const {
   return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const Entry &e) { return !e.judged; }));
}

} // namespace nebula::monero
