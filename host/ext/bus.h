#pragma once

/// Facts published in process (nebula.events/1): topics, bounded queues, ordered delivery on the executor.

#include "ext/executor.h"
#include "nebula/ext/events.h"
#include "util/clock.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nebula::host {

/// "chain.block": lower-case words of letters, digits, '_' and '-', joined by dots; at most 128 bytes.
[[nodiscard]] bool is_topic(std::string_view topic);
/// A topic, "chain.*" (every topic that begins with "chain.") or "*".
[[nodiscard]] bool is_topic_pattern(std::string_view pattern);
[[nodiscard]] bool topic_matches(std::string_view pattern, std::string_view topic);

/// The semantics are those of nebula/ext/events.h. Thread-safe. Every instance is closed before it is destroyed.
class Bus {
public:
   static constexpr uint64_t k_payload_max = 1u << 20;
   static constexpr uint32_t k_depth_max = 65'536;
   static constexpr uint32_t k_topics_max = 4'096;          // distinct topics ever published
   static constexpr uint32_t k_subscriptions_max = 1'024;   // of one instance
   static constexpr uint64_t k_queue_bytes_max = 64u << 20; // payloads waiting for one subscription: counts as full
   static constexpr uint64_t k_live_bytes_max = 512u << 20; // loaned, queued and retained events of the whole node
   static constexpr uint64_t k_block_ns = 100'000'000;      // how long one publish waits for all full subscribers

   explicit Bus(Clock &clock);
   ~Bus();
   Bus(const Bus &) = delete;
   Bus &operator=(const Bus &) = delete;

   [[nodiscard]] neb_status loan(std::string_view publisher, std::string_view topic, uint64_t size, neb_event **out,
                                 uint8_t **buffer);
   /// Takes the event, also on failure.
   [[nodiscard]] neb_status publish(neb_event *event);
   void discard(neb_event *event);
   /// Publishes a copy of `payload`, for the host's own facts.
   [[nodiscard]] neb_status publish(std::string_view publisher, std::string_view topic, std::string_view payload);

   /// Events are delivered as tasks of `lane`: none before it is opened, none after it is closed.
   [[nodiscard]] neb_status subscribe(const std::shared_ptr<Lane> &lane, std::string_view pattern, uint32_t depth,
                                      int32_t policy, neb_event_fn on_event, void *user, neb_subscription **out);
   void unsubscribe(neb_subscription *subscription);
   [[nodiscard]] static uint64_t dropped(const neb_subscription *subscription);

   /// Ends every subscription of the lane without waiting and frees the handles; call it after the lane was closed.
   void forget(const Lane &lane);

   static void retain(neb_event *event);
   static void release(neb_event *event);

   /// For the host's metrics.
   [[nodiscard]] uint64_t published() const;
   [[nodiscard]] uint64_t dropped_total() const;
   [[nodiscard]] uint64_t live_bytes() const;

   struct State;

private:
   std::shared_ptr<State> state_;
};

} // namespace nebula::host
