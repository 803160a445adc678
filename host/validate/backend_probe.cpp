#include "host/validate/backend_probe.h"

#include "host/pow/eased_target.h"
#include "host/slots/c_error.h"
#include "host/validate/child.h"
#include "host/validate/rigged.h"

#include <algorithm>
#include <chrono>

namespace nebula::host::validation {
namespace {

constexpr std::uint64_t k_reference_ns = 300'000'000; // spent on one comparison
constexpr std::uint64_t k_count_min = 64;
constexpr std::uint64_t k_count_max = 1'024;

// How many nonces the reference can be asked for; the first hash may prepare the epoch and does not count.
std::uint64_t affordable(Reference &reference, const JobCopy &job) {
   std::uint8_t digest[32];
   (void)reference.hash(job, 0, digest);
   const auto started = std::chrono::steady_clock::now();
   (void)reference.hash(job, 1, digest);
   const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - started);
   const auto each = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(spent.count()));
   return std::clamp(k_reference_ns / each, k_count_min, k_count_max) / k_count_min * k_count_min;
}

using Providers = std::vector<std::vector<const Provided *>>;

const neb_pow_algorithm *algorithm_named(const Providers &providers, std::string_view name) {
   for (const auto &services : providers)
      for (const Provided *service : services) {
         const auto *algorithm = static_cast<const neb_pow_algorithm *>(service->table);
         if (service->id == NEB_SVC_POW_ALGORITHM && algorithm->name == name)
            return algorithm;
      }
   return nullptr;
}

// Calls `body` for each backend that the file provides, with what it and the helpers provide.
Verdict each_backend(Subject &subject, const std::function<Verdict(const Provided &, const Providers &)> &body) {
   bool any = false;
   auto verdict = with_node(subject, {}, [&](TestNode &node) {
      Providers providers;
      for (std::size_t i = 0; i < subject.options().with.size(); ++i)
         providers.push_back(node.directory().inner.services_of(helper_name(i)));
      const std::size_t count = subject.manifests()->size();
      std::vector<std::unique_ptr<Rig>> rigs;
      for (std::uint32_t index = 0; index < count; ++index) {
         auto rig = make_rig(subject, node, index, {});
         if (!rig)
            return Verdict::fail(rig.error().message);
         rigs.push_back(std::move(*rig));
         if (auto up = rigs.back()->bring_up(false); !up)
            return Verdict::fail(up.error().message);
         providers.push_back(rigs.back()->provided());
      }
      for (const auto &rig : rigs)
         for (const Provided *service : rig->provided()) {
            if (service->id != NEB_SVC_POW_BACKEND)
               continue;
            any = true;
            ChildPipe::step("using the backend " + service->name);
            if (auto one = body(*service, providers); !one.passed())
               return Verdict{one.outcome, service->name + ": " + one.text};
         }
      return Verdict::pass();
   });
   return verdict.passed() && !any ? Verdict::skip("it provides no backend") : verdict;
}

} // namespace

BackendProbe::BackendProbe(const Provided &service, const neb_pow_algorithm &algorithm, std::uint64_t seed)
   : backend_(*static_cast<const neb_pow_backend *>(service.table)), reference_(algorithm), random_(seed),
     count_(k_count_min) {
   count_ = affordable(reference_, job(0, 1, 0));
}

JobCopy BackendProbe::job(std::uint64_t first, std::uint64_t count, unsigned bits) {
   const auto &known = algorithm().vectors[0];
   JobCopy job;
   job.ticket = ++ticket_;
   job.epoch = PowEpoch::of(known.epoch);
   const bool appended = algorithm().nonce_offset == NEB_POW_NONCE_APPENDED;
   job.input.resize(known.input.len - (appended ? algorithm().nonce_bytes : 0));
   random_.fill(job.input);
   job.nonce_offset = algorithm().nonce_offset;
   job.nonce_bytes = algorithm().nonce_bytes;
   job.hit_capacity = NEB_POW_HITS_MAX;
   job.nonce_first = first;
   job.nonce_count = count;
   job.target = target_of_bits(bits).target;
   return job;
}

JobCopy BackendProbe::endless_job() {
   JobCopy endless = job(0, 1, 0);
   endless.nonce_count = nonce_max(endless.nonce_bytes);
   endless.target = Number256{};
   return endless;
}

std::vector<neb_pow_hit> BackendProbe::expected(const JobCopy &job, std::uint64_t count) {
   std::vector<neb_pow_hit> hits;
   (void)reference_.scan(job, job.nonce_first, count, job.target, hits);
   return hits;
}

Result<SessionProbe> SessionProbe::open(const neb_pow_backend &backend, std::uint32_t depth_max) {
   const neb_pow_session_config config{sizeof config, depth_max, 0};
   neb_pow_session *session = nullptr;
   neb_error err = make_error();
   const neb_status status = backend.open(&backend, &config, &session, &err);
   if (status != NEB_OK || !session)
      return Error{"open returned " + std::to_string(status) + " " + text_of(err), ErrorKind::unavailable};
   return SessionProbe(&backend, session);
}

SessionProbe::SessionProbe(SessionProbe &&other) noexcept
   : backend_(other.backend_), session_(std::exchange(other.session_, nullptr)) {}

SessionProbe::~SessionProbe() {
   if (session_)
      backend_->close(backend_, session_);
}

neb_status SessionProbe::submit(const JobCopy &job) {
   neb_pow_epoch epoch{};
   const neb_pow_job wire = job.wire(epoch);
   return backend_->submit(backend_, session_, &wire);
}

neb_status SessionProbe::submit_and_overwrite(JobCopy job) {
   const neb_status status = submit(job);
   std::fill(job.input.begin(), job.input.end(), std::uint8_t{0xEE});
   std::fill(job.epoch.key.begin(), job.epoch.key.end(), '\xEE');
   return status;
}

Waited SessionProbe::wait(std::uint64_t timeout_ns) {
   Waited waited;
   waited.hits.resize(NEB_POW_HITS_MAX);
   waited.result.size = sizeof waited.result;
   waited.result.hits = waited.hits.data();
   waited.result.hit_capacity = NEB_POW_HITS_MAX;
   waited.status = backend_->wait(backend_, session_, &waited.result, timeout_ns);
   waited.hits.resize(waited.status == NEB_OK ? std::min(waited.result.hit_count, NEB_POW_HITS_MAX) : 0);
   return waited;
}

Waited SessionProbe::run(const JobCopy &job) {
   if (const neb_status status = submit(job); status != NEB_OK) {
      Waited refused;
      refused.status = status;
      return refused;
   }
   for (;;) {
      auto waited = wait(UINT64_MAX);
      if (waited.status != NEB_E_TIMEOUT)
         return waited;
   }
}

Verdict with_backend_service(Subject &subject, const std::function<Verdict(const Provided &)> &body) {
   return each_backend(subject, [&](const Provided &service, const Providers &) { return body(service); });
}

Verdict with_backend(Subject &subject, const std::function<Verdict(BackendProbe &)> &body) {
   return each_backend(subject, [&](const Provided &service, const Providers &providers) {
      const std::string name = static_cast<const neb_pow_backend *>(service.table)->algorithm;
      const auto *algorithm = algorithm_named(providers, name);
      if (!algorithm)
         return Verdict::skip("nobody here provides the algorithm " + name +
                              "; give the plugin that does with --with FILE");
      BackendProbe probe(service, *algorithm, subject.options().seed);
      return body(probe);
   });
}

} // namespace nebula::host::validation
