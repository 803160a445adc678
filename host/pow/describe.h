#pragma once

/// What people and programs read about backends, as JSON.

#include "host/pow/algorithm_entry.h"
#include "host/pow/contender.h"
#include "host/pow/job_copy.h"
#include "host/pow/selection_plan.h"

#include <memory>
#include <string>
#include <vector>

namespace nebula::host {

/// A consumer's slot and who serves it (null: nobody).
struct ServedSlot {
   std::string consumer; // instance
   std::string select;
   std::shared_ptr<Contender> serving;
};

struct AlgorithmStatus {
   std::string name;
   std::vector<ServedSlot> slots;
};

/// Every step of the plan with every candidate: its place, or the clause or finding that removed it. Its member "text"
/// says for people who computes the algorithm now.
[[nodiscard]] std::string explain_json(const AlgorithmEntry &algorithm, const SelectionPlan &plan,
                                       const std::vector<std::shared_ptr<Contender>> &contenders,
                                       const std::vector<ServedSlot> &slots);
/// Why an algorithm is deprecated, and until which height a chain may accept it.
[[nodiscard]] std::string deprecation_text(const neb_pow_algorithm &algorithm);
[[nodiscard]] std::string status_json(const std::vector<AlgorithmStatus> &algorithms);
/// Payload of pow.quarantine, and a line of the journal: all that is needed to repeat the wrong answer.
[[nodiscard]] std::string quarantine_json(const Contender &contender, const std::string &why, const JobCopy &job);

} // namespace nebula::host
