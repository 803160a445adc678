#include "host/pow/hash.h"

#include "host/config/suggest.h"
#include "host/pow/device_session.h"
#include "host/pow/eased_target.h"
#include "host/pow/known_answer.h"
#include "host/pow/reference.h"

#include <algorithm>
#include <set>

namespace nebula::host {

namespace {

Error usage(std::string message) {
   return {std::move(message), ErrorKind::usage};
}
Error unavailable(std::string message) {
   return {std::move(message), ErrorKind::unavailable};
}

/// What inputs the algorithm is known to take, for whoever gave another.
std::string shape_of(const neb_pow_algorithm &algorithm) {
   std::set<std::uint64_t> lengths;
   for (std::uint32_t i = 0; i < algorithm.vector_count && lengths.size() < 4; ++i)
      lengths.insert(algorithm.vectors[i].input.len);
   std::string text = "its known answers have inputs of ";
   for (const std::uint64_t length : lengths)
      text += (length == *lengths.begin() ? "" : ", ") + std::to_string(length);
   text += " bytes, at most " + std::to_string(algorithm.input_bytes_max) + " are taken, and its nonce has " +
           std::to_string(algorithm.nonce_bytes) + " bytes ";
   return text + (algorithm.nonce_offset == NEB_POW_NONCE_APPENDED
                     ? "at the end (--nonce appends it)"
                     : "at offset " + std::to_string(algorithm.nonce_offset) + " (--nonce writes it there)");
}

/// The request as a job of one nonce.
Result<JobCopy> job_of(const neb_pow_algorithm &algorithm, const HashRequest &request) {
   const bool appended = algorithm.nonce_offset == NEB_POW_NONCE_APPENDED;
   std::vector<std::uint8_t> input = request.input;
   if (request.nonce && *request.nonce > nonce_max(algorithm.nonce_bytes))
      return usage("--nonce is too wide: " + std::string(algorithm.name) + " has nonces of " +
                   std::to_string(algorithm.nonce_bytes) + " bytes, 0 to " +
                   std::to_string(nonce_max(algorithm.nonce_bytes)));
   if (request.nonce && appended)
      input.resize(input.size() + algorithm.nonce_bytes); // the place that job_of looks at
   const neb_pow_vector shape{request.epoch.wire(), {input.data(), input.size()}, {}};
   auto job = host::job_of(algorithm, shape);
   if (!job)
      return usage("an input of " + std::to_string(request.input.size()) + " bytes has no place for the nonce of " +
                   algorithm.name + "; " + shape_of(algorithm));
   if (request.nonce)
      job->nonce_first = *request.nonce;
   job->target = target_of_bits(0).target;
   job->ticket = 1;
   return std::move(*job);
}

Result<HashAnswer> by_reference(const neb_pow_algorithm &algorithm, const HashRequest &request) {
   std::vector<std::uint8_t> input = request.input;
   if (request.nonce) {
      auto job = job_of(algorithm, request);
      if (!job)
         return job.error();
      job->compose(*request.nonce, algorithm.flags, input);
   }
   HashAnswer answer{"reference", std::vector<std::uint8_t>(NEB_POW_DIGEST_MAX), {}};
   const neb_status status = Reference(algorithm).hash(request.epoch.wire(), input, answer.digest.data());
   if (status != NEB_OK)
      return usage(std::string(algorithm.name) + " refuses this input of " + std::to_string(input.size()) +
                   " bytes, or the epoch (status " + std::to_string(status) + "); " + shape_of(algorithm));
   answer.digest.resize(algorithm.digest_bytes);
   return answer;
}

Result<HashAnswer> by_backend(const Registry &registry, const neb_pow_algorithm &algorithm,
                              const HashRequest &request) {
   auto checked = checked_contender(registry, request.algorithm, request.select);
   if (!checked)
      return checked.error();
   const std::shared_ptr<Contender> &contender = checked->contender;
   auto job = job_of(algorithm, request);
   if (!job)
      return job.error();
   const Contender::Hold hold(*contender);
   const std::string name(contender->name());
   std::string why;
   const auto session = DeviceSession::open(contender, 1, why);
   if (!session)
      return unavailable(name + " " + why);
   if (session->prepare(job->epoch, why) != NEB_OK)
      return unavailable(name + " cannot prepare this epoch: " + why);
   if (const neb_status status = session->submit(*job); status != NEB_OK)
      return usage(name + " refuses this input (status " + std::to_string(status) + ")");
   JobAnswer found;
   while (session->wait(*job, 1'000'000'000, found) == NEB_E_TIMEOUT) {
   }
   if (!found.wrong.empty() || found.hits.size() != 1)
      return unavailable(name + (found.wrong.empty() ? " gave no digest" : " " + found.wrong));
   return HashAnswer{name, {std::begin(found.hits[0].digest), std::end(found.hits[0].digest)}, {}};
}

} // namespace

namespace {

/// The candidates in their order, those that are as good as the first alone; an error: nobody fits.
Result<std::vector<std::shared_ptr<Contender>>> equally_good(const Registry &registry, const std::string &algorithm,
                                                             std::string_view select) {
   const auto contenders = registry.contenders(algorithm);
   std::vector<std::string> names;
   for (const auto &one : contenders) {
      if (one->name() == select)
         return std::vector{one};
      names.emplace_back(one->name());
   }
   if (!select.empty() && select.find('=') == std::string_view::npos) // no clause, so a backend's name was meant
      return unavailable("'" + algorithm + "' has no backend '" + std::string(select) + "'" +
                         config::suggestion(select, names));
   auto selection = Selection::parse(select.empty() ? std::string_view(k_default_select) : select);
   if (!selection)
      return selection.error();
   auto order = consider(*selection, contenders);
   if (select.empty() && (order.empty() || !order.front().rejected_by.empty()))
      order = consider(Selection::parse(k_default_fallback).value(), contenders);
   if (order.empty() || !order.front().rejected_by.empty())
      return unavailable("no backend of '" + algorithm + "' fits \"" + selection->text() + "\"; see nebula explain " +
                         algorithm);
   std::vector<std::shared_ptr<Contender>> equals;
   for (const Considered &one : order)
      if (one.rejected_by.empty() && one.preference == order.front().preference &&
          one.contender->provided().order == order.front().contender->provided().order)
         equals.push_back(one.contender);
   return equals;
}

} // namespace

Result<CheckedContender> checked_contender(const Registry &registry, std::string_view algorithm,
                                           std::string_view select) {
   const auto entry = registry.find(algorithm);
   if (!entry)
      return entry.error();
   const auto candidates = equally_good(registry, (*entry)->table().name, select);
   if (!candidates)
      return candidates.error();
   // As in a running node: among equals the fastest one measured.
   CheckedContender fastest;
   std::string findings;
   for (const auto &candidate : *candidates) {
      GateReport report = run_gate(candidate, **entry);
      candidate->set_rate(report.rate);
      if (!report.finding.empty())
         findings +=
            (findings.empty() ? "" : "; ") + std::string(candidate->name()) + " fails its self-test: " + report.finding;
      else if (!fastest.contender || report.rate > fastest.report.rate)
         fastest = {candidate, std::move(report)};
   }
   if (!fastest.contender)
      return unavailable(findings);
   return fastest;
}

Result<HashAnswer> hash(const Registry &registry, const HashRequest &request) {
   const auto found = registry.find(request.algorithm);
   if (!found)
      return found.error();
   const auto &entry = *found;
   auto answer =
      request.select.empty() ? by_reference(entry->table(), request) : by_backend(registry, entry->table(), request);
   if (answer && answer->digest.size() == 32) {
      const Number256 number = digest_number(answer->digest.data(), entry->table().digest_order);
      std::copy(number.begin(), number.end(), answer->number.begin());
   }
   return answer;
}

} // namespace nebula::host
