#include "pool.h"

#include <nebula/pow.hpp>

#include <algorithm>

namespace nebula::pool {
namespace {

U256 number_of(const Digest &digest, int order) {
   return U256::from_big_endian(nebula::digest_number(digest.data(), order));
}

Fault fault_of(Verdict verdict) {
   switch (verdict) {
   case Verdict::stale:
      return Fault::stale;
   case Verdict::duplicate:
      return Fault::duplicate;
   case Verdict::low:
      return Fault::low;
   case Verdict::accepted:
   case Verdict::invalid:
      break;
   }
   return Fault::invalid;
}

/// As miners' programs, and their users, know them.
/// A disk that hangs must not cost a block: a solution waits that long for its share to be booked.
constexpr std::uint64_t k_solution_wait_ns = 1'000'000'000;

constexpr const char *k_stale = "Stale share", *k_duplicate = "Duplicate share", *k_low = "Low difficulty share",
                     *k_invalid = "Invalid share";

} // namespace

void Pool::judge(Session &session, std::string_view id, const SubmitDigest &submit, std::uint64_t now_ns) {
   const bool xmrig = session.dialect == Dialect::xmrig;
   Pending share;
   share.connection = session.connection;
   share.token = session.token;
   share.worker = session.worker;
   share.algorithm = session.algorithm;
   share.nonce = submit.nonce;
   share.extranonce = session.extranonce;
   share.claimed = submit.digest;
   share.received_ns = now_ns;
   const std::uint64_t ticket = next_ticket_++;
   if (session.awaiting.size() >= Session::k_awaiting_max) {
      refuse(session, id, Fault::busy, "too many shares at once: earlier ones are still being verified");
      return;
   }
   session.awaiting.push_back({ticket, std::string(id), {}});

   const GivenJob *job = session.job(xmrig ? read_xmrig_job_id(submit.job) : read_cosmic_job_id(submit.job));
   if (!job || job->work->stale)
      return settle(&session, ticket, share, Verdict::stale, k_stale, now_ns);
   share.work = job->work;
   share.difficulty = job->difficulty;
   // What the miner claims costs nothing to compare; only then is it worth a hash.
   const U256 target =
      xmrig ? target_of_xmrig(xmrig_target64(job->difficulty)) : target_of_cosmic(cosmic_target32(job->difficulty));
   if (number_of(submit.digest, algorithm(session).digest_order) > target)
      return settle(&session, ticket, share, Verdict::low, k_low, now_ns);
   switch (share.work->seen.insert(share.extranonce, share.nonce)) {
   case SeenShares::Seen::duplicate:
      return settle(&session, ticket, share, Verdict::duplicate, k_duplicate, now_ns);
   case SeenShares::Seen::full:
      return settle(&session, ticket, share, Verdict::stale, "Stale share: wait for the next job", now_ns);
   case SeenShares::Seen::fresh:
      break;
   }
   HashTask task;
   task.ticket = ticket;
   task.algorithm = share.algorithm;
   task.connection = share.connection;
   task.epoch = share.work->work.epoch;
   task.nonce = share.nonce;
   if (!around_.derive(share.work->work.id, extranonce_of(share.extranonce, share.work->work), task.input))
      return settle(&session, ticket, share, Verdict::stale, k_stale, now_ns);
   pending_.emplace(ticket, std::move(share));
   around_.hash(task);
}

void Pool::hashed(std::uint64_t ticket, const std::optional<Digest> &digest, std::string_view why,
                  std::uint64_t now_ns) {
   const auto found = pending_.find(ticket);
   if (found == pending_.end())
      return;
   Pending share = std::move(found->second);
   pending_.erase(found);
   Session *session = find(share.connection);
   if (session && session->token != share.token)
      session = nullptr;
   if (!digest) {
      // The pool's own failure is not the miner's.
      settle(session, ticket, share, Verdict::stale, std::string(why).c_str(), now_ns);
      return;
   }
   if (*digest != share.claimed) {
      settle(session, ticket, share, Verdict::invalid, k_invalid, now_ns);
      return;
   }
   settle(session, ticket, share, Verdict::accepted, "", now_ns);
}

void Pool::settle(Session *session, std::uint64_t ticket, const Pending &share, Verdict verdict, const char *reason,
                  std::uint64_t now_ns) {
   Worker &worker = *share.worker;
   ShareFact fact;
   fact.verdict = verdict;
   fact.algorithm = share.algorithm;
   fact.difficulty = share.difficulty;
   fact.worker = share.worker.get();
   fact.reason = reason;
   fact.took_ns = now_ns - share.received_ns;
   std::optional<Solution> solution;
   bool banned = false;
   const auto bad = [&] { return !(session && session->trusted) && worker.score.bad(settings_.ban, now_ns); };
   switch (verdict) {
   case Verdict::accepted: {
      const Template &work = share.work->work;
      fact.height = work.height;
      fact.network_difficulty = work.network_difficulty;
      ++worker.shares.accepted;
      worker.shares.hashes += share.difficulty;
      worker.share_ns = now_ns;
      worker.score.good();
      worker.rate.add(share.difficulty, now_ns);
      const U256 number = number_of(share.claimed, settings_.algorithms[share.algorithm].digest_order);
      fact.block = number <= work.network_target;
      if (fact.block || number <= work.submit_target) {
         fact.solution = true;
         solution = Solution{share.algorithm, work.id,
                             share.nonce,     extranonce_of(share.extranonce, work),
                             share.claimed,   worker.name.empty() ? worker.wallet : worker.wallet + "." + worker.name,
                             fact.block,      0};
      }
      break;
   }
   case Verdict::stale:
      ++worker.shares.stale;
      break;
   case Verdict::duplicate:
      ++worker.shares.duplicate;
      banned = bad();
      break;
   case Verdict::low:
      ++worker.shares.low;
      banned = bad();
      break;
   case Verdict::invalid:
      ++worker.shares.invalid;
      banned = bad();
      break;
   }
   const std::uint64_t receipt = around_.share(fact);
   if (session) {
      for (Awaiting &one : session->awaiting) {
         if (one.ticket != ticket)
            continue;
         one.answer = verdict == Verdict::accepted ? ok_reply(session->dialect, one.id)
                                                   : error_reply(session->dialect, one.id, fault_of(verdict), reason);
         one.receipt = receipt;
      }
      flush(*session);
   }
   if (solution)
      solution->receipt = receipt;
   if (receipt > booked_)
      held_.push_back({receipt, share.connection, now_ns, std::move(solution)});
   else if (solution)
      around_.submit(*solution);
   if (!session)
      return;
   if (banned) {
      doom(*session, "banned for invalid shares");
      return;
   }
   if (verdict != Verdict::accepted)
      return;
   session->share_ns = now_ns;
   if (!session->fixed_difficulty &&
       port(*session).vardiff.share(session->vardiff, share.difficulty, share.work->work.network_difficulty, now_ns))
      push_job(*session, false, now_ns);
}

void Pool::booked(std::uint64_t receipt) {
   booked_ = std::max(booked_, receipt);
   while (!held_.empty() && held_.front().receipt <= booked_) {
      const Held held = std::move(held_.front());
      held_.pop_front();
      if (held.solution)
         around_.submit(*held.solution);
      if (Session *session = find(held.connection))
         flush(*session);
   }
}

void Pool::submit_overdue(std::uint64_t now_ns) {
   for (Held &held : held_) {
      if (now_ns - held.since_ns < k_solution_wait_ns)
         break;
      if (held.solution)
         around_.submit(*held.solution);
      held.solution.reset();
   }
}

/// Answers go out in the order of the questions.
void Pool::flush(Session &session) {
   auto &awaiting = session.awaiting;
   const auto open =
      std::ranges::find_if(awaiting, [&](const Awaiting &one) { return one.answer.empty() || one.receipt > booked_; });
   for (auto one = awaiting.begin(); one != open; ++one)
      around_.send(session.connection, one->answer);
   awaiting.erase(awaiting.begin(), open);
}

} // namespace nebula::pool
