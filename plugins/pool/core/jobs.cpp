#include "pool.h"

#include "common/hex.h"

#include <algorithm>

namespace nebula::pool {

std::shared_ptr<KeptTemplate> Pool::newest(std::uint8_t algorithm) const {
   const auto &book = books_[algorithm];
   return book.empty() ? nullptr : book.back();
}

/// The session's four bytes come first; what is left is the miner's, or zero.
common::Bytes Pool::extranonce_of(std::uint32_t extranonce, const Template &work) {
   common::Bytes out(work.extranonce_size);
   for (std::size_t i = 0; i < std::min<std::size_t>(out.size(), 4); ++i)
      out[i] = static_cast<std::uint8_t>(extranonce >> (24 - 8 * i));
   return out;
}

std::string Pool::new_job(Session &session, bool clean, std::uint64_t now_ns) {
   const auto work = newest(session.algorithm);
   Input input;
   if (!work || !around_.derive(work->work.id, extranonce_of(session.extranonce, work->work), input))
      return {};
   const Difficulty difficulty = std::min(session.vardiff.difficulty, work->work.network_difficulty);
   const std::uint64_t number = ++session.jobs_given;
   session.jobs[number % Session::k_jobs] = {work, number, difficulty};
   session.job_ns = now_ns;
   const std::string hex = common::to_hex(input.bytes);
   if (session.dialect == Dialect::xmrig) {
      // Miners take exactly 64 digits; of an algorithm without a key, zeros.
      const std::string seed =
         work->work.epoch.key.empty() ? std::string(64, '0') : common::to_hex(work->work.epoch.key);
      const PoolAlgorithm &mined = algorithm(session);
      return xmrig_job({hex, mined.aliases.empty() ? mined.name : mined.aliases.front(), seed, number,
                        xmrig_target64(difficulty), work->work.height});
   }
   std::string out;
   if (session.announced != difficulty) {
      session.announced = difficulty;
      out = cosmic_difficulty(difficulty);
   }
   return out + cosmic_notify({hex, number, work->work.height, cosmic_target32(difficulty), clean});
}

void Pool::push_job(Session &session, bool clean, std::uint64_t now_ns) {
   // An identical job makes XMRig disconnect: the same template at the same difficulty says nothing new.
   const GivenJob *last = session.newest();
   if (session.dialect == Dialect::xmrig && last && last->work == newest(session.algorithm) &&
       last->difficulty == std::min(session.vardiff.difficulty, last->work->work.network_difficulty)) {
      session.job_ns = now_ns;
      return;
   }
   const std::string job = new_job(session, clean, now_ns);
   if (!job.empty())
      around_.send(session.connection, session.dialect == Dialect::xmrig ? xmrig_push(job) : job);
}

} // namespace nebula::pool
