// Group "backend": nebula.pow.backend/1, compared with the algorithm's own reference.
#include "host/validate/backend_probe.h"
#include "host/validate/check.h"
#include "host/validate/first_release.h"
#include "host/validate/rigged.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <thread>

namespace nebula::host::validation {
namespace {

constexpr unsigned k_half = 1; // bits of a target that one hash in two meets
constexpr unsigned k_quarter = 2;
constexpr std::uint64_t k_many = 1'024; // nonces, when the hash is fast
constexpr std::uint64_t k_few = 64;
constexpr std::uint64_t k_s = 1'000'000'000;

std::string nonce_text(std::uint64_t nonce) {
   return "nonce " + std::to_string(nonce);
}

// A job that must be done: an answer, NEB_OK inside it. Empty: it is.
std::string not_done(const Waited &waited) {
   if (waited.status != NEB_OK)
      return "a job ended with " + std::to_string(waited.status) + " from submit or wait instead of a result";
   if (waited.result.status != NEB_OK)
      return "a job's result has status " + std::to_string(waited.result.status) + " instead of NEB_OK";
   return {};
}

// In whatever order; backend.sorted looks at that.
bool same_nonces(std::vector<neb_pow_hit> a, std::vector<neb_pow_hit> b) {
   const auto less = [](const neb_pow_hit &x, const neb_pow_hit &y) { return x.nonce < y.nonce; };
   std::sort(a.begin(), a.end(), less);
   std::sort(b.begin(), b.end(), less);
   return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [](const neb_pow_hit &x, const neb_pow_hit &y) { return x.nonce == y.nonce; });
}

// The result must be exactly what the reference finds in all of the job.
Verdict exact(BackendProbe &probe, const JobCopy &job, const Waited &waited, const std::string &about) {
   if (auto problem = not_done(waited); !problem.empty())
      return Verdict::fail(about + ": " + problem);
   if (waited.result.hashes_done != job.nonce_count)
      return Verdict::fail(about + ": hashes_done is " + std::to_string(waited.result.hashes_done) + " of " +
                           std::to_string(job.nonce_count) + "; finish the job, there is room for its hits");
   if (!same_nonces(waited.hits, probe.expected(job, job.nonce_count)))
      return Verdict::fail(about + ": the hits differ from the reference's; scan every nonce from nonce_first on, "
                                   "nonce_count of them");
   return Verdict::pass();
}

// A job of as many nonces as there is time for; of few, more are hits.
JobCopy scanned_job(BackendProbe &probe) {
   const std::uint64_t count = probe.nonces(k_many);
   return probe.job(0, count, count < k_few ? k_half : k_quarter);
}

// Opens a session of depth 1 and runs one job on it.
template <class Judge>
Verdict one_job(Subject &subject, Judge judge) {
   return with_backend(subject, [&](BackendProbe &probe) {
      auto session = SessionProbe::open(probe.backend(), 1);
      return session ? judge(probe, *session) : Verdict::fail(session.error().message);
   });
}

Verdict names_its_algorithm(Subject &subject) {
   return with_any_backend(subject, [](const ExaminedBackend &examined) {
      const Provided &service = examined.service;
      const auto *backend = static_cast<const neb_pow_backend *>(service.table);
      if (!backend->name || !backend->algorithm || !backend->device)
         return Verdict::fail("name, algorithm and device of its table are texts, none of them NULL");
      const auto found = service.properties.find("algorithm");
      if (found == service.properties.end() || found->second != backend->algorithm)
         return Verdict::fail(std::string("its properties have no algorithm=") + backend->algorithm +
                              "; selection goes by them");
      return service.properties.contains("device")
                ? Verdict::pass()
                : Verdict::fail("its properties have no device=cpu or device=gpu; selection goes by them");
   });
}

Verdict opens(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      const auto epoch = probe.algorithm().vectors[0].epoch;
      const neb_status status = probe.backend().prepare(&probe.backend(), session.raw(), &epoch, &err);
      return status == NEB_OK || status == NEB_E_UNSUPPORTED
                ? Verdict::pass()
                : Verdict::fail("prepare returned " + std::to_string(status) + " " + err.text);
   });
}

// What the reference makes of a nonce that stands in the input the other way round.
std::array<std::uint8_t, NEB_POW_DIGEST_MAX> turned_digest(BackendProbe &probe, const JobCopy &job,
                                                           std::uint64_t nonce) {
   std::vector<std::uint8_t> input;
   job.compose(nonce, probe.algorithm().flags ^ NEB_POW_NONCE_BIG, input);
   std::array<std::uint8_t, NEB_POW_DIGEST_MAX> digest{};
   (void)probe.reference().hash(job.epoch.wire(), input, digest.data());
   return digest;
}

Verdict writes_the_nonce_in_order(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      // No byte is another's, so that the order shows.
      const std::uint64_t nonce = probe.algorithm().nonce_bytes == 4 ? 0x01020304 : 0x0102030405060708;
      const JobCopy job = probe.job(nonce, 1, 0); // it is a hit
      const auto waited = session.run(job);
      if (!not_done(waited).empty() || waited.hits.empty())
         return Verdict::pass(); // the checks of its results tell
      const auto turned = turned_digest(probe, job, nonce);
      if (std::memcmp(waited.hits[0].digest, turned.data(), 32) != 0)
         return Verdict::pass();
      const bool big = probe.algorithm().flags & NEB_POW_NONCE_BIG;
      return Verdict::fail(std::string("it writes the nonce into the input ") + (big ? "least" : "most") +
                           " significant byte first, and the algorithm says " + (big ? "most" : "least") +
                           "; NEB_POW_NONCE_BIG in the algorithm's flags decides");
   });
}

Verdict digests_are_right(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const JobCopy job = scanned_job(probe);
      const auto waited = session.run(job);
      if (auto problem = not_done(waited); !problem.empty())
         return Verdict::fail(problem);
      for (const auto &hit : waited.hits) {
         std::uint8_t digest[32];
         if (probe.reference().hash(job, hit.nonce, digest) != NEB_OK || std::memcmp(digest, hit.digest, 32) != 0)
            return Verdict::fail(nonce_text(hit.nonce) + " has another digest than the algorithm gives");
         if (!probe.reference().meets(digest, job.target))
            return Verdict::fail(nonce_text(hit.nonce) + " is reported as a hit and is above the target");
      }
      return Verdict::pass();
   });
}

Verdict finds_everything(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const JobCopy job = scanned_job(probe);
      const auto waited = session.run(job);
      if (auto problem = not_done(waited); !problem.empty())
         return Verdict::fail(problem);
      for (const auto &hit : probe.expected(job, waited.result.hashes_done))
         if (std::none_of(waited.hits.begin(), waited.hits.end(),
                          [&](const neb_pow_hit &found) { return found.nonce == hit.nonce; }))
            return Verdict::fail(nonce_text(hit.nonce) + " meets the target and was not reported");
      return Verdict::pass();
   });
}

Verdict hits_are_sorted(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const auto waited = session.run(scanned_job(probe));
      return std::is_sorted(waited.hits.begin(), waited.hits.end(),
                            [](const neb_pow_hit &a, const neb_pow_hit &b) { return a.nonce < b.nonce; })
                ? Verdict::pass()
                : Verdict::fail("the hits are not ascending by nonce; sort them before handing them over");
   });
}

Verdict equal_is_a_hit(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      JobCopy job = scanned_job(probe);
      const std::uint64_t winner = job.nonce_count / 3;
      std::uint8_t digest[32];
      (void)probe.reference().hash(job, winner, digest);
      job.target = digest_number(digest, probe.algorithm().digest_order);
      const auto waited = session.run(job);
      return std::any_of(waited.hits.begin(), waited.hits.end(),
                         [&](const neb_pow_hit &hit) { return hit.nonce == winner; })
                ? Verdict::pass()
                : Verdict::fail("a digest equal to the target is no hit; at or under the target is one");
   });
}

Verdict any_count_will_do(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const std::uint64_t largest = probe.nonces(k_few);
      for (const std::uint64_t count : {1, 2, 3, 5, 7, 13, 31, 33}) {
         if (count > largest)
            break;
         const JobCopy job = probe.job(1, count, 1);
         if (auto verdict = exact(probe, job, session.run(job), "a job of " + std::to_string(count) + " nonces");
             !verdict.passed())
            return verdict;
      }
      return Verdict::pass();
   });
}

Verdict reaches_the_last_nonce(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const std::uint64_t last = nonce_max(probe.algorithm().nonce_bytes);
      const std::uint64_t count = probe.nonces(k_few);
      const JobCopy job = probe.job(last - (count - 1), count, 1);
      return exact(probe, job, session.run(job), "a job that ends with the largest nonce");
   });
}

Verdict fits_the_capacity(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      JobCopy job = probe.job(0, probe.nonces(k_few), 0); // every nonce is a hit
      job.hit_capacity = 5;
      const auto waited = session.run(job);
      if (auto problem = not_done(waited); !problem.empty())
         return Verdict::fail(problem);
      if (waited.result.hit_count > job.hit_capacity)
         return Verdict::fail("it reported " + std::to_string(waited.result.hit_count) +
                              " hits for a job that has room "
                              "for 5");
      if (waited.result.hit_count != waited.result.hashes_done || waited.result.hashes_done >= job.nonce_count)
         return Verdict::fail("with more hits than room, hashes_done is " + std::to_string(waited.result.hashes_done) +
                              " and hit_count " + std::to_string(waited.result.hit_count) +
                              "; hits must be all among the first hashes_done nonces: end before the hit that finds no "
                              "room");
      return Verdict::pass();
   });
}

Verdict copies_what_it_needs(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const JobCopy job = probe.job(0, probe.nonces(k_few), 1);
      if (const neb_status status = session.submit_and_overwrite(job); status != NEB_OK)
         return Verdict::fail("submit returned " + std::to_string(status));
      const auto waited = session.wait(UINT64_MAX);
      if (not_done(waited).empty() && same_nonces(waited.hits, probe.expected(job, waited.result.hashes_done)))
         return Verdict::pass();
      return Verdict::fail("after the job's memory was used for something else, the hits differ from the reference's; "
                           "copy the input and the epoch in `submit`, they are borrowed until it returns");
   });
}

Verdict answers_in_order(Subject &subject) {
   return with_backend(subject, [](BackendProbe &probe) {
      auto session = SessionProbe::open(probe.backend(), 2);
      if (!session)
         return Verdict::fail(session.error().message);
      const std::uint64_t each = probe.nonces(2 * k_few) / 2;
      const std::array<JobCopy, 2> jobs{probe.job(0, each, 1), probe.job(each, each, 1)};
      for (const auto &job : jobs)
         (void)session->submit(job);
      for (const auto &job : jobs)
         if (const auto waited = session->wait(UINT64_MAX); waited.result.ticket != job.ticket)
            return Verdict::fail("the result of ticket " + std::to_string(waited.result.ticket) +
                                 " came when that of " + std::to_string(job.ticket) +
                                 " was due; answer the oldest job first");
      return Verdict::pass();
   });
}

Verdict refuses_beyond_its_depth(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      (void)session.submit(probe.job(0, 64, 1));
      const neb_status status = session.submit(probe.job(0, 64, 1));
      return status == NEB_E_BUSY ? Verdict::pass()
                                  : Verdict::fail("a job beyond depth_max gives " + std::to_string(status) +
                                                  "; return NEB_E_BUSY and take nothing");
   });
}

Verdict has_nothing_to_wait_for(Subject &subject) {
   return one_job(subject, [](BackendProbe &, SessionProbe &session) {
      const auto waited = session.wait(0);
      return waited.status == NEB_E_STATE ? Verdict::pass()
                                          : Verdict::fail("wait with nothing in flight gives " +
                                                          std::to_string(waited.status) + "; return NEB_E_STATE");
   });
}

Verdict refuses_malformed_jobs(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      JobCopy none = probe.job(0, 0, 1);
      JobCopy beyond = probe.job(0, 2, 1);
      beyond.nonce_first = nonce_max(beyond.nonce_bytes);
      JobCopy outside = probe.job(0, 1, 1);
      outside.nonce_offset = static_cast<std::uint32_t>(outside.input.size());
      const std::array<std::pair<const JobCopy *, const char *>, 3> jobs{{{&none, "nonce_count 0"},
                                                                          {&beyond, "a range past the largest nonce"},
                                                                          {&outside, "a nonce outside the input"}}};
      for (const auto &[job, what] : jobs)
         if (const neb_status status = session.submit(*job); status != NEB_E_INVALID)
            return Verdict::fail(std::string("a job with ") + what + " gives " + std::to_string(status) +
                                 "; return NEB_E_INVALID and queue nothing");
      return Verdict::pass();
   });
}

Verdict keeps_the_timeout(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const JobCopy job = probe.endless_job();
      (void)session.submit(job);
      const auto waited = session.wait(1'000'000);
      session.cancel_below(job.ticket + 1);
      return waited.status == NEB_E_TIMEOUT
                ? Verdict::pass()
                : Verdict::fail("wait gives " + std::to_string(waited.status) +
                                " after 1 ms of a job that takes hours; return NEB_E_TIMEOUT and keep the job");
   });
}

Verdict cancels(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      const JobCopy job = probe.endless_job();
      (void)session.submit(job);
      (void)session.wait(1'000'000);
      std::thread other([&] { session.cancel_below(job.ticket + 1); }); // from any thread
      const auto waited = session.wait(5 * k_s);
      other.join();
      if (waited.status == NEB_OK && waited.result.status == NEB_E_CANCELLED && waited.result.ticket == job.ticket)
         return Verdict::pass();
      return Verdict::fail("after cancel_below, wait gives " + std::to_string(waited.status) +
                           " and the result status " + std::to_string(waited.result.status) +
                           "; end the job soon, with status NEB_E_CANCELLED");
   });
}

Verdict follows_the_epoch(Subject &subject) {
   return one_job(subject, [](BackendProbe &probe, SessionProbe &session) {
      if (probe.algorithm().epoch_kind == 0)
         return Verdict::pass();
      const std::uint64_t each = probe.nonces(2 * k_few) / 2;
      const JobCopy before = probe.job(0, each, 1);
      JobCopy after = probe.job(0, each, 1);
      after.epoch.height += 1'000'000; // far enough for any schedule by height
      if (!after.epoch.key.empty())
         after.epoch.key[0] = static_cast<char>(after.epoch.key[0] ^ 1);
      if (auto verdict = exact(probe, before, session.run(before), "the first epoch"); !verdict.passed())
         return verdict;
      return exact(probe, after, session.run(after), "a job of another epoch, not prepared");
   });
}

Verdict sessions_are_apart(Subject &subject) {
   return with_backend(subject, [](BackendProbe &probe) {
      if (probe.backend().lanes == 1)
         return Verdict::pass(); // one device, one session
      constexpr unsigned k_sessions = 2;
      constexpr unsigned k_rounds_max = 16;
      const std::uint64_t all = probe.nonces(k_sessions * k_rounds_max * k_few);
      const std::uint64_t each = std::max<std::uint64_t>(2, all / (k_sessions * k_rounds_max)); // a hit
      std::vector<JobCopy> jobs;
      std::vector<std::vector<neb_pow_hit>> expected;
      for (std::uint64_t first = 0; first < all; first += each) {
         jobs.push_back(probe.job(first, each, 1));
         expected.push_back(probe.expected(jobs.back(), each));
      }
      std::atomic<bool> wrong{false};
      std::array<std::thread, k_sessions> threads;
      for (unsigned t = 0; t < k_sessions; ++t)
         threads[t] = std::thread([&, t] {
            auto session = SessionProbe::open(probe.backend(), 1);
            for (std::size_t i = t; session && i < jobs.size(); i += k_sessions)
               if (!same_nonces(session->run(jobs[i]).hits, expected[i]))
                  wrong = true;
            if (!session)
               wrong = true;
         });
      for (auto &thread : threads)
         thread.join();
      return wrong ? Verdict::fail("two sessions on two threads disturb each other; keep everything in the session")
                   : Verdict::pass();
   });
}

Verdict table_is_whole(Subject &subject) {
   return with_any_backend(subject, [](const ExaminedBackend &examined) {
      const auto *given = static_cast<const neb_pow_backend *>(examined.given);
      if (!given)
         return Verdict::pass();
      if (given->size < k_first_backend)
         return Verdict::fail("its table has " + std::to_string(given->size) + " bytes and the first release's had " +
                              std::to_string(k_first_backend) + "; write sizeof(neb_pow_backend) into `size`");
      return given->open && given->submit && given->wait && given->cancel_below && given->close
                ? Verdict::pass()
                : Verdict::fail("open, submit, wait, cancel_below and close are not optional");
   });
}

// A place for telemetry that ends after the first sensor's value, and what lies behind it.
struct SmallTelemetry {
   static constexpr std::uint32_t k_size = offsetof(neb_pow_telemetry, clock_mhz);
   static constexpr unsigned char k_canary = 0xA5;
   alignas(neb_pow_telemetry) std::array<unsigned char, sizeof(neb_pow_telemetry)> bytes{};

   SmallTelemetry() {
      bytes.fill(k_canary);
      std::memcpy(bytes.data(), &k_size, sizeof k_size);
   }
   [[nodiscard]] bool intact() const {
      return std::all_of(bytes.begin() + k_size, bytes.end(), [](unsigned char byte) { return byte == k_canary; });
   }
};

Verdict telemetry_has_room(Subject &subject) {
   return with_any_backend(subject, [](const ExaminedBackend &examined) {
      const auto *backend = static_cast<const neb_pow_backend *>(examined.service.table);
      SmallTelemetry small;
      (void)backend->telemetry(backend, reinterpret_cast<neb_pow_telemetry *>(small.bytes.data()));
      return small.intact() ? Verdict::pass()
                            : Verdict::fail("telemetry wrote past a record of 12 bytes; never write beyond out->size");
   });
}

// What no device can have measured, or NULL.
const char *impossible(const neb_pow_telemetry &read) {
   constexpr std::uint32_t k_known =
      NEB_POW_HAS_TEMPERATURE | NEB_POW_HAS_CLOCK | NEB_POW_HAS_POWER | NEB_POW_HAS_FAN | NEB_POW_HAS_MEMORY;
   constexpr std::int32_t k_absolute_zero_mc = -273'150;
   if (read.present & ~k_known)
      return "`present` has bits that name no member; use NEB_POW_HAS_...";
   if (read.present & NEB_POW_HAS_TEMPERATURE && read.temperature_mc < k_absolute_zero_mc)
      return "the temperature is below absolute zero; it is in thousandths of a degree Celsius";
   if (read.present & NEB_POW_HAS_FAN && read.fan_permille > 1'000)
      return "the fans turn faster than they can; fan_permille is 0 to 1,000";
   if (read.present & NEB_POW_HAS_MEMORY && read.memory_used > read.memory_bytes)
      return "more memory is used than the device has; both are bytes";
   return nullptr;
}

Verdict telemetry_is_possible(Subject &subject) {
   return with_any_backend(subject, [](const ExaminedBackend &examined) {
      const auto *backend = static_cast<const neb_pow_backend *>(examined.service.table);
      neb_pow_telemetry read{};
      read.size = sizeof read;
      const neb_status status = backend->telemetry(backend, &read);
      const char *wrong = status == NEB_OK ? impossible(read) : nullptr;
      return wrong ? Verdict::fail(wrong) : Verdict::pass();
   });
}

constexpr unsigned k_patience_s = 120; // an epoch may take seconds, a slow machine ten times as long

constexpr Check k_checks[] = {
   {"backend.properties", "Its properties say what it computes, and on what", "life.init", names_its_algorithm},
   {"backend.table", "Its table has what is not optional", "backend.properties", table_is_whole},
   {"backend.telemetry", "Telemetry has only values that a device can give", "backend.table", telemetry_is_possible},
   {"backend.telemetry-room", "Telemetry stays within the room it is given", "backend.table", telemetry_has_room},
   {"backend.session", "A session can be opened and prepared", "backend.table", opens, k_patience_s},
   {"backend.nonce-order", "It writes the nonce in the algorithm's order of bytes", "backend.session",
    writes_the_nonce_in_order, k_patience_s},
   {"backend.digests", "Every hit it reports is one", "backend.nonce-order", digests_are_right, k_patience_s},
   {"backend.complete", "It reports every hit", "backend.nonce-order", finds_everything, k_patience_s},
   {"backend.sorted", "Hits are ascending by nonce", "backend.session", hits_are_sorted, k_patience_s},
   {"backend.target-edge", "A digest equal to the target is a hit", "backend.complete", equal_is_a_hit, k_patience_s},
   {"backend.any-count", "It takes jobs of any number of nonces", "backend.complete", any_count_will_do, k_patience_s},
   {"backend.last-nonce", "It reaches the largest nonce", "backend.complete", reaches_the_last_nonce, k_patience_s},
   {"backend.capacity", "With more hits than room, the result is still exact", "backend.complete", fits_the_capacity,
    k_patience_s},
   {"backend.depth", "It refuses jobs beyond its depth", "backend.session", refuses_beyond_its_depth, k_patience_s},
   {"backend.idle", "Waiting for nothing says so", "backend.session", has_nothing_to_wait_for, k_patience_s},
   {"backend.malformed", "It refuses malformed jobs", "backend.session", refuses_malformed_jobs, k_patience_s},
   {"backend.borrowed", "It keeps no pointer into a job", "backend.complete", copies_what_it_needs, k_patience_s},
   {"backend.order", "Results come in the order of the jobs", "backend.complete", answers_in_order, k_patience_s},
   {"backend.timeout", "wait keeps its time", "backend.session", keeps_the_timeout, 30},
   {"backend.cancel", "Jobs can be cancelled", "backend.timeout", cancels, 30},
   {"backend.epoch", "It follows a change of epoch", "backend.complete", follows_the_epoch, k_patience_s},
   {"backend.sessions", "Sessions do not disturb each other", "backend.complete", sessions_are_apart, k_patience_s},
};

} // namespace

std::span<const Check> backend_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
