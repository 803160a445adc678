#include "host/validate/backend_probe.h"

#include "host/pow/eased_target.h"
#include "host/slots/c_error.h"
#include "host/validate/child.h"
#include "host/validate/family_probe.h"
#include "host/validate/rigged.h"

#include <algorithm>
#include <chrono>

namespace nebula::host::validation {
namespace {

constexpr std::uint64_t k_check_ns = 500'000'000; // of one check for all backends of an algorithm
constexpr std::uint64_t k_batch_ns = 30'000'000;  // what batch_hint stands for
constexpr std::uint64_t k_nonces_min = 8;         // four of them hits, with one hash in two

// What one hash of the reference takes, the fastest of three: on a busy machine others may come between. The first hash
// may prepare the epoch and does not count.
std::uint64_t measured_ns(Reference &reference, const JobCopy &job) {
   std::uint8_t digest[32];
   (void)reference.hash(job, 0, digest);
   auto best = std::chrono::nanoseconds::max();
   for (std::uint64_t nonce = 1; nonce <= 3; ++nonce) {
      const auto started = std::chrono::steady_clock::now();
      (void)reference.hash(job, nonce, digest);
      best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - started);
   }
   return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(best.count()));
}

std::string milliseconds(std::uint64_t ns) {
   const std::uint64_t tenths = (ns + 50'000) / 100'000;
   return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
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

std::size_t backends_of(const Providers &providers, std::string_view algorithm) {
   std::size_t count = 0;
   for (const auto &services : providers)
      for (const Provided *service : services)
         count += service->id == NEB_SVC_POW_BACKEND &&
                  static_cast<const neb_pow_backend *>(service->table)->algorithm == algorithm;
   return count;
}

// The backends among what `rig` provides, and those of members of its families.
std::vector<ExaminedBackend> backends_in(const Rig &rig, const std::vector<std::string> &members) {
   std::vector<ExaminedBackend> found;
   for (const Provided *service : rig.provided()) {
      if (service->id == NEB_SVC_POW_BACKEND)
         found.push_back({*service, rig.given(*service)});
      if (service->id == NEB_SVC_POW_FAMILY)
         for (auto &backend : member_backends(*service, members))
            found.push_back(std::move(backend));
   }
   return found;
}

// Calls `body` for each backend in the file, with what it and the helpers provide.
Verdict each_backend(Subject &subject, const std::function<Verdict(const ExaminedBackend &, const Providers &)> &body) {
   bool any = false;
   Notes notes;
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
         for (const ExaminedBackend &backend : backends_in(*rig, subject.options().members)) {
            any = true;
            ChildPipe::step("using the backend " + backend.service.name);
            if (auto one = body(backend, providers); !one.passed())
               return Verdict{one.outcome, backend.service.name + ": " + one.text};
            else
               notes.add(backend.service.name, one.text);
         }
      return Verdict::pass();
   });
   if (!verdict.passed())
      return verdict;
   return any ? notes.verdict() : Verdict::skip("it provides no backend");
}

} // namespace

BackendProbe::BackendProbe(const Provided &service, const neb_pow_algorithm &algorithm, std::uint64_t seed,
                           std::size_t siblings)
   : backend_(*static_cast<const neb_pow_backend *>(service.table)), reference_(algorithm), random_(seed),
     check_ns_(k_check_ns / std::max<std::size_t>(1, siblings)) {
   const std::uint64_t reference_ns = measured_ns(reference_, job(0, 1, 0));
   nonce_ns_ = reference_ns + (backend_.batch_hint ? k_batch_ns / backend_.batch_hint : reference_ns);
}

std::uint64_t BackendProbe::nonces(std::uint64_t wanted) {
   const std::uint64_t possible = std::max(k_nonces_min, check_ns_ / nonce_ns_);
   if (possible < wanted && reduced_.empty())
      reduced_ = "scanned " + std::to_string(possible) + " instead of " + std::to_string(wanted) +
                 " nonces, for each takes " + milliseconds(nonce_ns_) + " here and with the reference";
   return std::min(wanted, possible);
}

std::uint64_t BackendProbe::fuzz_nonces(std::uint64_t wanted) {
   constexpr std::uint64_t k_batches = 4;
   const std::uint64_t possible =
      backend_.batch_hint ? std::max(k_nonces_min, std::min(wanted, backend_.batch_hint) * k_batches) : wanted;
   if (possible < wanted && reduced_.empty())
      reduced_ = "made jobs of at most " + std::to_string(possible) + " instead of " + std::to_string(wanted) +
                 " nonces, for its batch_hint is " + std::to_string(backend_.batch_hint);
   return std::min(wanted, possible);
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

Verdict with_any_backend(Subject &subject, const std::function<Verdict(const ExaminedBackend &)> &body) {
   return each_backend(subject, [&](const ExaminedBackend &backend, const Providers &) { return body(backend); });
}

Verdict with_backend(Subject &subject, const std::function<Verdict(BackendProbe &)> &body) {
   return each_backend(subject, [&](const ExaminedBackend &backend, const Providers &providers) {
      const std::string name = static_cast<const neb_pow_backend *>(backend.service.table)->algorithm;
      const auto *algorithm = backend.algorithm ? backend.algorithm : algorithm_named(providers, name);
      if (!algorithm)
         return Verdict::skip("nobody here provides the algorithm " + name +
                              "; give the plugin that does with --with FILE");
      BackendProbe probe(backend.service, *algorithm, subject.options().seed,
                         backend.algorithm ? backend.siblings : backends_of(providers, name));
      auto verdict = body(probe);
      if (verdict.passed() && verdict.text.empty())
         verdict.text = probe.reduced();
      return verdict;
   });
}

} // namespace nebula::host::validation
