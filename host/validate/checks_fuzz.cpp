// Group "fuzz": random but valid uses, and calls the contract says must be answered and do no harm.
#include "host/slots/c_error.h"
#include "host/validate/algorithm_probe.h"
#include "host/validate/backend_probe.h"
#include "host/validate/check.h"
#include "host/validate/child.h"
#include "host/validate/config_variants.h"
#include "host/validate/family_probe.h"
#include "host/validate/fuzz.h"
#include "host/validate/rigged.h"

#include <nebula/svc/status.h>

#include <algorithm>
#include <cstring>

namespace nebula::host::validation {
namespace {

constexpr unsigned k_calls = 12; // of one life

// One life of random calls, legal and not. The state follows from what the plugin answers.
class RandomLife {
public:
   RandomLife(Rig &rig, Random &random) : rig_(rig), random_(random) {}

   Verdict live() {
      if (const auto done = rig_.create(); !done)
         return Verdict::fail(done.error().message);
      for (unsigned i = 0; i < k_calls; ++i)
         one_call();
      if (running_)
         (void)rig_.stop();
      rig_.destroy();
      return Verdict::pass();
   }

private:
   void one_call() {
      const neb_plugin *table = rig_.table();
      neb_error err = make_error();
      // Half of the time what comes next in an orderly life, so that every state is reached.
      switch (random_.one_in(2) ? next_++ % 4 : random_.below(7)) {
      case 0:
         (void)rig_.init();
         break;
      case 1:
         if (rig_.start())
            running_ = true;
         break;
      case 2:
         (void)rig_.drain();
         break;
      case 3:
         if (rig_.stop() == NEB_OK)
            running_ = false;
         break;
      case 4:
         ChildPipe::step("calling reconfigure");
         (void)table->reconfigure(table, rig_.config(), &err);
         break;
      case 5:
         ChildPipe::step("calling get_extension");
         (void)table->get_extension(table, random_.one_in(2) ? "com.example.unknown/1" : NEB_SVC_STATUS);
         break;
      default:
         ask_status();
      }
   }

   void ask_status() {
      const auto *view =
         static_cast<const neb_status_view *>(rig_.table()->get_extension(rig_.table(), NEB_SVC_STATUS));
      ChildPipe::step("calling nebula.status/1 write");
      if (view && view->write)
         (void)view->write(
            view, [](void *, neb_bytes) {}, nullptr);
   }

   Rig &rig_;
   Random &random_;
   std::uint64_t next_ = 0;
   bool running_ = false;
};

// Calls `body` with a fresh instance of each plugin of the file.
template <class Body>
Verdict each_life(Subject &subject, Random &random, const std::string &config, Body body) {
   return with_rig(subject, {.config = config}, [&](Rig &rig) { return body(rig, random); });
}

Verdict survives_random_lives(Subject &subject) {
   return fuzz(subject.options(), [&](Random &random) {
      return each_life(subject, random, "", [](Rig &rig, Random &own) { return RandomLife(rig, own).live(); });
   });
}

Verdict survives_random_configurations(Subject &subject) {
   const auto manifests = subject.manifests();
   const auto variants = ConfigVariants::of(manifests->front(), subject.options().config);
   if (!variants)
      return Verdict::fail(variants.error().message);
   return fuzz(subject.options(), [&](Random &random) {
      const auto config = variants->random(random);
      return with_node(subject, {}, [&](TestNode &node) {
         auto rig = make_rig(subject, node, 0, {.config = config});
         if (!rig)
            return Verdict::fail(rig.error().message);
         const auto up = (*rig)->bring_up(false);
         (*rig)->destroy();
         return up || !(*rig)->reason().empty()
                   ? Verdict::pass()
                   : Verdict::fail("with " + config + " " + up.error().message + "; say which option is wrong");
      });
   });
}

// An epoch near one that is known to exist, or none at all.
neb_pow_epoch random_epoch(const AlgorithmProbe &probe, Random &random, Bytes &key) {
   neb_pow_epoch epoch = probe.epoch();
   if (random.one_in(8)) {
      key.resize(random.below(65));
      random.fill(key);
      epoch.key = {key.data(), key.size()};
   }
   if (random.one_in(8))
      epoch.height = random.one_in(2) ? random.next() : random.below(5'000'000);
   return epoch;
}

Verdict survives_random_inputs(Subject &subject) {
   return with_algorithm(subject, [&](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      return fuzz(subject.options(), [&](Random &random) {
         Bytes key;
         const neb_pow_epoch epoch = random_epoch(probe, random, key);
         Bytes input(random.below(std::uint64_t{algorithm.input_bytes_max} + 8));
         random.fill(input);
         ChildPipe::step("hashing " + std::to_string(input.size()) + " bytes with " + algorithm.name);
         const auto first = probe.hash(&epoch, input);
         const auto second = probe.hash(&epoch, input, 0xFF);
         if (first.overran || first.input_changed)
            return Verdict::fail("hash of " + std::to_string(input.size()) + " bytes wrote where it must not");
         if (first.status != second.status || (first.status == NEB_OK && first.digest != second.digest))
            return Verdict::fail("hash of " + std::to_string(input.size()) + " bytes has two answers");
         return first.status <= NEB_OK
                   ? Verdict::pass()
                   : Verdict::fail("hash returned " + std::to_string(first.status) + "; failures are negative");
      });
   });
}

constexpr std::uint64_t k_nonces_max = 128; // of a job that is scanned

// A job of the backend's algorithm with any of its fields changed.
JobCopy random_job(BackendProbe &probe, Random &random) {
   JobCopy job = probe.job(random.below(1'000), 1 + random.below(probe.fuzz_nonces(k_nonces_max)),
                           static_cast<unsigned>(random.below(4)));
   if (random.one_in(4))
      job.hit_capacity = static_cast<std::uint32_t>(random.below(NEB_POW_HITS_MAX + 2));
   if (random.one_in(8))
      job.nonce_bytes = static_cast<std::uint32_t>(random.below(10));
   if (random.one_in(8))
      job.nonce_offset = static_cast<std::uint32_t>(random.below(job.input.size() + 16));
   if (random.one_in(8))
      job.nonce_first = random.next();
   if (random.one_in(8))
      job.nonce_count = random.one_in(2) ? 0 : UINT64_MAX - random.below(4);
   if (random.one_in(8))
      random.fill(job.target);
   return job;
}

// What a job of the algorithm's own shape must come to.
Verdict judge_result(BackendProbe &probe, const JobCopy &job, const Waited &waited) {
   if (waited.status != NEB_OK || waited.result.status != NEB_OK)
      return Verdict::fail("a good job ended with " + std::to_string(waited.status) + " and " +
                           std::to_string(waited.result.status));
   if (waited.result.hit_count > job.hit_capacity || waited.result.hashes_done > job.nonce_count)
      return Verdict::fail("a result has more hits or hashes than its job had room for");
   const auto expected = probe.expected(job, waited.result.hashes_done);
   const bool same = std::equal(expected.begin(), expected.end(), waited.hits.begin(), waited.hits.end(),
                                [](const neb_pow_hit &a, const neb_pow_hit &b) {
                                   return a.nonce == b.nonce && !std::memcmp(a.digest, b.digest, 32);
                                });
   return same ? Verdict::pass() : Verdict::fail("the hits among the hashes done differ from the reference's");
}

bool ordinary(const BackendProbe &probe, const JobCopy &job) {
   return job.nonce_bytes == probe.algorithm().nonce_bytes && job.nonce_offset == probe.algorithm().nonce_offset &&
          job.nonce_count <= k_nonces_max;
}

Verdict try_job(BackendProbe &probe, Random &random) {
   auto session = SessionProbe::open(probe.backend(), 1);
   if (!session)
      return Verdict::fail(session.error().message);
   const JobCopy job = random_job(probe, random);
   neb_pow_epoch epoch{};
   const bool good = well_formed(job.wire(epoch));
   ChildPipe::step("submitting a job of " + std::to_string(job.nonce_count) + " nonces of " +
                   std::to_string(job.nonce_bytes) + " bytes");
   const neb_status status = session->submit(job);
   if (!good && status != NEB_E_INVALID)
      return Verdict::fail("a malformed job (nonce_bytes " + std::to_string(job.nonce_bytes) + ", nonce_offset " +
                           std::to_string(job.nonce_offset) + ", nonce_first " + std::to_string(job.nonce_first) +
                           ", nonce_count " + std::to_string(job.nonce_count) + ", hit_capacity " +
                           std::to_string(job.hit_capacity) + ") gives " + std::to_string(status) +
                           "; return NEB_E_INVALID");
   if (good && ordinary(probe, job)) {
      if (status != NEB_OK)
         return Verdict::fail("submit of a good job returned " + std::to_string(status));
      auto waited = session->wait(UINT64_MAX);
      while (waited.status == NEB_E_TIMEOUT)
         waited = session->wait(UINT64_MAX);
      return judge_result(probe, job, waited);
   }
   session->cancel_below(job.ticket + 1);
   if (status == NEB_OK)
      (void)session->wait(UINT64_MAX);
   return Verdict::pass();
}

Verdict survives_random_jobs(Subject &subject) {
   return with_backend(subject, [&](BackendProbe &probe) {
      return fuzz(subject.options(), [&](Random &random) { return try_job(probe, random); });
   });
}

// A text of parameters, made of pieces of a good one and of anything.
std::string random_parameters(const std::string &good, Random &random) {
   std::string text;
   for (std::uint64_t i = random.below(4); i > 0; --i) {
      const auto begin = random.below(good.size() + 1);
      text += good.substr(begin, random.below(good.size() + 1));
      if (random.one_in(2))
         text += ",=:-0 \n"[random.below(7)];
   }
   return text;
}

Verdict survives_random_parameters(Subject &subject) {
   return with_family(subject, [&](const neb_pow_family &family) {
      const auto defaults = ask_member(family, "");
      const std::string good = defaults.member ? parameters_in(defaults.member->algorithm->name) : "";
      return fuzz(subject.options(), [&](Random &random) {
         const auto text = random_parameters(good, random);
         const auto asked = ask_member(family, text);
         if (asked.status == NEB_OK ? asked.member == nullptr : asked.reason.empty())
            return Verdict::fail("member(\"" + text + "\") gives neither a member nor a reason");
         return Verdict::pass();
      });
   });
}

constexpr unsigned k_patience_s = 600; // its own limit is --fuzz-seconds; with 0 it has none but this

constexpr Check k_checks[] = {
   {"fuzz.life", "Random calls of the life cycle, legal or not, do no harm", "life.order life.two-instances",
    survives_random_lives, k_patience_s},
   {"fuzz.config", "Random configurations are taken, or refused with a text", "config.edges config.empty",
    survives_random_configurations, k_patience_s},
   {"fuzz.algorithm", "Random inputs and epochs are hashed or refused, always alike",
    "algorithm.scratch algorithm.digest algorithm.input algorithm.long-input algorithm.empty-input algorithm.epoch",
    survives_random_inputs, k_patience_s},
   {"fuzz.family", "Random parameters give a member or a reason", "family.order family.unknown family.twice",
    survives_random_parameters, k_patience_s},
   {"fuzz.backend", "Random jobs are done exactly or refused",
    "backend.digests backend.sorted backend.any-count backend.last-nonce backend.capacity backend.malformed "
    "backend.target-edge backend.cancel",
    survives_random_jobs, k_patience_s},
};

} // namespace

std::span<const Check> fuzz_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
