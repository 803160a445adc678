#pragma once

/// What people and programs are told of the upstream pools: log, health, metrics, events, status.

#include "link.h"

#include <nebula/clock.hpp>
#include <nebula/events.hpp>
#include <nebula/health.hpp>
#include <nebula/log.hpp>
#include <nebula/metrics.hpp>

namespace nebula::upstream {

class Reporter {
public:
   Reporter(Host host, std::vector<std::string> urls, std::string algorithm);

   // On the link's thread.
   void note(const Note &note);
   void view(const ClientView &view);
   void broken(std::string_view why);
   /// Thread-safe.
   void judged(std::int32_t outcome);
   [[nodiscard]] std::string status_json() const;

private:
   void publish(const char *state, std::size_t pool, std::string_view reason) const;
   void show_health(const ClientView &view);

   Log log_;
   Clock clock_;
   Health health_;
   Events events_;
   std::vector<std::string> urls_;
   std::string algorithm_;
   Gauge serving_, active_, connections_, difficulty_, rtt_, job_age_;
   Counter changes_, reconnects_;
   std::vector<Counter> outcomes_;
   mutable std::mutex mutex_;
   ClientView view_;                       // with mutex_
   std::vector<std::uint64_t> judged_;     // with mutex_; by outcome
   std::vector<std::string> last_failure_; // per pool: said once, not at every attempt
   std::string shown_;
};

} // namespace nebula::upstream
