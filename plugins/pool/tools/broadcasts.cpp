#include "broadcasts.h"

#include <algorithm>

namespace nebula::pool {

void Broadcasts::joined(std::uint32_t miner, WorkMark mark, std::uint64_t now_ns) {
   miners_[miner] = {now_ns, now_ns, last(), true, false, mark};
}

void Broadcasts::left(std::uint32_t miner) {
   State &state = miners_[miner];
   if (state.ready_ns != 0)
      for (std::size_t number = state.seen + 1; number <= last(); ++number)
         --at(number).wanted;
   state.ready_ns = 0;
}

void Broadcasts::job(std::uint32_t miner, WorkMark mark, bool retargeted, std::uint64_t empty_ns,
                     std::uint64_t now_ns) {
   State &state = miners_[miner];
   const bool settled = now_ns - state.ready_ns >= k_settled_ns;
   // Work that it has already: another difficulty, or said once more.
   const bool again = mark.exact && mark == state.mark;
   if (settled && !again) {
      forget_alone(empty_ns);
      std::size_t number = which(state, mark, empty_ns);
      // One that had no part in the last one, because it was too new, may get just that one's job.
      const bool late =
         state.apart && state.seen == last() && last() != 0 && now_ns - at(last()).first_ns < k_settled_ns;
      if (number == 0 && !(mark.exact ? had(state, mark) : late || retargeted)) {
         begin(state, mark, now_ns);
         number = last();
      }
      if (number != 0)
         reach(state, number, now_ns);
   }
   state.mark = mark;
   state.own = retargeted;
   state.job_ns = now_ns;
}

/// It had no part in that one, or newer work of it was heard before.
bool Broadcasts::had(const State &state, WorkMark mark) const {
   constexpr std::size_t k_back = 16; // more than are on their way
   for (std::size_t number = state.seen; number > 0 && number + k_back > state.seen; --number)
      if (broadcasts_[number - 1].mark == mark)
         return true;
   return false;
}

/// The oldest that it can be, of those that the miner is to get; 0: none of them.
std::size_t Broadcasts::which(const State &state, WorkMark mark, std::uint64_t empty_ns) {
   for (std::size_t number = state.seen + 1; number <= last(); ++number) {
      const bool older = number < last() && at(number + 1).first_ns <= empty_ns && at(number + 1).mark == mark;
      if (at(number).mark == mark && !older)
         return number;
   }
   return 0;
}

bool Broadcasts::alone(const Broadcast &one, std::uint64_t now_ns) {
   constexpr std::uint64_t k_few = 8; // less than this part of all
   return !one.mark.exact && one.reached < one.wanted &&
          one.reached <= std::max<std::uint64_t>(1, one.wanted / k_few) && now_ns >= one.last_ns + k_alone_ns;
}

void Broadcasts::forget_alone(std::uint64_t now_ns) {
   if (broadcasts_.empty() || !alone(broadcasts_.back(), now_ns))
      return;
   for (State &state : miners_)
      state.seen = std::min(state.seen, last() - 1);
   broadcasts_.pop_back();
}

void Broadcasts::begin(const State &first, WorkMark mark, std::uint64_t now_ns) {
   Broadcast one{now_ns, now_ns, 0, 0, mark, counting_, false};
   for (State &state : miners_) {
      if (state.ready_ns == 0)
         continue;
      if (&state == &first || !may_have(state, mark, now_ns)) {
         ++one.wanted;
      } else {
         state.seen = last() + 1;
         state.apart = true;
      }
   }
   broadcasts_.push_back(one);
}

/// A newcomer's last job may have been this one's already, and so may one that was not known to begin it.
bool Broadcasts::may_have(const State &state, WorkMark mark, std::uint64_t now_ns) const {
   if (state.seen != last())
      return false;
   const bool newcomer = state.apart && now_ns - state.ready_ns < k_settled_ns;
   const bool doubtful =
      mark.exact ? mark == state.mark : (state.apart || state.own) && now_ns - state.job_ns < k_alone_ns;
   return newcomer || doubtful;
}

void Broadcasts::reach(State &state, std::size_t number, std::uint64_t now_ns) {
   while (state.seen < number) {
      Broadcast &one = at(++state.seen);
      ++one.reached;
      one.last_ns = now_ns;
      one.overtaken = one.overtaken || state.seen < number;
      if (one.counted)
         each_.record(now_ns - one.first_ns);
   }
   state.apart = false;
}

bool Broadcasts::under_way(std::uint64_t from_ns, std::uint64_t until_ns) const {
   constexpr std::uint64_t k_before_ns = 5'000'000;
   if (broadcasts_.empty())
      return false;
   const Broadcast &last = broadcasts_.back();
   const bool ended = last.reached >= last.wanted || alone(last, until_ns);
   return until_ns + k_before_ns >= last.first_ns && from_ns <= (ended ? last.last_ns : until_ns);
}

bool Broadcasts::unfinished(std::uint64_t now_ns) const {
   return !broadcasts_.empty() && broadcasts_.back().reached < broadcasts_.back().wanted &&
          !alone(broadcasts_.back(), now_ns);
}

Broadcasts::Summary Broadcasts::summary(std::uint64_t now_ns) const {
   Summary out;
   out.each = each_;
   for (const Broadcast &one : broadcasts_) {
      if (!one.counted || one.wanted == 0 || alone(one, now_ns))
         continue;
      ++out.all;
      out.overtaken += one.overtaken;
      if (one.reached < one.wanted)
         ++out.incomplete;
      else
         out.took.record(one.last_ns - one.first_ns);
   }
   return out;
}

} // namespace nebula::pool
