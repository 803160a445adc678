#pragma once

#include "ext/bus.h"
#include "ext/event.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

/// A bounded queue of events and the task that empties it: at most one delivery runs at a time, so events arrive in
/// order.
struct neb_subscription : std::enable_shared_from_this<neb_subscription> {
public:
   neb_subscription(nebula::host::Clock &clock, std::shared_ptr<nebula::host::Lane> lane, std::string pattern,
                    uint32_t depth, int32_t policy, neb_event_fn on_event, void *user,
                    std::shared_ptr<std::atomic<uint64_t>> dropped_total);

   /// Queues an event. When the queue is full, the policy decides; a BLOCK subscriber is waited for until
   /// `deadline_ns`, unless nobody could make room meanwhile (its lane is not open, or the caller is its own callback).
   void offer(nebula::host::EventRef event, uint64_t deadline_ns);

   /// No callback runs or begins after it returned, except the one it is called from. Queued events are let go.
   void close();
   /// The same without waiting.
   void cut_off();

   [[nodiscard]] uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
   [[nodiscard]] const std::string &pattern() const noexcept { return pattern_; }
   [[nodiscard]] const nebula::host::Lane *lane() const noexcept { return lane_.get(); }

private:
   static void deliver(void *self);
   void deliver_some();
   [[nodiscard]] bool full(uint64_t size) const;
   [[nodiscard]] nebula::host::EventRef pop();
   void count_drop();

   nebula::host::Clock &clock_;
   const std::shared_ptr<nebula::host::Lane> lane_;
   const std::string pattern_;
   const uint32_t depth_;
   const int32_t policy_;
   const neb_event_fn on_event_;
   void *const user_;
   const std::shared_ptr<std::atomic<uint64_t>> dropped_total_;
   std::atomic<uint64_t> dropped_{0};

   std::mutex mutex_;
   std::condition_variable changed_; // room was made, a callback ended, or closed
   std::deque<nebula::host::EventRef> queue_;
   uint64_t queue_bytes_ = 0;
   bool scheduled_ = false; // a delivery task is posted or runs
   bool in_callback_ = false;
   std::thread::id deliverer_; // while in_callback_
   bool closed_ = false;
};
