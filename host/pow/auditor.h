#pragma once

/// Judges what a serving backend answers. Three tests, all with targets of the auditor's own, so that a backend cannot
/// tell an audit from work:
///
///   every hit           is hashed again by the reference
///   every batch         runs with a target eased until a few hits are due; their number is held against chance
///   a sample, sometimes is a small range of its own, whose hits must be exactly the reference's
///
/// Together they cost about one percent of the device's time. One auditor for each consumer session.

#include "host/pow/device_session.h"
#include "host/pow/eased_target.h"
#include "host/pow/reference.h"

#include <cstdint>
#include <optional>
#include <string>

namespace nebula::host {

class Auditor {
public:
   /// `reference_ns`: what one reference hash takes, at least 1.
   Auditor(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns, std::uint64_t seed);

   /// The job as the device gets it: the same nonces, an easier target and room for the hits due.
   [[nodiscard]] JobCopy disguise(const JobCopy &job);

   /// Judges the device's answer to `given` (disguised from `asked`) and turns it into the answer to `asked`: only its
   /// own hits, no more than its capacity. A text: the backend lies, and nothing of the answer may be used.
   [[nodiscard]] std::optional<std::string> judge(const JobCopy &asked, const JobCopy &given, Contender &contender,
                                                  JobAnswer &answer);

   /// A sample within the range of a job, when one is due at `now_ns`.
   [[nodiscard]] std::optional<JobCopy> sample(const JobCopy &job, std::uint64_t now_ns);
   /// A text: the answer is not the reference's.
   [[nodiscard]] std::optional<std::string> judge_sample(const JobCopy &sample, const JobAnswer &answer);

private:
   [[nodiscard]] std::uint64_t random() noexcept;

   Reference reference_;
   std::uint64_t reference_ns_;
   std::uint64_t random_state_;
   std::uint64_t batch_ns_ = 0; // of the last batch; 0: unknown
   std::uint64_t next_sample_ns_ = 0;
   std::vector<neb_pow_hit> expected_;
};

} // namespace nebula::host
