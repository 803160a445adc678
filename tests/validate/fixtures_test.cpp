// Every check is proven by a plugin that breaks exactly this one, and every plugin without faults passes them all.
#include "host/validate/check.h"
#include "host/validate/validate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace nebula::host::validation {
namespace {

using Outcome = Verdict::Outcome;

struct Fixture {
   const char *name;
   const char *check;       // the one that fails
   const char *config = ""; // given with --config
   const char *with = "good-algorithm";
};

void PrintTo(const Fixture &fixture, std::ostream *out) {
   *out << fixture.name << (*fixture.check ? " fails " : "") << fixture.check;
}

constexpr Fixture k_fixtures[] = {
   {"no-library", "file.library"},
   {"no-manifest", "file.manifest"},
   {"manifest-members", "file.manifest-members"},
   {"license", "file.license"},
   {"abi", "file.abi"},
   {"config-schema", "file.config-schema"},
   {"config-described", "file.config-described"},
   {"config-defaults", "file.config-defaults"},
   {"no-entry", "file.entry"},
   {"exports", "file.exports"},
   {"lazy", "file.bind-now"},
   {"unique-symbols", "file.unique-symbols"},
   {"text-relocations", "file.text-relocations"},
   {"executable-stack", "file.stack"},
   {"run-path", "file.run-path"},
   {"missing-library", "load.opens"},
   {"load-thread", "load.threads"},
   {"load-signal", "load.process"},
   {"entry-null", "entry.this-host"},
   {"entry-any-major", "entry.other-hosts"},
   {"entry-unstable", "entry.stable"},
   {"entry-size", "entry.size"},
   {"entry-id", "entry.id"},
   {"entry-version", "entry.version"},
   {"entry-count", "entry.count"},
   {"entry-abi", "entry.abi"},
   {"good", "life.config", R"({"limit": 5})"},
   {"create-fails", "life.create"},
   {"table-without-stop", "life.table"},
   {"create-thread", "life.create-threads"},
   {"destroy-early", "life.destroy-early"},
   {"any-index", "life.bad-index"},
   {"null-error", "life.null-error"},
   {"error-room", "life.error-room"},
   {"init-fails", "life.init"},
   {"init-thread", "life.init-threads"},
   {"ignores-refusal", "life.refused-service"},
   {"provides", "life.provides"},
   {"undeclared-service", "life.declares"},
   {"any-extension", "life.extension"},
   {"commands", "life.commands"},
   {"start-fails", "life.start"},
   {"status-not-json", "life.status"},
   {"reconfigure-fails", "life.reconfigure"},
   {"drain-fails", "life.drain"},
   {"stop-fails", "life.stop"},
   {"stop-leaves-thread", "life.stop-threads"},
   {"start-signal", "life.process"},
   {"start-before-init", "life.order"},
   {"static-state", "life.two-instances"},
   {"algorithm-table", "algorithm.table"},
   {"algorithm-vector-length", "algorithm.vectors"},
   {"algorithm-wrong-answer", "algorithm.known-answers"},
   {"algorithm-counts", "algorithm.pure"},
   {"algorithm-reads-scratch", "algorithm.scratch"},
   {"algorithm-writes-input", "algorithm.input"},
   {"algorithm-overruns", "algorithm.digest"},
   {"algorithm-half-nonce", "algorithm.nonce"},
   {"algorithm-long-input", "algorithm.long-input"},
   {"algorithm-empty-input", "algorithm.empty-input"},
   {"algorithm-static-buffer", "algorithm.threads"},
   {"algorithm-ignores-epoch", "algorithm.epoch"},
   {"algorithm-prepare-fails", "algorithm.prepare"},
   {"backend-properties", "backend.properties"},
   {"backend-open-fails", "backend.session"},
   {"good-backend", "backend.nonce-order", "", "big-algorithm"},
   {"backend-wrong-digest", "backend.digests"},
   {"backend-misses", "backend.complete"},
   {"backend-unsorted", "backend.sorted"},
   {"backend-below-target", "backend.target-edge"},
   {"backend-rounds-count", "backend.any-count"},
   {"backend-nonce-wraps", "backend.last-nonce"},
   {"backend-inexact-when-full", "backend.capacity"},
   {"backend-no-depth", "backend.depth"},
   {"backend-idle-ok", "backend.idle"},
   {"backend-takes-anything", "backend.malformed"},
   {"backend-borrows", "backend.borrowed"},
   {"backend-last-first", "backend.order"},
   {"backend-partial-on-timeout", "backend.timeout"},
   {"backend-cancel-unsaid", "backend.cancel"},
   {"backend-first-epoch", "backend.epoch"},
   {"backend-static-input", "backend.sessions"},
   {"algorithm-aliases", "algorithm.aliases"},
   {"algorithm-end", "algorithm.end"},
   {"family-table", "family.table"},
   {"family-no-defaults", "family.defaults"},
   {"family-names", "family.names"},
   {"family-unstable", "family.stable"},
   {"family-order", "family.order"},
   {"family-unknown", "family.unknown"},
   {"family-twice", "family.twice"},
   {"family-wrong-answer", "family.known-answers"},
   {"family-backends", "family.backends"},
   {"backend-table", "backend.table"},
   {"backend-telemetry", "backend.telemetry"},
   {"backend-telemetry-room", "backend.telemetry-room"},
   {"create-needs-extension", "bare-host.create"},
   {"needs-extension", "bare-host.init"},
   {"unsaid-extension", "bare-host.reason"},
   {"start-needs-extension", "bare-host.run"},
   {"all-extensions-or-none", "bare-host.one-missing"},
   {"entry-new-minor", "truncated-host.entry"},
   {"reads-past-host", "truncated-host.record"},
   {"reads-past-clock", "truncated-host.extensions"},
   {"reads-aliases", "truncated-host.services"},
   {"backend-reads-past-job", "truncated-host.jobs"},
   {"entry-this-minor", "future-host.entry"},
   {"exact-record", "future-host.records"},
   {"levels-it-knows", "future-host.log-level"},
   {"refusals-it-knows", "future-host.refusal"},
   {"loan-unchecked", "future-host.failures"},
   {"backend-exact-job", "future-host.jobs"},
   {"config-unknown-option", "config.unknown-option"},
   {"config-types", "config.types"},
   {"config-edge", "config.edges"},
   {"config-empty", "config.empty"},
   {"config-undocumented", "config.documented"},
   {"change-unsaid", "config.change"},
   {"change-breaks", "config.all-or-nothing"},
   {"contract-thread", "contract.thread"},
   {"provide-in-start", "contract.state"},
   {"contract-record", "contract.record"},
   {"contract-kv-thread", "contract.kv-thread"},
   {"contract-kv-gone", "contract.kv-gone"},
   {"contract-kv-ended", "contract.kv-ended"},
   {"contract-loans", "contract.loans"},
   {"contract-references", "contract.references"},
   {"contract-guards", "contract.guards"},
   {"contract-timers", "contract.timers"},
   {"contract-health", "contract.health"},
   {"contract-metrics", "contract.metrics"},
   {"contract-log", "contract.log"},
   {"fuzz-life", "fuzz.life"},
   {"fuzz-config", "fuzz.config"},
   {"algorithm-fuzz", "fuzz.algorithm"},
   {"family-fuzz", "fuzz.family"},
   {"backend-fuzz", "fuzz.backend"},
};

std::string path_of(const std::string &name) {
   return std::string(FIXTURES) + "/libfixture-" + name + ".so";
}

Report report_on(const Fixture &fixture) {
   ValidateOptions options;
   options.file = path_of(fixture.name);
   options.with = {path_of(fixture.with)};
   options.config = fixture.config;
   auto report = validate(options);
   EXPECT_TRUE(report) << report.error().message;
   return report ? std::move(*report) : Report{};
}

std::set<std::string> failed_checks(const Report &report) {
   std::set<std::string> failed;
   for (const auto &check : report.checks)
      if (check.verdict.outcome == Outcome::failed)
         failed.emplace(check.id);
   return failed;
}

std::string file_name_of(const Fixture &fixture) {
   std::string name = fixture.check;
   for (char &c : name)
      if (c == '.' || c == '-')
         c = '_';
   return name;
}

class BrokenPlugin : public testing::TestWithParam<Fixture> {};

TEST_P(BrokenPlugin, FailsExactlyTheCheckItBreaks) {
   const Report report = report_on(GetParam());
   EXPECT_EQ(failed_checks(report), std::set<std::string>{GetParam().check}) << to_text(report);
}

INSTANTIATE_TEST_SUITE_P(Validate, BrokenPlugin, testing::ValuesIn(k_fixtures),
                         [](const auto &test) { return file_name_of(test.param); });

class GoodPlugin : public testing::TestWithParam<Fixture> {};

TEST_P(GoodPlugin, PassesEveryCheck) {
   const Report report = report_on(GetParam());
   EXPECT_TRUE(report.good()) << to_text(report);
   EXPECT_GT(report.count(Outcome::passed), 80u);
}

INSTANTIATE_TEST_SUITE_P(Validate, GoodPlugin,
                         testing::Values(Fixture{"good", ""}, Fixture{"good-algorithm", ""},
                                         Fixture{"good-backend", ""}, Fixture{"good-family", ""},
                                         Fixture{"good-user", ""}, Fixture{"good-config", ""},
                                         Fixture{"big-algorithm", "", "", "good-algorithm"},
                                         Fixture{"big-backend", "", "", "big-algorithm"}),
                         [](const auto &test) {
                            std::string name = test.param.name;
                            std::replace(name.begin(), name.end(), '-', '_');
                            return name;
                         });

TEST(Fixtures, ThereIsOneForEveryCheck) {
   std::set<std::string> proven;
   for (const auto &fixture : k_fixtures)
      proven.insert(fixture.check);
   std::set<std::string> checks;
   for (const auto &check : all_checks())
      checks.emplace(check.id);
   EXPECT_EQ(proven, checks);
}

TEST(Fixtures, WithoutTheConfigurationItNeedsAPluginIsExaminedAsFarAsPossible) {
   const Report report = report_on({"config-required", ""});
   EXPECT_TRUE(report.good()) << to_text(report);
   EXPECT_GT(report.count(Outcome::skipped), 10u);
   EXPECT_TRUE(report_on({"config-required", "", R"({"limit": 5})"}).good());
}

TEST(Fixtures, BackendsOfAMemberAreExaminedToo) {
   const Report good = report_on({"good-family", ""});
   for (const auto &check : good.checks)
      EXPECT_TRUE(check.verdict.passed() || !check.id.starts_with("backend."))
         << check.id << ": " << check.verdict.text;
   EXPECT_EQ(failed_checks(report_on({"member-misses", ""})), std::set<std::string>{"backend.complete"});
}

TEST(Fixtures, AMemberThatIsNamedIsExaminedBesideTheDefault) {
   ValidateOptions options;
   options.file = path_of("good-family");
   options.only = {"family"};
   options.members = {"a=3"}; // its known answers are those of the default member
   const auto report = validate(options);
   ASSERT_TRUE(report);
   EXPECT_EQ(failed_checks(*report), std::set<std::string>{"family.known-answers"}) << to_text(*report);
   options.members = {"a=0"};
   const auto refused = validate(options);
   ASSERT_TRUE(refused);
   EXPECT_EQ(failed_checks(*refused), std::set<std::string>{"family.defaults"}) << to_text(*refused);
}

} // namespace
} // namespace nebula::host::validation
