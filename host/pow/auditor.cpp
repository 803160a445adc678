#include "host/pow/auditor.h"

#include <algorithm>
#include <cstring>

namespace nebula::host {

namespace {

constexpr double k_share = 0.005;    // of a batch's time, for hashing its hits again
constexpr double k_hits_max = 16;    // due in one batch
constexpr std::uint32_t k_room = 96; // for them: never full by chance (16 due, 20 deviations away)
constexpr std::uint64_t k_sample_every_ns = 1'000'000'000;
constexpr std::uint64_t k_sample_min = 3;                  // nonces: a pair and a half, as in the gate
constexpr std::uint64_t k_sample_max = 512;                // nonces
constexpr std::uint64_t k_sample_reference_ns = 2'000'000; // what the reference may spend on one sample
constexpr unsigned k_sample_bits = 3;                      // one nonce in eight is a hit: misses and hits are both seen

std::string at(std::uint64_t nonce) {
   return " at nonce " + std::to_string(nonce);
}

} // namespace

Auditor::Auditor(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns, std::uint64_t seed)
   : reference_(algorithm), reference_ns_(std::max<std::uint64_t>(reference_ns, 1)), random_state_(seed | 1) {}

std::uint64_t Auditor::random() noexcept { // xorshift64*
   random_state_ ^= random_state_ >> 12;
   random_state_ ^= random_state_ << 25;
   random_state_ ^= random_state_ >> 27;
   return random_state_ * 0x2545F4914F6CDD1Du;
}

JobCopy Auditor::disguise(const JobCopy &job) {
   const double affordable = k_share * static_cast<double>(batch_ns_) / static_cast<double>(reference_ns_);
   const EasedTarget eased = ease(job.target, job.nonce_count, std::min(affordable, k_hits_max));
   JobCopy given = job;
   if (eased.target != job.target) {
      given.target = eased.target;
      given.hit_capacity = std::max(job.hit_capacity, k_room);
   }
   return given;
}

std::optional<std::string> Auditor::judge(const JobCopy &asked, const JobCopy &given, Contender &contender,
                                          JobAnswer &answer) {
   if (!answer.wrong.empty())
      return answer.wrong;
   std::uint8_t digest[32];
   for (const neb_pow_hit &hit : answer.hits) {
      if (reference_.hash(given, hit.nonce, digest) != NEB_OK)
         continue; // the reference cannot say; the source will
      if (std::memcmp(digest, hit.digest, sizeof digest) != 0)
         return "gave a digest that the reference does not" + at(hit.nonce);
      if (!reference_.meets(digest, given.target))
         return "gave a hit above the target" + at(hit.nonce);
   }
   // A batch that ended at its last free place says nothing about chance: it ended because of a hit.
   if (answer.hits.size() < given.hit_capacity) {
      const double due = probability_of(given.target) * static_cast<double>(answer.hashes_done);
      if (auto low = contender.hit_rate().add(due, answer.hits.size()))
         return low;
   }
   if (answer.status == NEB_OK)
      batch_ns_ = answer.waited_ns;

   std::erase_if(answer.hits, [&](const neb_pow_hit &hit) { return !reference_.meets(hit.digest, asked.target); });
   if (answer.hits.size() > asked.hit_capacity) { // the rest is handed in again, from the first hit without a place
      answer.hashes_done = answer.hits[asked.hit_capacity].nonce - asked.nonce_first;
      answer.hits.resize(asked.hit_capacity);
   }
   return std::nullopt;
}

std::optional<JobCopy> Auditor::sample(const JobCopy &job, std::uint64_t now_ns) {
   if (now_ns < next_sample_ns_)
      return std::nullopt;
   const std::uint64_t affordable =
      std::clamp<std::uint64_t>(k_sample_reference_ns / reference_ns_, k_sample_min, k_sample_max);
   JobCopy sample = job;
   sample.nonce_count = std::min(job.nonce_count, affordable);
   // Half a percent of a slow algorithm.
   next_sample_ns_ = now_ns + std::max(k_sample_every_ns, 200 * sample.nonce_count * reference_ns_);
   sample.nonce_first = job.nonce_first + random() % (job.nonce_count - sample.nonce_count + 1);
   sample.target = target_of_bits(sample.nonce_count < 16 ? 0 : k_sample_bits).target;
   sample.hit_capacity = static_cast<std::uint32_t>(sample.nonce_count);
   return sample;
}

std::optional<std::string> Auditor::judge_sample(const JobCopy &sample, const JobAnswer &answer) {
   if (!answer.wrong.empty())
      return answer.wrong;
   if (answer.status != NEB_OK && answer.status != NEB_E_CANCELLED)
      return std::nullopt; // a failure, not a lie; the next batch tells
   const std::uint64_t done = answer.hashes_done;
   if (reference_.scan(sample, sample.nonce_first, done, sample.target, expected_) != NEB_OK)
      return std::nullopt;
   const std::size_t common = std::min(expected_.size(), answer.hits.size());
   for (std::size_t i = 0; i < common; ++i) {
      const neb_pow_hit &ours = expected_[i], &theirs = answer.hits[i];
      if (ours.nonce < theirs.nonce)
         return "missed the hit" + at(ours.nonce);
      if (theirs.nonce < ours.nonce)
         return "gave a hit that is none" + at(theirs.nonce);
      if (std::memcmp(ours.digest, theirs.digest, sizeof ours.digest) != 0)
         return "gave a digest that the reference does not" + at(ours.nonce);
   }
   if (expected_.size() > common)
      return "missed the hit" + at(expected_[common].nonce);
   if (answer.hits.size() > common)
      return "gave a hit that is none" + at(answer.hits[common].nonce);
   return std::nullopt;
}

} // namespace nebula::host
