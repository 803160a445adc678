#include "pool.h"
#include "room.h"

#include <nebula/pow.hpp>

#include <algorithm>
#include <utility>

namespace nebula::pool {
namespace {

U256 number_of(const Digest &digest, int order) {
   return U256::from_big_endian(nebula::digest_number(digest.data(), order));
}

/// Seconds by which a header's time may be later than its template's; the chain's rule, and what others take too.
constexpr std::uint32_t k_ntime_ahead_s = 7'200;

common::Bytes extranonce_of(const Template &work, const SeenShares::Key &found) {
   return pool::extranonce_of(work, found.extranonce, found.extranonce2, found.roll);
}

/// The header that a miner of dialect B built.
Input header_of(const Coinbase &parts, const common::Bytes &extranonce, std::uint32_t ntime) {
   common::Bytes coinbase = parts.coinb1;
   coinbase.insert(coinbase.end(), extranonce.begin(), extranonce.end());
   coinbase.insert(coinbase.end(), parts.coinb2.begin(), parts.coinb2.end());
   common::BitcoinHeader header;
   header.version = parts.version;
   header.previous = parts.previous;
   header.merkle_root = common::bitcoin_merkle_root(coinbase, parts.branches);
   header.time_s = ntime;
   header.bits = parts.bits;
   const auto bytes = header.encode();
   Input out;
   out.bytes.assign(bytes.begin(), bytes.end());
   out.nonce_offset = common::k_bitcoin_nonce_offset;
   return out;
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

/// What a digest must not exceed, to be a share of this difficulty as the miner was told it.
static U256 share_target(Dialect dialect, Difficulty difficulty) {
   if (dialect == Dialect::xmrig)
      return target_of_xmrig(xmrig_target64(difficulty));
   if (dialect == Dialect::cosmic)
      return target_of_cosmic(cosmic_target32(difficulty));
   // Miners of dialect B compute it themselves, as 2^256 by the hashes.
   return dialect == Dialect::bitcoin ? U256::saturating_add(target_of(difficulty), U256(1)) : target_of(difficulty);
}

void Pool::judge(Session &session, std::string_view id, const Found &found, std::uint64_t now_ns) {
   if (!session.authorized) {
      refuse(session, id, Fault::unauthorized, "Not authorized");
      return;
   }
   if (session.awaiting.size() >= Session::k_awaiting_max) {
      refuse(session, id, Fault::busy, "too many shares at once: earlier ones are still being verified");
      return;
   }
   Pending share;
   share.connection = session.connection;
   share.token = session.token;
   share.worker = session.worker;
   share.origin = session.origin;
   share.algorithm = session.algorithm;
   share.dialect = session.dialect;
   share.received_ns = now_ns;
   share.claims = found.claimed.has_value();
   share.digest = found.claimed.value_or(Digest{});
   const std::uint64_t ticket = next_ticket_++;
   session.awaiting.push_back({ticket, std::string(id), {}, 0});

   const GivenJob *job =
      session.job(session.dialect == Dialect::cosmic ? read_cosmic_job_id(found.job) : read_hex_job_id(found.job));
   share.work = job ? work_of(session, *job) : nullptr;
   if (!share.work || share.work->stale)
      return settle(&session, ticket, share, Verdict::stale, k_stale, now_ns);
   share.difficulty = job->difficulty;
   // What the miner claims costs nothing to compare; only then is it worth a hash.
   if (share.claims &&
       number_of(share.digest, algorithm(session).digest_order) > share_target(session.dialect, job->difficulty))
      return settle(&session, ticket, share, Verdict::low, k_low, now_ns);
   share.found = {session.extranonce, found.ntime, roll_of(share.work->work, *job), found.extranonce2, found.nonce};
   if (session.dialect == Dialect::ergo && found.nonce_bytes < 8 && session.told.left_bytes < 8)
      share.found.nonce |= session.told.prefix << (8 * session.told.left_bytes);
   HashTask task;
   if (const char *wrong = prepare(session, *job, found, share, task.input))
      return settle(&session, ticket, share, wrong == k_stale ? Verdict::stale : Verdict::invalid, wrong, now_ns);
   switch (share.work->seen.insert(share.found)) {
   case SeenShares::Seen::duplicate:
      return settle(&session, ticket, share, Verdict::duplicate, k_duplicate, now_ns);
   case SeenShares::Seen::full:
      return settle(&session, ticket, share, Verdict::stale, "Stale share: wait for the next job", now_ns);
   case SeenShares::Seen::fresh:
      break;
   }
   task.ticket = ticket;
   task.algorithm = share.algorithm;
   task.owner = {share.worker.get(), share.origin};
   task.epoch = share.work->work.epoch;
   task.nonce = share.found.nonce;
   // A quick hash is answered from within the call, and needs no place among those that wait.
   asked_ = &share;
   around_.hash(task);
   if (std::exchange(asked_, nullptr))
      pending_.emplace(ticket, std::move(share));
}

const char *Pool::prepare(const Session &session, const GivenJob &job, const Found &found, const Pending &share,
                          Input &input) {
   const Template &work = share.work->work;
   if (found.refused)
      return found.refused;
   if (session.dialect == Dialect::bitcoin) {
      if (!work.coinbase)
         return k_stale; // the source has changed the kind of its work
      if (found.extranonce2_bytes != session.told.left_bytes)
         return "Invalid share: extranonce2 has another length than was given";
      const std::uint32_t begin = work.coinbase->ntime;
      if (found.ntime < begin || found.ntime - begin > k_ntime_ahead_s)
         return "Invalid share: ntime is not from the job's to two hours later";
      input = header_of(*work.coinbase, extranonce_of(work, share.found), found.ntime);
      return nullptr;
   }
   if (session.dialect == Dialect::ergo && found.nonce_bytes < 8 && found.nonce_bytes != session.told.left_bytes)
      return "Invalid share: extranonce2 has another length than was given";
   if (!input_of(session, work, job, input))
      return k_stale;
   if (share.found.nonce < input.nonce_first || share.found.nonce > input.nonce_last)
      return "Invalid share: the nonce is not of the part that was given";
   return nullptr;
}

void Pool::hashed(std::uint64_t ticket, const std::optional<Digest> &digest, std::string_view why,
                  std::uint64_t now_ns) {
   if (asked_ && ticket + 1 == next_ticket_)
      return computed(ticket, *std::exchange(asked_, nullptr), digest, why, now_ns);
   const auto found = pending_.find(ticket);
   if (found == pending_.end())
      return;
   Pending share = std::move(found->second);
   pending_.erase(found);
   computed(ticket, share, digest, why, now_ns);
}

void Pool::computed(std::uint64_t ticket, Pending &share, const std::optional<Digest> &digest, std::string_view why,
                    std::uint64_t now_ns) {
   Session *session = find(share.connection);
   if (session && session->token != share.token)
      session = nullptr;
   if (!digest) {
      // The pool's own failure is not the miner's.
      settle(session, ticket, share, Verdict::stale, std::string(why).c_str(), now_ns);
      return;
   }
   if (share.claims && *digest != share.digest) {
      settle(session, ticket, share, Verdict::invalid, k_invalid, now_ns);
      return;
   }
   share.digest = *digest;
   if (!share.claims && number_of(*digest, settings_.algorithms[share.algorithm].digest_order) >
                           share_target(share.dialect, share.difficulty)) {
      settle(session, ticket, share, Verdict::low, k_low, now_ns);
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
   fact.height = share.work ? share.work->work.height : 0;
   fact.took_ns = now_ns - share.received_ns;
   std::optional<Solution> solution;
   bool banned = false;
   const auto bad = [&] {
      return !(session && session->trusted) && worker.conduct.bad(settings_.ban, share.origin, now_ns);
   };
   switch (verdict) {
   case Verdict::accepted: {
      const Template &work = share.work->work;
      fact.network_difficulty = work.network_difficulty;
      ++worker.shares.accepted;
      worker.shares.hashes += share.difficulty;
      worker.share_ns = now_ns;
      worker.conduct.good(share.origin);
      worker.rate.add(share.difficulty, now_ns);
      const U256 number = number_of(share.digest, settings_.algorithms[share.algorithm].digest_order);
      fact.block = number <= work.network_target;
      if (fact.block || number <= work.submit_target) {
         fact.solution = true;
         solution.emplace();
         solution->algorithm = share.algorithm;
         solution->template_id = work.id;
         solution->nonce = share.found.nonce;
         solution->extranonce = extranonce_of(work, share.found);
         solution->ntime = share.found.ntime;
         solution->digest = share.digest;
         solution->worker = worker.name.empty() ? worker.wallet : worker.wallet + "." + worker.name;
         solution->block = fact.block;
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
       port(*session).vardiff.share(session->vardiff, share.difficulty, share.work->work.difficulty_max(), now_ns))
      push_job(*session, false, now_ns);
}

void Pool::booked(std::uint64_t receipt, std::uint64_t now_ns) {
   booked_ = std::max(booked_, receipt);
   while (!held_.empty() && held_.front().receipt <= booked_) {
      const Held held = std::move(held_.front());
      held_.pop_front();
      if (held.solution)
         around_.submit(*held.solution);
      Session *session = find(held.connection);
      if (!session)
         continue;
      flush(*session);
      if (broadcast_.under_way)
         bring_up_to_date(*session, now_ns);
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
   // Room for one stays. In time every session has had several shares on their way at once, some day many.
   if (awaiting.empty() && awaiting.capacity() > 1)
      common::release(awaiting);
}

} // namespace nebula::pool
