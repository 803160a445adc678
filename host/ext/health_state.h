#pragma once

/// The inside of Health, shared by health.cpp and health_documents.cpp.

#include "ext/health.h"

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

/// One component: what it said last, and whether it gave a sign of life in time.
struct HealthComponent {
   HealthLevel said = HealthLevel::ok;
   std::string text;
   int64_t since_wall_ns = 0;   // of the level shown now
   uint64_t beat_within_ns = 0; // 0: not watched
   uint64_t beat_deadline_ns = 0;
   bool stalled = false;

   [[nodiscard]] HealthLevel level() const { return stalled ? HealthLevel::failed : said; }
   [[nodiscard]] std::string shown_text() const;
};

struct HealthInstance {
   std::string plugin;
   bool required = true;
   bool running = false;
   std::map<std::string, HealthComponent, std::less<>> components;

   /// Worst of the components; not ready at best while it starts.
   [[nodiscard]] HealthLevel level() const;
   /// Of the worst component, with its name before it.
   [[nodiscard]] std::string text() const;
};

struct Health::State {
   Clock &clock;
   TimerQueue &timers;
   ProgressSink *const progress;

   mutable std::mutex mutex;
   std::map<std::string, HealthInstance, std::less<>> instances;
   std::string draining;
   std::function<void(const HealthChange &)> observer;
   TimerQueue::Id watch = 0;

   // Changes leave in order: whoever finds nobody telling tells all of them; others only queue.
   static constexpr std::size_t k_untold_max = 4'096;
   std::deque<HealthChange> untold;
   bool telling = false;

   State(Clock &c, TimerQueue &t, ProgressSink *p) : clock(c), timers(t), progress(p) {}

   void check_stalls();
   /// With the mutex held: notes a change of what `component` shows.
   void changed(const std::string &instance, const HealthInstance &of, const std::string &name,
                HealthComponent &component, HealthLevel before);
   /// Without the mutex: tells the observer what is queued.
   void tell();
   /// With the mutex held: finds or makes it; NULL with `why` set.
   [[nodiscard]] HealthComponent *component(HealthInstance &of, std::string_view name, neb_status &why);

   [[nodiscard]] bool alive() const;
   [[nodiscard]] bool ready() const;
};

} // namespace nebula::host
