#pragma once

/// What the outside sees: metrics, health, log lines, events and the status document.

#include "shell/daemon_link.h"
#include "shell/work_source.h"

#include <nebula/clock.hpp>
#include <nebula/events.hpp>
#include <nebula/health.hpp>
#include <nebula/metrics.hpp>

#include <map>

namespace nebula::monero {

/// All functions but status_json() are called on the link's thread or as told; every text is free of credentials.
class Reporter {
public:
   Reporter(Host host, std::string url);

   void on_view(const DaemonView &view);
   void on_answer(Question question, bool good, TimeMs took);
   void on_wake() { wakes_.add(); }
   void on_template(const StoredTemplate &stored);
   void on_fate(const FateChange &change);
   /// [thread-safe]
   void on_block(const SolvedBlock &block);
   /// [thread-safe]
   void on_judgement(const Judgement &judgement);
   /// The link's thread ended, as told or by a failure.
   void on_end();
   void on_broken(std::string_view why);
   /// Another daemon from now on.
   void set_url(std::string url);

   /// nebula.status/1. [thread-safe]
   [[nodiscard]] std::string status_json() const;

private:
   void show_health(const DaemonView &view);
   void publish(const FateChange &change) const;
   [[nodiscard]] std::string time_text(TimeMs monotonic) const;
   [[nodiscard]] std::string health_text(const DaemonView &view) const;

   Log log_;
   Clock clock_;
   Health health_;
   Events events_;

   Gauge height_, difficulty_, transactions_, unconfirmed_, unresolved_;
   Counter templates_, wakes_;
   std::array<Gauge, 7> states_;
   std::array<std::array<Counter, 2>, 5> answers_;
   std::array<Histogram, 5> durations_;
   std::map<BlockFate, Counter> blocks_;
   std::array<Counter, 7> outcomes_;

   std::string shown_; // the last health text; the link's thread only
   TimeMs shown_at_ = 0;

   mutable std::mutex mutex_; // guards what follows
   std::string url_;
   DaemonView view_;
   std::string since_text_; // of view_.since, as wall time
   std::optional<StoredTemplate> template_;
   std::array<std::uint64_t, 4> fates_{}; // in chain, orphaned, refused, lost
};

} // namespace nebula::monero
