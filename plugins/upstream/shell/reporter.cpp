#include "reporter.h"

#include "common/json_line.h"
#include "common/share_target.h"

#include <nebula/svc/work-source.h>

#include <algorithm>
#include <limits>

namespace nebula::upstream {
namespace {

constexpr const char *k_outcomes[] = {"accepted", "block", "stale", "low", "duplicate", "invalid", "lost"};

std::int64_t gauge_value(std::uint64_t value) {
   constexpr std::uint64_t k_most = std::numeric_limits<std::int64_t>::max();
   return static_cast<std::int64_t>(std::min(value, k_most));
}

std::string quoted(std::string_view text) {
   std::string out;
   common::append_json_string(out, text);
   return out;
}

std::uint64_t seconds(std::uint64_t ns) {
   return ns / 1'000'000'000;
}

} // namespace

Reporter::Reporter(Host host, std::vector<std::string> urls, std::string algorithm)
   : log_(host), clock_(host), health_(host), events_(host), urls_(std::move(urls)), algorithm_(std::move(algorithm)),
     judged_(std::size(k_outcomes)), last_failure_(urls_.size()) {
   const Metrics metrics(host);
   serving_ = metrics.gauge("upstream_serving", "1 while a pool gives work");
   active_ = metrics.gauge("upstream_pool", "Number of the pool that work comes from, the preferred one is 0");
   connections_ = metrics.gauge("upstream_connections", "Connections that work comes from");
   difficulty_ = metrics.gauge("upstream_difficulty", "Hashes that a share of the pool takes");
   rtt_ = metrics.gauge("upstream_rtt_seconds", "Median time to an answer of the pool", {}, 1'000'000);
   job_age_ = metrics.gauge("upstream_job_age_seconds", "Time since the newest job");
   changes_ = metrics.counter("upstream_pool_changes_total", "Times that work came from another pool than before");
   reconnects_ = metrics.counter("upstream_reconnects_total", "Times that the same pool was connected to again");
   for (const char *outcome : k_outcomes)
      outcomes_.push_back(metrics.counter("upstream_shares_total", "Shares of the sinks by what became of them",
                                          concat("outcome=\"", outcome, '"')));
   health_.not_ready("pool", "connecting");
}

void Reporter::publish(const char *state, std::size_t pool, std::string_view reason) const {
   const std::string json = concat(R"({"state":")", state, R"(","pool":)", quoted(urls_[pool]), R"(,"number":)", pool,
                                   R"(,"algorithm":)", quoted(algorithm_), R"(,"reason":)", quoted(reason), "}");
   if (guarded(nullptr, [&] { events_.publish("upstream.pool", json); }) != NEB_OK)
      log_.warn("the event upstream.pool could not be published");
}

void Reporter::note(const Note &note) {
   const std::string &url = urls_[note.pool];
   switch (note.kind) {
   case Note::Kind::serving:
      last_failure_[note.pool].clear();
      log_.info("work comes from ", url);
      return publish("serving", note.pool, "");
   case Note::Kind::lost:
      log_.warn(url, " is lost: ", note.text);
      return publish("lost", note.pool, note.text);
   case Note::Kind::failed:
      if (std::exchange(last_failure_[note.pool], note.text) == note.text)
         return log_.debug(url, " cannot be used: ", note.text);
      log_.warn(url, " cannot be used: ", note.text);
      return publish("failed", note.pool, note.text);
   case Note::Kind::redirect:
      return log_.info(url, " asks to connect to ", note.text);
   case Note::Kind::refused_redirect:
      return log_.warn(url, " asks to connect to ", note.text, ", which is not its own: refused");
   case Note::Kind::message:
      return log_.info(url, " says: ", note.text);
   }
}

void Reporter::show_health(const ClientView &view) {
   std::string text;
   int level = NEB_HEALTH_OK;
   if (!view.serving) {
      level = NEB_HEALTH_NOT_READY;
      text = "no pool gives work";
      for (const PoolView &pool : view.pools)
         if (!pool.trouble.empty())
            text += concat("; ", pool.url, ": ", pool.trouble);
   } else if (view.active != 0) {
      level = NEB_HEALTH_DEGRADED;
      text = concat("work comes from ", urls_[view.active], ", not from the preferred pool");
   } else {
      text = concat("work comes from ", urls_[view.active]);
   }
   if (text == shown_)
      return;
   health_.report(level, "pool", text);
   shown_ = std::move(text);
}

void Reporter::view(const ClientView &view) {
   serving_.set(view.serving ? 1 : 0);
   active_.set(gauge_value(view.active));
   connections_.set(gauge_value(view.connections));
   rtt_.set(gauge_value(view.rtt_p50_ns / 1'000));
   job_age_.set(view.job_ns == 0 ? 0 : gauge_value(seconds(clock_.monotonic_ns() - view.job_ns)));
   if (view.work)
      difficulty_.set(gauge_value(common::difficulty_of(view.work->submit_target)));
   show_health(view);
   const std::lock_guard lock(mutex_);
   changes_.add(static_cast<std::int64_t>(view.changes - view_.changes));
   reconnects_.add(static_cast<std::int64_t>(view.reconnects - view_.reconnects));
   view_ = view;
}

void Reporter::broken(std::string_view why) {
   log_.error("the thread that talks to the pools ended: ", why);
   health_.failed("pool", concat("the thread that talks to the pools ended (", why, "); restart this instance"));
}

void Reporter::judged(std::int32_t outcome) {
   const auto index = static_cast<std::size_t>(outcome);
   if (index >= outcomes_.size())
      return;
   outcomes_[index].add();
   const std::lock_guard lock(mutex_);
   ++judged_[index];
}

std::string Reporter::status_json() const {
   const std::lock_guard lock(mutex_);
   const std::uint64_t accepted = judged_[NEB_WORK_ACCEPTED], lost = judged_[NEB_WORK_LOST];
   const std::uint64_t rejected =
      judged_[NEB_WORK_STALE] + judged_[NEB_WORK_LOW] + judged_[NEB_WORK_DUPLICATE] + judged_[NEB_WORK_INVALID];
   const std::uint64_t difficulty = view_.work ? common::difficulty_of(view_.work->submit_target) : 0;
   const std::uint64_t age = view_.job_ns == 0 ? 0 : seconds(clock_.monotonic_ns() - view_.job_ns);
   const std::string from = view_.serving ? urls_[view_.active] : "no pool";
   std::string pools;
   for (const PoolView &pool : view_.pools)
      pools += concat(pools.empty() ? "" : ",", R"({"url":)", quoted(pool.url), R"(,"active":)", pool.active,
                      R"(,"connected":)", pool.connected, R"(,"failures":)", pool.failures, R"(,"trouble":)",
                      quoted(pool.trouble), "}");
   std::string outcomes;
   for (std::size_t i = 0; i < judged_.size(); ++i)
      outcomes += concat(i == 0 ? "\"" : ",\"", k_outcomes[i], "\":", judged_[i]);
   return concat(
      R"({"summary":)",
      quoted(concat("work from ", from, ", ", accepted, " shares accepted, ", rejected, " rejected, ", lost, " lost")),
      R"(,"serving":)", view_.serving, R"(,"pool":)", quoted(view_.serving ? from : ""), R"(,"algorithm":)",
      quoted(algorithm_), R"(,"connections":)", view_.connections, R"(,"difficulty":)", difficulty, R"(,"height":)",
      view_.work ? view_.work->height : 0, R"(,"job_age_s":)", age, R"(,"rtt_ms":)", view_.rtt_p50_ns / 1'000'000,
      R"(,"pool_changes":)", view_.changes, R"(,"reconnects":)", view_.reconnects, R"(,"shares":{)", outcomes,
      R"(},"pools":[)", pools, "]}");
}

} // namespace nebula::upstream
