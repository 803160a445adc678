#pragma once

/// The miner's end of a work source: follows its templates, and notices when it leaves and comes back.

#include "algorithm_names.h"
#include "host_view.h"
#include "work.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nebula::miner {

class SourceLink {
public:
   /// `changed(clean)`: the current work is another one, or none. `clean`: what came before it is worthless. It may be
   /// called by any thread and returns soon.
   SourceLink(const HostView &host, std::string instance, std::function<void(bool clean)> changed);
   ~SourceLink();

   /// Finds the source. [main & in init]
   [[nodiscard]] neb_status find(neb_error *err);
   /// Algorithms that may be mined. The first one in the source's own order is chosen once, when the source is first
   /// seen, and kept.
   /// They are canonical names; `names` says what the source's own stand for, and outlives this object.
   void admit(std::vector<std::string> algorithms, const AlgorithmNames &names) {
      algorithms_ = std::move(algorithms);
      names_ = &names;
   }
   /// Watches what stands in the slot now, unless it is watched already. [main & running]; also at each change, and now
   /// and then while there is nothing: a source that was loaded again may not run yet when its slot is filled.
   void follow();
   /// The algorithms that the source offers now, in its order; empty when it is away. Thread-safe.
   [[nodiscard]] std::vector<std::string> offered() const;
   /// No template comes any more when it returns. [main]
   void unfollow();

   [[nodiscard]] neb_slot *slot() const noexcept { return slot_; }
   [[nodiscard]] const std::string &instance() const noexcept { return instance_; }
   /// May be null. Thread-safe.
   [[nodiscard]] std::shared_ptr<Work> current() const;
   /// The template is no longer kept, or no job follows from it: no work until another one comes. Thread-safe.
   void forget(const std::shared_ptr<Work> &work);

private:
   struct Watch; // one per occupant
   static void on_template(void *user, const neb_work_template *wire) noexcept;
   static void on_change(void *user, std::uint64_t generation) noexcept;
   void received(const Watch &watch, const neb_work_template &wire);
   void subscribe(const neb_work_source *source, std::uint64_t generation);
   void drop();
   void lose(std::string_view why);

   HostView host_;
   std::string instance_;
   std::function<void(bool)> changed_;
   std::vector<std::string> algorithms_;
   const AlgorithmNames *names_ = nullptr; // from admit on
   std::uint64_t start_;                   // of the extranonce space
   neb_slot *slot_ = nullptr;
   std::mutex follow_mutex_; // held over follow and unfollow; on_template never takes it
   bool following_ = false;  // guarded by follow_mutex_, as algorithms_
   bool ended_ = false;      // guarded by follow_mutex_
   // Kept until the end: an occupant that left without unwatch may not know that we are done with it.
   std::vector<std::unique_ptr<Watch>> watches_; // guarded by follow_mutex_
   std::atomic<std::uint64_t> generation_{0};    // of the occupant whose templates count; 0: none
   mutable std::mutex mutex_;
   std::shared_ptr<Work> current_;     // guarded by mutex_
   std::uint64_t last_generation_ = 0; // guarded by mutex_; of the newest template, also when it was forgotten
   std::uint64_t last_id_ = 0;         // guarded by mutex_
};

} // namespace nebula::miner
