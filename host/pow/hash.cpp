#include "host/pow/hash.h"

#include "host/pow/device_session.h"
#include "host/pow/eased_target.h"
#include "host/pow/gate.h"
#include "host/pow/known_answer.h"
#include "host/pow/reference.h"

#include <algorithm>

namespace nebula::host {

namespace {

Error usage(std::string message) {
   return {std::move(message), ErrorKind::usage};
}
Error unavailable(std::string message) {
   return {std::move(message), ErrorKind::unavailable};
}

/// The request as a job of one nonce.
Result<JobCopy> job_of(const neb_pow_algorithm &algorithm, const HashRequest &request) {
   const bool appended = algorithm.nonce_offset == NEB_POW_NONCE_APPENDED;
   std::vector<std::uint8_t> input = request.input;
   if (request.nonce && *request.nonce > nonce_max(algorithm.nonce_bytes))
      return usage(std::string(algorithm.name) + " has nonces of " + std::to_string(algorithm.nonce_bytes) + " bytes");
   if (request.nonce && appended)
      input.resize(input.size() + algorithm.nonce_bytes); // the place that job_of looks at
   const neb_pow_vector shape{request.epoch.wire(), {input.data(), input.size()}, {}};
   auto job = host::job_of(algorithm, shape);
   if (!job)
      return usage("an input of " + std::to_string(request.input.size()) + " bytes has no place for the nonce of " +
                   algorithm.name);
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
      return usage(std::string(algorithm.name) + " refuses this input or epoch (status " + std::to_string(status) +
                   "); inputs have at most " + std::to_string(algorithm.input_bytes_max) + " bytes");
   answer.digest.resize(algorithm.digest_bytes);
   return answer;
}

Result<HashAnswer> by_backend(const Registry &registry, const neb_pow_algorithm &algorithm,
                              const HashRequest &request) {
   auto contender = checked_contender(registry, request.algorithm, request.select);
   if (!contender)
      return contender.error();
   auto job = job_of(algorithm, request);
   if (!job)
      return job.error();
   const Contender::Hold hold(**contender);
   const std::string name((*contender)->name());
   std::string why;
   const auto session = DeviceSession::open(*contender, 1, why);
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

Result<std::shared_ptr<Contender>> checked_contender(const Registry &registry, std::string_view algorithm,
                                                     std::string_view select) {
   const auto found = registry.find(algorithm);
   if (!found)
      return found.error();
   const auto &entry = *found;
   auto selection = Selection::parse(select.empty() ? std::string_view(k_default_select) : select);
   if (!selection)
      return selection.error();
   const auto contenders = registry.contenders(algorithm);
   auto order = consider(*selection, contenders);
   if (select.empty() && (order.empty() || !order.front().rejected_by.empty()))
      order = consider(Selection::parse(k_default_fallback).value(), contenders);
   if (order.empty() || !order.front().rejected_by.empty())
      return unavailable("no backend of '" + std::string(algorithm) + "' fits \"" + selection->text() +
                         "\"; see nebula explain " + std::string(algorithm));
   // As in a running node: among equals the fastest one measured.
   std::shared_ptr<Contender> fastest;
   std::string findings;
   for (const Considered &one : order) {
      const bool equal = one.rejected_by.empty() && one.preference == order.front().preference &&
                         one.contender->provided().order == order.front().contender->provided().order;
      if (!equal)
         break;
      const GateReport report = run_gate(one.contender, *entry);
      one.contender->set_rate(report.rate);
      if (!report.finding.empty())
         findings += (findings.empty() ? "" : "; ") + std::string(one.contender->name()) +
                     " fails its self-test: " + report.finding;
      else if (!fastest || report.rate > fastest->rate())
         fastest = one.contender;
   }
   if (!fastest)
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
