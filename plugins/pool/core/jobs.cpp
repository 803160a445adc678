#include "pool.h"
#include "room.h"

#include "common/hex.h"

#include <nebula/svc/work-source.h>

#include <algorithm>
#include <utility>

namespace nebula::pool {
namespace {

constexpr const char *k_room_changed =
   "the work leaves another part of the extranonce than this connection was given: connect again";

std::string coinbase_notify(const Template &work, const GivenJob &job, bool clean) {
   const Coinbase &parts = *work.coinbase;
   const Split split = split_of(work);
   // What is not the miner's of the extranonce stands at the head of what follows.
   const common::Bytes extranonce = extranonce_of(work, 0, 0, roll_of(work, job));
   const auto behind = std::span(extranonce).subspan(std::size_t{split.own} + split.miner);
   return bitcoin_notify({parts, common::to_hex(behind) + common::to_hex(parts.coinb2), job.number, clean});
}

} // namespace

std::shared_ptr<KeptTemplate> Pool::newest(std::uint8_t algorithm) const {
   const auto &book = books_[algorithm];
   return book.empty() ? nullptr : book.back();
}

/// A session's number is unlike all others within what the template's extranonce can hold.
bool Pool::fit_extranonce(Session &session, const Template &work) {
   const std::uint64_t room = sessions_max(work);
   if (session.extranonce < room)
      return true;
   auto number = extranonces_.take(room);
   if (!number && forget_dormant())
      number = extranonces_.take(room);
   if (!number)
      return false;
   extranonces_.give_back(session.extranonce);
   session.extranonce = *number;
   session.jobs = {}; // their inputs followed from the other number
   return true;
}

bool Pool::input_of(const Session &session, const Template &work, const GivenJob &job, Input &input) {
   return around_.derive(work.id, extranonce_of(work, session.extranonce, 0, roll_of(work, job)), input) &&
          narrow(session, work, input);
}

std::shared_ptr<KeptTemplate> Pool::work_of(const Session &session, const GivenJob &job) const {
   const auto &book = books_[session.algorithm];
   const auto found = std::ranges::find(book, job.work, [](const auto &kept) { return kept->serial; });
   return found == book.end() ? nullptr : *found;
}

std::optional<std::string> Pool::render(Session &session, const Template &work, const GivenJob &job, bool clean) {
   Input input;
   if (work.kind != NEB_WORK_COINBASE && !input_of(session, work, job, input))
      return std::nullopt;
   std::string out;
   if (session.dialect == Dialect::bitcoin || session.dialect == Dialect::ergo) {
      const Room room = room_of(session, work, input);
      if (room != session.told) {
         if (session.told.left_bytes != 0 && !session.new_extranonces) {
            doom(session, k_room_changed);
            return std::nullopt;
         }
         if (session.told.left_bytes != 0) {
            // Miners build all their work with the new one from now on.
            out = set_extranonce(room);
            clean = true;
            for (GivenJob &other : session.jobs)
               if (other.number != job.number)
                  other = {};
         }
         session.told = room;
      }
   }
   const std::string hex = common::to_hex(input.bytes);
   switch (session.dialect) {
   case Dialect::xmrig:
      return xmrig_text(session, work, job, std::move(input));
   case Dialect::bitcoin:
      if (std::exchange(session.announced, job.difficulty) != job.difficulty)
         out += bitcoin_difficulty(job.difficulty);
      return out + coinbase_notify(work, job, clean);
   case Dialect::ergo:
      if (session.set_target) {
         if (std::exchange(session.announced, job.difficulty) != job.difficulty)
            out += ergo_target(target_of(job.difficulty));
         return out + ergo_short_notify({hex, target_of(job.difficulty), job.number, work.height, clean});
      }
      // The target is in the job: a difficulty of one says nothing, but miners wait for it.
      if (std::exchange(session.announced, Difficulty{1}) != 1)
         out += cosmic_difficulty(1);
      return out + ergo_notify({hex, target_of(job.difficulty), job.number, work.height, clean});
   case Dialect::cosmic:
   case Dialect::unknown:
      break;
   }
   if (std::exchange(session.announced, job.difficulty) != job.difficulty)
      out = cosmic_difficulty(job.difficulty);
   return out + cosmic_notify({hex, job.number, work.height, cosmic_target32(job.difficulty), clean});
}

std::optional<std::string> Pool::xmrig_text(Session &session, const Template &work, const GivenJob &job, Input input) {
   if (!input.all_nonces()) {
      // A miner that was not told so at its login knows by the byte, unless that is zero.
      if (!session.nicehash && session.jobs_given > 1 && input.nonce_first == 0) {
         doom(session, k_room_changed);
         return std::nullopt;
      }
      session.nicehash = true;
      for (std::size_t i = 0; i < 4; ++i)
         input.bytes[input.nonce_offset + i] = static_cast<std::uint8_t>(input.nonce_first >> (8 * i));
   }
   // Miners take exactly 64 digits; of an algorithm without a key, zeros.
   const std::string seed = work.epoch.key.empty() ? std::string(64, '0') : common::to_hex(work.epoch.key);
   const PoolAlgorithm &mined = algorithm(session);
   const std::string &name =
      session.called == 0 || session.called > mined.aliases.size() ? mined.name : mined.aliases[session.called - 1u];
   return xmrig_job({common::to_hex(input.bytes), name, seed, job.number, xmrig_target64(job.difficulty), work.height});
}

std::optional<std::string> Pool::give(Session &session, std::shared_ptr<KeptTemplate> work, bool clean,
                                      std::uint64_t now_ns) {
   if (!fit_extranonce(session, work->work)) {
      doom(session, "the source of the work leaves no room for another miner");
      return std::nullopt;
   }
   const std::uint32_t number = ++session.jobs_given;
   const Difficulty difficulty = std::min(session.vardiff.difficulty, work->work.difficulty_max());
   const GivenJob job{work->serial, number, difficulty};
   session.job_ns = now_ns;
   auto text = render(session, work->work, job, clean);
   if (text)
      session.jobs[number % Session::k_jobs] = job;
   else
      --session.jobs_given; // the source has nothing for it now: what it has stays good
   return text;
}

std::optional<std::string> Pool::new_job(Session &session, bool clean, std::uint64_t now_ns) {
   auto work = newest(session.algorithm);
   return work ? give(session, std::move(work), clean, now_ns) : std::nullopt;
}

void Pool::push_job(Session &session, bool clean, std::uint64_t now_ns) {
   // An identical job makes XMRig disconnect: the same template at the same difficulty says nothing new.
   const GivenJob *last = session.newest();
   const auto work = newest(session.algorithm);
   if (session.dialect == Dialect::xmrig && last && work && last->work == work->serial &&
       last->difficulty == std::min(session.vardiff.difficulty, work->work.difficulty_max())) {
      session.job_ns = now_ns;
      return;
   }
   if (const auto job = new_job(session, clean, now_ns))
      around_.send(session.connection, session.dialect == Dialect::xmrig ? xmrig_push(*job) : *job);
}

/// All that is still worth a share, the newest last: a miner that takes every job finds its old ones again, and one
/// that takes only the last has the best.
void Pool::push_first_jobs(Session &session, std::uint64_t now_ns) {
   const auto &book = books_[session.algorithm];
   bool clean = true;
   const auto send = [&](const std::optional<std::string> &text) {
      if (text)
         around_.send(session.connection, *text);
      clean = clean && !text;
   };
   if (session.resumed) {
      const std::uint64_t newest_number = session.jobs_given;
      for (std::uint64_t number = newest_number > Session::k_jobs ? newest_number - Session::k_jobs + 1 : 1;
           number <= newest_number && !session.doomed; ++number)
         if (const GivenJob *job = session.job(number))
            if (const auto work = work_of(session, *job); work && !work->stale)
               send(render(session, work->work, *job, clean));
   } else {
      const auto good =
         static_cast<std::size_t>(std::ranges::count_if(book, [](const auto &kept) { return !kept->stale; }));
      const std::size_t wanted = std::min<std::size_t>(good, port(session).jobs_replayed);
      for (std::size_t at = book.size() - wanted; at + 1 < book.size() && !session.doomed; ++at)
         send(give(session, book[at], clean, now_ns));
   }
   const GivenJob *last = session.newest();
   if (!session.doomed && !book.empty() && (!last || last->work != book.back()->serial))
      send(new_job(session, clean, now_ns));
}

} // namespace nebula::pool
