#include "pow/lap_miner.h"

#include "host/pow/known_answer.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace nebula::host::real {

Expected Expected::make(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns, std::uint64_t budget_ns) {
   constexpr std::uint64_t k_job_ns = 1'000'000; // a swap waits for the jobs in flight
   Expected expected{shaped_job(algorithm, 2024), {}};
   reference_ns = std::max<std::uint64_t>(reference_ns, 1);
   expected.job.nonce_first = 1'000'003;
   expected.job.target.fill(0xff); // every nonce is a hit
   expected.digests.resize(std::clamp<std::uint64_t>(budget_ns / reference_ns, 4, 1024));
   expected.job_nonces_max = std::clamp<std::uint64_t>(k_job_ns / reference_ns, 1, expected.digests.size() / 4);
   Reference reference(algorithm);
   for (std::size_t i = 0; i < expected.digests.size(); ++i)
      if (reference.hash(expected.job, expected.job.nonce_first + i, expected.digests[i].data()) != NEB_OK)
         expected.digests.clear();
   return expected;
}

void LapMiner::run(const std::atomic<bool> &over) {
   do
      lap();
   while (!over.load() && error_.empty());
   close();
}

void LapMiner::lap() {
   cut_lap();
   while (error_.empty() && (!to_do_.empty() || !flights_.empty())) {
      if (!session_ && !open()) {
         std::this_thread::yield(); // nobody serves just now
         continue;
      }
      while (flights_.size() < depth_ && !to_do_.empty() && give()) {
      }
      if (!flights_.empty())
         collect();
      else
         close(); // it takes nothing any more
      if (flights_.empty() && session_ && occupant_changed())
         close();
   }
   for (std::size_t i = 0; i < times_.size() && error_.empty(); ++i)
      if (times_[i] != 1)
         error_ = "nonce " + std::to_string(i) + " of a lap came back " + std::to_string(times_[i]) + " times";
   ++laps_;
}

void LapMiner::cut_lap() {
   const std::uint64_t all = expected_.digests.size();
   times_.assign(all, 0);
   for (std::uint64_t first = 0; first < all;) {
      const std::uint64_t count = std::min(1 + random_() % expected_.job_nonces_max, all - first);
      to_do_.push_back({first, count});
      first += count;
   }
   std::shuffle(to_do_.begin(), to_do_.end(), random_);
}

bool LapMiner::open() {
   table_ = static_cast<const neb_pow_backend *>(enter(&slot_, &guard_));
   if (!table_)
      return false;
   const neb_pow_session_config config{sizeof config, depth_, 0};
   if (table_->open(table_, &config, &session_, nullptr) != NEB_OK)
      session_ = nullptr; // replaced since
   if (!session_) {
      leave(&guard_);
      table_ = nullptr;
   }
   ticket_ = 0;
   return session_ != nullptr;
}

void LapMiner::close() {
   if (!session_)
      return;
   table_->close(table_, session_);
   leave(&guard_);
   table_ = nullptr;
   session_ = nullptr;
}

bool LapMiner::occupant_changed() {
   neb_guard guard{};
   const void *now = enter(&slot_, &guard);
   if (now)
      leave(&guard);
   return now != table_;
}

bool LapMiner::give() {
   Range range = to_do_.back();
   range.ticket = ++ticket_;
   JobCopy job = expected_.job;
   job.ticket = range.ticket;
   job.nonce_first += range.first;
   job.nonce_count = range.count;
   job.hit_capacity = static_cast<std::uint32_t>(range.count);
   neb_pow_epoch epoch;
   const neb_pow_job wire = job.wire(epoch);
   const neb_status status = table_->submit(table_, session_, &wire);
   if (status == NEB_OK) {
      to_do_.pop_back();
      flights_.push_back(range);
   } else if (status != NEB_E_BUSY) {
      error_ = "submit: " + std::to_string(status);
   }
   return status == NEB_OK;
}

void LapMiner::collect() {
   const Range range = flights_.front();
   hits_.assign(range.count, {});
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = hits_.data();
   result.hit_capacity = static_cast<std::uint32_t>(range.count);
   neb_status status = NEB_E_TIMEOUT;
   while ((status = table_->wait(table_, session_, &result, 1'000'000'000)) == NEB_E_TIMEOUT) {
   }
   flights_.pop_front();
   jobs_.fetch_add(1);
   if (status != NEB_OK)
      error_ = "wait: " + std::to_string(status);
   else if (result.status != NEB_OK && result.status != NEB_E_CANCELLED)
      error_ = "a job ended with status " + std::to_string(result.status);
   else if (result.ticket != range.ticket)
      error_ = "the answer to ticket " + std::to_string(range.ticket) + " was " + std::to_string(result.ticket);
   else
      take(range, result);
}

void LapMiner::take(const Range &range, const neb_pow_result &result) {
   if (result.hashes_done > range.count || result.hit_count != result.hashes_done) {
      error_ = std::to_string(result.hit_count) + " hits in " + std::to_string(result.hashes_done) + " hashes of " +
               std::to_string(range.count);
      return;
   }
   for (std::uint64_t i = 0; i < result.hit_count; ++i) {
      const std::uint64_t at = range.first + i;
      if (hits_[i].nonce != expected_.job.nonce_first + at ||
          std::memcmp(hits_[i].digest, expected_.digests[at].data(), 32) != 0) {
         error_ = "a wrong hit at nonce " + std::to_string(at) + " of a lap";
         return;
      }
      ++times_[at];
   }
   if (result.hashes_done < range.count)
      to_do_.push_back({range.first + result.hashes_done, range.count - result.hashes_done});
}

} // namespace nebula::host::real
