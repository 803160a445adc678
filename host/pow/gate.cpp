#include "host/pow/gate.h"

#include "host/pow/device_session.h"
#include "host/pow/eased_target.h"
#include "host/pow/known_answer.h"
#include "host/pow/reference.h"
#include "host/util/clock.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace nebula::host {

namespace {

constexpr std::uint64_t k_reference_budget_ns = 30'000'000;
constexpr std::uint64_t k_slow_hash_ns = 50'000'000;     // up to it a check has k_least_hashes
constexpr std::uint64_t k_least_hashes = 3;              // a pair and a half: kernels that take two at once show
constexpr std::uint64_t k_answer_ns = 60'000'000'000;    // for one small job, its epoch's preparation included
constexpr std::uint64_t k_turn_ns = 50'000'000;          // how often a wait looks whether the backend's instance left
constexpr std::uint64_t k_slow_epoch_ns = 2'000'000'000; // above it the second epoch is left to the audit
constexpr std::uint32_t k_depth = 2;

Number256 number_less_one(Number256 number) noexcept {
   for (std::size_t i = number.size(); i-- > 0;)
      if (number[i]-- != 0)
         break;
   return number;
}

constexpr char k_left[] = "left while it was checked";

/// It, or what it is held against.
bool left(const Contender &contender, const AlgorithmEntry &algorithm) noexcept {
   return contender.standing() == Standing::gone || algorithm.reference()->standing() == Standing::gone;
}

/// Reference hashes for one check.
std::uint64_t affordable_hashes(std::uint64_t reference_ns) noexcept {
   const std::uint64_t least = reference_ns <= k_slow_hash_ns ? k_least_hashes : 1;
   return std::clamp<std::uint64_t>(k_reference_budget_ns / reference_ns / 8, least, 1000);
}

/// One run over one session. Each check returns what is wrong, or nothing.
class GateRun {
public:
   GateRun(std::shared_ptr<Contender> contender, const AlgorithmEntry &algorithm)
      : contender_(std::move(contender)), entry_(algorithm), table_(algorithm.table()), reference_(table_),
        affordable_(affordable_hashes(algorithm.reference_ns())) {}

   [[nodiscard]] std::string run();
   [[nodiscard]] std::uint64_t rate();
   [[nodiscard]] std::uint32_t jobs() const noexcept { return jobs_; }

private:
   using Finding = std::string; // empty: nothing

   [[nodiscard]] Finding answer_to(JobCopy &job, JobAnswer &answer);
   [[nodiscard]] Finding await(const JobCopy &job, JobAnswer &answer);
   [[nodiscard]] Finding compare(const JobCopy &job, const JobAnswer &answer, const std::string &where);
   [[nodiscard]] Finding exact(JobCopy job, const char *check);
   [[nodiscard]] JobCopy random_job(std::uint64_t count);

   Finding open();
   Finding vectors();
   Finding random_ranges();
   Finding last_nonces();
   Finding carry_between_halves();
   Finding more_hits_than_room();
   Finding planted_winner();
   Finding queue();
   Finding stale_ticket();
   Finding older_ticket();
   Finding other_epoch();

   std::shared_ptr<Contender> contender_;
   const AlgorithmEntry &entry_;
   const neb_pow_algorithm &table_;
   Reference reference_;
   const std::uint64_t affordable_; // reference hashes for one check
   std::unique_ptr<DeviceSession> session_;
   std::mt19937_64 random_{0x6E6562756C61}; // the same every time: a finding can be repeated
   std::uint64_t ticket_ = 0;
   std::uint64_t prepared_ns_ = 0;
   std::uint32_t jobs_ = 0;
   RealClock clock_;
};

GateRun::Finding GateRun::open() {
   std::string why;
   session_ = DeviceSession::open(contender_, k_depth, why);
   if (!session_)
      return why;
   // Not by `prepare`: that may build what only mining needs (a dataset); a job makes ready what it needs itself.
   JobCopy job = random_job(1);
   JobAnswer answer;
   const std::uint64_t start = clock_.monotonic_ns();
   auto finding = answer_to(job, answer);
   prepared_ns_ = clock_.monotonic_ns() - start;
   return finding.empty() ? finding : "first job: " + finding;
}

GateRun::Finding GateRun::answer_to(JobCopy &job, JobAnswer &answer) {
   job.ticket = ++ticket_;
   ++jobs_;
   if (const neb_status status = session_->submit(job); status != NEB_OK)
      return "refuses a well-formed job with status " + std::to_string(status);
   return await(job, answer);
}

/// The answer to the oldest job in flight.
GateRun::Finding GateRun::await(const JobCopy &job, JobAnswer &answer) {
   const std::uint64_t deadline = clock_.monotonic_ns() + k_answer_ns;
   while (session_->wait(job, k_turn_ns, answer) == NEB_E_TIMEOUT) {
      if (left(*contender_, entry_))
         return k_left;
      if (clock_.monotonic_ns() > deadline)
         return "did not finish a job of " + std::to_string(job.nonce_count) + " nonces within a minute";
   }
   return answer.wrong;
}

/// The whole job, with the answer being exactly the reference's.
GateRun::Finding GateRun::exact(JobCopy job, const char *check) {
   JobAnswer answer;
   const std::string where = std::string(check) + ": ";
   if (auto finding = answer_to(job, answer); !finding.empty())
      return where + finding;
   return compare(job, answer, where);
}

GateRun::Finding GateRun::compare(const JobCopy &job, const JobAnswer &answer, const std::string &where) {
   if (answer.status != NEB_OK || (answer.hashes_done != job.nonce_count && answer.hits.size() < job.hit_capacity))
      return where + "ended with status " + std::to_string(answer.status) + " after " +
             std::to_string(answer.hashes_done) + " of " + std::to_string(job.nonce_count) + " hashes";
   std::vector<neb_pow_hit> expected;
   if (reference_.scan(job, job.nonce_first, answer.hashes_done, job.target, expected) != NEB_OK)
      return where + "the reference refuses the input (nothing is wrong with the backend)";
   for (std::size_t i = 0; i < std::max(expected.size(), answer.hits.size()); ++i) {
      if (i >= answer.hits.size() || (i < expected.size() && expected[i].nonce < answer.hits[i].nonce))
         return where + "missed the hit at nonce " + std::to_string(expected[i].nonce);
      if (i >= expected.size() || answer.hits[i].nonce < expected[i].nonce)
         return where + "gave a hit that is none at nonce " + std::to_string(answer.hits[i].nonce);
      if (std::memcmp(expected[i].digest, answer.hits[i].digest, 32) != 0)
         return where + "gave a wrong digest at nonce " + std::to_string(expected[i].nonce);
   }
   return {};
}

JobCopy GateRun::random_job(std::uint64_t count) {
   JobCopy job = shaped_job(table_, random_());
   const std::uint64_t last = nonce_max(job.nonce_bytes);
   job.nonce_count = std::max<std::uint64_t>(1, std::min(count, affordable_));
   job.nonce_first = random_() % (last - job.nonce_count);
   job.target = target_of_bits(job.nonce_count < 16 ? 0 : 3).target;
   job.hit_capacity = static_cast<std::uint32_t>(std::min<std::uint64_t>(job.nonce_count, NEB_POW_HITS_MAX));
   return job;
}

/// Each known answer is a hit at exactly its own digest, and none one below.
GateRun::Finding GateRun::vectors() {
   const PowEpoch first = shaped_job(table_, 0).epoch;
   std::uint64_t left = std::max<std::uint64_t>(affordable_ / 2, 2);
   for (std::uint32_t i = 0; i < table_.vector_count && left > 0; ++i) {
      auto job = job_of(table_, table_.vectors[i]);
      if (!job || (affordable_ < 16 && job->epoch != first)) // a slow algorithm's other epochs have their own check
         continue;
      --left;
      job->target = digest_number(table_.vectors[i].digest.ptr, table_.digest_order);
      const std::string check = "known answer " + std::to_string(i);
      JobAnswer answer;
      if (auto finding = answer_to(*job, answer); !finding.empty())
         return check + ": " + finding;
      if (answer.hits.size() != 1 || std::memcmp(answer.hits[0].digest, table_.vectors[i].digest.ptr, 32) != 0)
         return check + (answer.hits.empty() ? ": found nothing at a target equal to the digest" : ": wrong digest");
      job->target = number_less_one(job->target);
      if (auto finding = answer_to(*job, answer); !finding.empty())
         return check + ": " + finding;
      if (!answer.hits.empty())
         return check + ": gave a hit at a target one below the digest";
   }
   return {};
}

/// Ragged counts and starts, on both sides of what kernels take at once.
GateRun::Finding GateRun::random_ranges() {
   struct Range {
      std::uint64_t count;
      unsigned bits; // of the target; 0: every nonce is a hit, so that every digest is compared
   };
   std::uint64_t former = 0;
   for (const Range range : {Range{1, 0}, {3, 0}, {17, 3}, {64, 3}, {257, 0}, {1000, 3}}) {
      if (std::min(range.count, affordable_) == former)
         break; // the algorithm is too slow for longer ones
      former = std::min(range.count, affordable_);
      JobCopy job = random_job(range.count);
      job.target = target_of_bits(job.nonce_count < 16 ? 0 : range.bits).target;
      if (auto finding = exact(std::move(job), "random range"); !finding.empty())
         return finding;
   }
   return {};
}

GateRun::Finding GateRun::last_nonces() {
   JobCopy job = random_job(33);
   job.nonce_first = nonce_max(job.nonce_bytes) - (job.nonce_count - 1);
   return exact(std::move(job), "last nonces");
}

/// A counter of half the nonce's width wraps here.
GateRun::Finding GateRun::carry_between_halves() {
   JobCopy job = random_job(33);
   job.nonce_first = (std::uint64_t{1} << (4 * job.nonce_bytes)) - job.nonce_count / 2 - 1;
   return exact(std::move(job), "carry between the nonce's halves");
}

GateRun::Finding GateRun::more_hits_than_room() {
   JobCopy job = random_job(40);
   job.nonce_count = std::max<std::uint64_t>(job.nonce_count, 2);
   job.target = target_of_bits(0).target;
   job.hit_capacity = static_cast<std::uint32_t>((job.nonce_count + 3) / 4);
   return exact(std::move(job), "more hits than room");
}

GateRun::Finding GateRun::planted_winner() {
   JobCopy job = random_job(200);
   const std::uint64_t winner = job.nonce_first + random_() % job.nonce_count;
   std::uint8_t digest[32];
   if (reference_.hash(job, winner, digest) != NEB_OK)
      return "planted winner: the reference refuses the input (nothing is wrong with the backend)";
   job.target = digest_number(digest, table_.digest_order);
   return exact(std::move(job), "planted winner");
}

/// The depth is what was asked for, and results come in order.
GateRun::Finding GateRun::queue() {
   JobCopy jobs[k_depth + 1];
   for (JobCopy &job : jobs) {
      job = random_job(1);
      job.ticket = ++ticket_;
   }
   for (std::uint32_t i = 0; i < k_depth; ++i, ++jobs_)
      if (const neb_status status = session_->submit(jobs[i]); status != NEB_OK)
         return "queue: job " + std::to_string(i + 1) + " of a session of depth " + std::to_string(k_depth) +
                " was refused with status " + std::to_string(status);
   if (session_->submit(jobs[k_depth]) != NEB_E_BUSY)
      return "queue: a job past the depth was not answered NEB_E_BUSY";
   for (std::uint32_t i = 0; i < k_depth; ++i) {
      JobAnswer answer;
      if (auto finding = await(jobs[i], answer); !finding.empty())
         return "queue: " + finding;
   }
   return {};
}

GateRun::Finding GateRun::stale_ticket() {
   JobCopy stale = random_job(1000);
   JobAnswer answer;
   session_->cancel_below(ticket_ + 2); // the next job is stale before it is given
   if (auto finding = answer_to(stale, answer); !finding.empty())
      return "stale ticket: " + finding;
   if (answer.status != NEB_E_CANCELLED)
      return "stale ticket: a job below the cancelled ticket ended with status " + std::to_string(answer.status) +
             " instead of NEB_E_CANCELLED";
   return exact(random_job(17), "after a cancellation");
}

/// A cancellation ends the older of two jobs in flight, and not the newer.
GateRun::Finding GateRun::older_ticket() {
   JobCopy older = random_job(64), newer = random_job(17);
   const std::string where = "cancelled job in flight: ";
   for (JobCopy *job : {&older, &newer}) {
      job->ticket = ++ticket_;
      ++jobs_;
      if (const neb_status status = session_->submit(*job); status != NEB_OK)
         return where + "a well-formed job is refused with status " + std::to_string(status);
   }
   session_->cancel_below(newer.ticket);
   JobAnswer answer;
   if (auto finding = await(older, answer); !finding.empty())
      return where + finding;
   if (answer.status != NEB_OK && answer.status != NEB_E_CANCELLED)
      return where + "the older job ended with status " + std::to_string(answer.status);
   if (auto finding = await(newer, answer); !finding.empty())
      return where + finding;
   return compare(newer, answer, where);
}

/// Another epoch gives other hashes, and the way back works too.
GateRun::Finding GateRun::other_epoch() {
   if (table_.epoch_kind == 0 || prepared_ns_ > k_slow_epoch_ns)
      return {};
   JobCopy other = random_job(3);
   const JobCopy back = other;
   for (std::uint32_t i = 0; i < table_.vector_count; ++i) // a known one: not every key or height is possible
      if (const PowEpoch epoch = PowEpoch::of(table_.vectors[i].epoch); epoch != back.epoch) {
         other.epoch = epoch;
         break;
      }
   if (other.epoch == back.epoch)
      return {};
   if (auto finding = exact(other, "epoch change"); !finding.empty())
      return finding;
   return exact(back, "epoch change back");
}

std::string GateRun::run() {
   using Check = Finding (GateRun::*)();
   static constexpr Check k_checks[] = {&GateRun::open,
                                        &GateRun::vectors,
                                        &GateRun::random_ranges,
                                        &GateRun::last_nonces,
                                        &GateRun::carry_between_halves,
                                        &GateRun::planted_winner,
                                        &GateRun::more_hits_than_room,
                                        &GateRun::queue,
                                        &GateRun::stale_ticket,
                                        &GateRun::older_ticket,
                                        &GateRun::other_epoch};
   for (const Check check : k_checks) {
      if (left(*contender_, entry_))
         return k_left;
      if (auto finding = (this->*check)(); !finding.empty())
         return finding;
   }
   return {};
}

/// A short look, enough to order backends that differ by more than noise.
std::uint64_t GateRun::rate() {
   constexpr std::uint64_t k_enough_ns = 3'000'000;
   constexpr std::uint64_t k_enough_count = 8; // less says nothing about kernels that take several nonces at once,
   constexpr std::uint64_t k_patience_ns = 100'000'000; // but a slow hash is not waited for
   JobCopy job = random_job(1);
   job.target = {};
   job.hit_capacity = 1;
   job.nonce_first = 0;
   for (job.nonce_count = 1;; job.nonce_count *= 8) {
      JobAnswer answer;
      const std::uint64_t start = clock_.monotonic_ns();
      if (!answer_to(job, answer).empty() || answer.status != NEB_OK)
         return 0;
      const std::uint64_t spent = std::max<std::uint64_t>(clock_.monotonic_ns() - start, 1);
      const bool enough = spent >= k_enough_ns && (job.nonce_count >= k_enough_count || spent >= k_patience_ns);
      if (enough || job.nonce_count > nonce_max(4) / 16)
         return static_cast<std::uint64_t>(static_cast<double>(job.nonce_count) * 1e9 / static_cast<double>(spent));
   }
}

} // namespace

std::string check_reference(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns,
                            const std::function<bool()> &gone) {
   if (algorithm.digest_bytes != 32)
      return {}; // it hashes and does not mine
   Reference reference(algorithm);
   std::uint64_t left =
      std::clamp<std::uint64_t>(k_reference_budget_ns / std::max<std::uint64_t>(reference_ns, 1), 3, 1000);
   for (std::uint32_t i = 0; i < algorithm.vector_count && left > 0; ++i, --left) {
      const neb_pow_vector &vector = algorithm.vectors[i];
      std::uint8_t digest[NEB_POW_DIGEST_MAX] = {};
      if (gone()) // an epoch may take a second to make, and the main thread waits for this to end
         return k_left;
      const neb_status status = reference.hash(vector.epoch, {vector.input.ptr, vector.input.len}, digest);
      if (status != NEB_OK)
         return "known answer " + std::to_string(i) + ": its own hash refuses it with status " + std::to_string(status);
      if (vector.digest.len != 32 || std::memcmp(digest, vector.digest.ptr, 32) != 0)
         return "known answer " + std::to_string(i) + ": its own hash gives another digest";
   }
   return {};
}

GateReport run_gate(const std::shared_ptr<Contender> &contender, const AlgorithmEntry &algorithm) {
   // First: whoever removes an instance looks for holders after its contenders are gone.
   const Contender::Hold hold(*contender), hold_reference(*algorithm.reference());
   GateReport report;
   const RealClock clock;
   const std::uint64_t start = clock.monotonic_ns();
   if (left(*contender, algorithm)) {
      report.finding = k_left;
      report.broken_off = true;
      return report;
   }
   if (algorithm.table().digest_bytes != 32) {
      report.finding = "its algorithm has digests of " + std::to_string(algorithm.table().digest_bytes) +
                       " bytes; only 32 can be held against a target";
      return report;
   }
   report.finding =
      check_reference(algorithm.table(), algorithm.reference_ns(), [&] { return left(*contender, algorithm); });
   if (!report.finding.empty()) {
      report.finding = "the algorithm's reference fails, " + report.finding;
   } else {
      GateRun run(contender, algorithm);
      report.finding = run.run();
      if (report.finding.empty())
         report.rate = run.rate();
      report.jobs = run.jobs();
   }
   report.broken_off = left(*contender, algorithm);
   report.took_ns = clock.monotonic_ns() - start;
   return report;
}

} // namespace nebula::host
