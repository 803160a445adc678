// Groups "bare-host", "truncated-host" and "future-host": hosts with less, and hosts of other releases.
#include "host/validate/backend_probe.h"
#include "host/validate/check.h"
#include "host/validate/child.h"
#include "host/validate/first_release.h"
#include "host/validate/other_hosts.h"
#include "host/validate/page_end.h"
#include "host/validate/rigged.h"

#include <algorithm>

namespace nebula::host::validation {
namespace {

constexpr std::uint32_t k_future_minor = 1'000;

enum class Extent { create, init, whole };

// How far an instance came, and what was said when it went no further.
struct Came {
   bool created = false;
   bool as_far_as_asked = false;
   std::string error;
   bool explained = false;
};

// Lives as far as the plugin goes along; it may refuse.
Came live(Rig &rig, Extent extent) {
   Came came;
   const auto give_up = [&](const Result<void> &failed) {
      came.error = failed.error().message;
      came.explained = !rig.reason().empty();
      rig.destroy();
      return came;
   };
   if (auto done = rig.create(); !done)
      return give_up(done);
   came.created = true;
   if (extent != Extent::create)
      if (auto done = rig.init(); !done)
         return give_up(done);
   if (extent == Extent::whole) {
      if (auto done = rig.start(); !done)
         return give_up(done);
      (void)rig.drain();
      (void)rig.stop();
   }
   rig.destroy();
   came.as_far_as_asked = true;
   return came;
}

Verdict explained(const Came &came, std::string_view what_lacks) {
   return came.as_far_as_asked || came.explained
             ? Verdict::pass()
             : Verdict::fail(came.error + "; say in `err` that this host has no " + std::string(what_lacks));
}

HostView &bare_host() {
   return for_ever<SparseHost>([](std::string_view) { return false; });
}

Verdict creates_on_a_bare_host(Subject &subject) {
   return with_rig(subject, {.view = &bare_host()}, [](Rig &rig) {
      const auto came = live(rig, Extent::create);
      return came.created ? Verdict::pass()
                          : Verdict::fail(came.error + "; create only allocates: look for extensions in `init`");
   });
}

// It may refuse to live here, but not crash.
Verdict survives_a_bare_host(Subject &subject) {
   return with_rig(subject, {.view = &bare_host()}, [](Rig &rig) {
      (void)live(rig, Extent::init);
      return Verdict::pass();
   });
}

Verdict says_what_is_missing(Subject &subject) {
   return with_rig(subject, {.view = &bare_host()},
                   [](Rig &rig) { return explained(live(rig, Extent::init), "extension it needs"); });
}

Verdict runs_on_a_bare_host(Subject &subject) {
   return with_rig(subject, {.view = &bare_host()},
                   [](Rig &rig) { return explained(live(rig, Extent::whole), "extension it needs"); });
}

Verdict misses_any_one(Subject &subject) {
   for (const auto &table : k_first_tables) {
      const std::string_view missing = table.id;
      if (!missing.starts_with("nebula.") || missing.find(".pow.") != std::string_view::npos)
         continue;
      auto &view = for_ever<SparseHost>([name = missing](std::string_view id) { return id != name; });
      auto verdict = with_rig(subject, {.view = &view}, [&](Rig &rig) {
         ChildPipe::prefix("a host without " + std::string(missing) + ", ");
         return explained(live(rig, Extent::whole), missing);
      });
      ChildPipe::prefix("");
      if (!verdict.passed())
         return verdict;
   }
   return Verdict::pass();
}

Verdict entry_for(Subject &subject, std::uint32_t minor, const std::string &otherwise) {
   const auto function = subject.entry_symbol();
   if (!function)
      return Verdict::fail(function.error().message);
   ChildPipe::step("calling nebula_plugin_entry for another minor");
   return function->call(NEB_ABI_MAJOR, minor)
             ? Verdict::pass()
             : Verdict::fail("nebula_plugin_entry(" + std::to_string(NEB_ABI_MAJOR) + ", " + std::to_string(minor) +
                             ") returned NULL" + otherwise);
}

Verdict knows_its_oldest_host(Subject &subject) {
   const auto entry = subject.entry();
   if (!entry)
      return Verdict::fail(entry.error().message);
   return entry_for(subject, (*entry)->abi_minor,
                    ", and that is the lowest minor it says it can work with; return the entry, or raise abi_minor");
}

Verdict knows_later_hosts(Subject &subject) {
   return entry_for(subject, k_future_minor, "; a later minor only adds: return the same entry");
}

// The whole life on a host of another release, which must be as good as on today's.
Verdict lives_alike(Subject &subject, const RiggedOptions &options, const std::string &host) {
   return with_rig(subject, options, [&](Rig &rig) {
      const auto came = live(rig, Extent::whole);
      return came.as_far_as_asked ? Verdict::pass()
                                  : Verdict::fail("on " + host + " " + came.error + "; it must behave as on this one");
   });
}

Verdict lives_with_the_first_record(Subject &subject) {
   return lives_alike(subject, {.view = &first_release_host(Part::record)}, "a host of the first release");
}

Verdict lives_with_the_first_extensions(Subject &subject) {
   return lives_alike(subject, {.view = &first_release_host(Part::extensions)}, "a host of the first release");
}

Verdict lives_with_the_first_services(Subject &subject) {
   return lives_alike(subject, {.view = &first_release_host(Part::services)}, "a host of the first release");
}

Verdict lives_on_a_future_host(Subject &subject) {
   return lives_alike(subject, {.view = &future_host()}, "a host of a later minor, with longer records,");
}

Verdict lives_with_unknown_level(Subject &subject) {
   return lives_alike(subject, {.view = &unknown_level_host()}, "a host with an unknown log level");
}

Verdict takes_unknown_failures(Subject &subject) {
   return with_rig(subject, {.view = &failing_host()}, [](Rig &rig) {
      const auto came = live(rig, Extent::whole);
      return came.as_far_as_asked || came.explained
                ? Verdict::pass()
                : Verdict::fail("when functions of the host fail with a status it does not know, " + came.error +
                                "; say which of them failed");
   });
}

Verdict takes_unknown_refusals(Subject &subject) {
   return with_rig(subject, {.provide_answer = k_unknown_status}, [](Rig &rig) {
      if (rig.manifest().provides.empty())
         return Verdict::pass();
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      return rig.init() ? Verdict::fail("`provide` returned " + std::to_string(k_unknown_status) +
                                        " and init succeeded; every status but NEB_OK is a failure")
                        : Verdict::pass();
   });
}

// The records a backend is given, made by `make` from today's.
using MakeRecord = void *(*)(const void *today, std::uint32_t first_size, std::uint32_t size, const char *name);

Verdict scans_with_records(Subject &subject, MakeRecord make) {
   return with_backend(subject, [&](BackendProbe &probe) {
      const auto &backend = probe.backend();
      const neb_pow_session_config today{sizeof today, 1, 0};
      const auto *config = static_cast<const neb_pow_session_config *>(
         make(&today, k_first_session_config, sizeof today, "its session's config"));
      neb_pow_session *session = nullptr;
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      ChildPipe::step("calling open");
      if (const auto status = backend.open(&backend, config, &session, &err); status != NEB_OK || !session)
         return Verdict::fail("open returned " + std::to_string(status) + " " + err.text +
                              "; take a record of any size");
      const std::uint64_t count = probe.nonces(64);
      const JobCopy copy = probe.job(0, count, 1);
      neb_pow_epoch epoch{};
      const neb_pow_job wire = copy.wire(epoch);
      ChildPipe::step("calling submit");
      const auto *job = static_cast<const neb_pow_job *>(make(&wire, k_first_job, sizeof wire, "a job"));
      if (const auto status = backend.submit(&backend, session, job); status != NEB_OK)
         return Verdict::fail("submit returned " + std::to_string(status) + "; take a job of any size");
      std::vector<neb_pow_hit> hits(NEB_POW_HITS_MAX);
      neb_pow_result empty{};
      empty.size = sizeof empty;
      empty.hits = hits.data();
      empty.hit_capacity = NEB_POW_HITS_MAX;
      auto *result = static_cast<neb_pow_result *>(make(&empty, k_first_result, sizeof empty, "a result"));
      ChildPipe::step("calling wait");
      neb_status status = NEB_E_TIMEOUT;
      while (status == NEB_E_TIMEOUT)
         status = backend.wait(&backend, session, result, UINT64_MAX);
      backend.close(&backend, session);
      return status == NEB_OK && result->status == NEB_OK && result->hit_count == probe.expected(copy, count).size()
                ? Verdict::pass()
                : Verdict::fail("a job in records of another size ended with " + std::to_string(status) + " and " +
                                std::to_string(result->hit_count) + " hits; it must be done as always");
   });
}

Verdict reads_first_records(Subject &subject) {
   return scans_with_records(subject, [](const void *today, std::uint32_t first, std::uint32_t, const char *name) {
      void *record = at_page_end(today, first, name);
      std::copy_n(reinterpret_cast<const std::byte *>(&first), sizeof first, static_cast<std::byte *>(record));
      return record;
   });
}

Verdict reads_future_records(Subject &subject) {
   return scans_with_records(subject, [](const void *today, std::uint32_t, std::uint32_t size, const char *) {
      return enlarged(today, size);
   });
}

constexpr unsigned k_long_s = 60; // several whole lives, or several epochs

constexpr Check k_bare[] = {
   {"bare-host.create", "create makes an instance on a host without any extension", "life.init life.destroy-early",
    creates_on_a_bare_host},
   {"bare-host.init", "init on a host without any extension does not crash", "bare-host.create", survives_a_bare_host},
   {"bare-host.reason", "init that cannot do without an extension says so", "bare-host.init", says_what_is_missing},
   {"bare-host.run", "What gets along without extensions starts and stops so", "bare-host.reason life.stop",
    runs_on_a_bare_host, k_long_s},
   {"bare-host.one-missing", "Any one extension may be missing", "bare-host.run", misses_any_one, k_long_s},
};

constexpr Check k_truncated[] = {
   {"truncated-host.entry", "It has an entry for the oldest host it says it can work with", "entry.size",
    knows_its_oldest_host},
   {"truncated-host.record", "It uses no more of the host's record than the first release had", "life.stop",
    lives_with_the_first_record, k_long_s},
   {"truncated-host.extensions", "It uses no more of an extension than the first release had", "life.stop",
    lives_with_the_first_extensions, k_long_s},
   {"truncated-host.services", "It uses no more of a service it finds than the first release had", "life.stop",
    lives_with_the_first_services, k_long_s},
   {"truncated-host.jobs", "A backend reads and writes only within the size of a job's records", "backend.complete",
    reads_first_records, k_long_s},
};

constexpr Check k_future[] = {
   {"future-host.entry", "It has an entry for hosts of a later minor", "entry.this-host", knows_later_hosts},
   {"future-host.records", "Longer records of a later host change nothing", "life.stop", lives_on_a_future_host,
    k_long_s},
   {"future-host.log-level", "A log level it does not know changes nothing", "life.stop", lives_with_unknown_level,
    k_long_s},
   {"future-host.refusal", "A refusal it does not know is a refusal", "life.refused-service", takes_unknown_refusals},
   {"future-host.failures", "Failures of the host that it does not know are borne or explained", "life.stop",
    takes_unknown_failures, k_long_s},
   {"future-host.jobs", "A backend takes longer records of a job", "backend.complete", reads_future_records, k_long_s},
};

} // namespace

std::span<const Check> bare_host_checks() {
   return k_bare;
}

std::span<const Check> truncated_host_checks() {
   return k_truncated;
}

std::span<const Check> future_host_checks() {
   return k_future;
}

} // namespace nebula::host::validation
