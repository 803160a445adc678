#include "ext/bus.h"

#include "ext/subscription.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace nebula::host {
namespace {

using SubscriptionPtr = std::shared_ptr<neb_subscription>;

struct Topic {
   explicit Topic(std::string n) : name(std::move(n)) {}
   const std::string name;
   std::mutex mutex; // one publish at a time: the order of sequence numbers is the order of delivery
   uint64_t sequence = 0;
   std::mutex list_mutex; // only to copy or replace the list; never held while waiting
   std::shared_ptr<const std::vector<SubscriptionPtr>> subscribers = std::make_shared<std::vector<SubscriptionPtr>>();

   [[nodiscard]] std::shared_ptr<const std::vector<SubscriptionPtr>> list() {
      std::lock_guard lock(list_mutex);
      return subscribers;
   }
   template <class Change>
   void change(Change change) {
      std::lock_guard lock(list_mutex);
      auto copy = std::make_shared<std::vector<SubscriptionPtr>>(*subscribers);
      change(*copy);
      subscribers = std::move(copy);
   }
};

[[nodiscard]] neb_str str(const std::string &text) {
   return {text.data(), text.size()};
}

} // namespace

struct Bus::State {
   Clock &clock;
   const std::shared_ptr<EventMemory> memory = std::make_shared<EventMemory>(k_live_bytes_max);
   const std::shared_ptr<std::atomic<uint64_t>> dropped = std::make_shared<std::atomic<uint64_t>>(0);
   std::atomic<uint64_t> published{0};

   std::shared_mutex mutex; // the two maps; after it a topic's list_mutex may be taken
   std::map<std::string, std::unique_ptr<Topic>, std::less<>>
      topics; // never shrinks: sequence numbers live as long as the node
   std::unordered_map<neb_subscription *, SubscriptionPtr> subscriptions;

   explicit State(Clock &c) : clock(c) {}

   [[nodiscard]] Topic *topic(const std::string &name);
   void detach(const SubscriptionPtr &subscription);
};

Bus::Bus(Clock &clock) : state_(std::make_shared<State>(clock)) {}
Bus::~Bus() = default;

/// Finds or makes it; NULL when there are too many.
Topic *Bus::State::topic(const std::string &name) {
   {
      std::shared_lock lock(mutex);
      if (const auto found = topics.find(name); found != topics.end())
         return found->second.get();
   }
   std::unique_lock lock(mutex);
   if (const auto found = topics.find(name); found != topics.end())
      return found->second.get();
   if (topics.size() >= k_topics_max)
      return nullptr;
   auto made = std::make_unique<Topic>(name);
   made->change([&](std::vector<SubscriptionPtr> &list) {
      for (const auto &[handle, subscription] : subscriptions)
         if (topic_matches(subscription->pattern(), name))
            list.push_back(subscription);
   });
   return topics.emplace(name, std::move(made)).first->second.get();
}

/// With the mutex held for writing.
void Bus::State::detach(const SubscriptionPtr &subscription) {
   for (auto &[name, topic] : topics)
      if (topic_matches(subscription->pattern(), name))
         topic->change([&](std::vector<SubscriptionPtr> &list) { std::erase(list, subscription); });
}

neb_status Bus::loan(std::string_view publisher, std::string_view topic, uint64_t size, neb_event **out,
                     uint8_t **buffer) {
   if (out == nullptr || buffer == nullptr || !is_topic(topic) || size > k_payload_max)
      return NEB_E_INVALID;
   if (!state_->memory->take(size + neb_event::k_overhead))
      return NEB_E_FULL;
   auto *event = new neb_event(state_->memory, std::string(topic), std::string(publisher), size);
   *out = event;
   *buffer = event->payload.get();
   return NEB_OK;
}

void Bus::discard(neb_event *event) {
   if (event != nullptr)
      event->release();
}

neb_status Bus::publish(neb_event *event) {
   if (event == nullptr)
      return NEB_E_INVALID;
   const EventRef own(event);
   Topic *topic = state_->topic(event->topic);
   if (topic == nullptr)
      return NEB_E_FULL;
   // Before waiting for other publishers of the topic, so that together they wait once and not in a row.
   const uint64_t deadline = state_->clock.monotonic_ns() + k_block_ns;
   std::lock_guard in_order(topic->mutex);
   event->view = {str(event->topic), str(event->publisher),   {event->payload.get(), event->size},
                  ++topic->sequence, state_->clock.wall_ns(), event};
   state_->published.fetch_add(1, std::memory_order_relaxed);
   const auto subscribers = topic->list(); // keeps the list alive while it is walked
   for (const SubscriptionPtr &subscription : *subscribers) {
      event->retain();
      subscription->offer(EventRef(event), deadline);
   }
   return NEB_OK;
}

neb_status Bus::publish(std::string_view publisher, std::string_view topic, std::string_view payload) {
   neb_event *event = nullptr;
   uint8_t *buffer = nullptr;
   if (const neb_status loaned = loan(publisher, topic, payload.size(), &event, &buffer); loaned != NEB_OK)
      return loaned;
   if (!payload.empty())
      std::memcpy(buffer, payload.data(), payload.size());
   return publish(event);
}

neb_status Bus::subscribe(const std::shared_ptr<Lane> &lane, std::string_view pattern, uint32_t depth, int32_t policy,
                          neb_event_fn on_event, void *user, neb_subscription **out) {
   const bool known_policy =
      policy == NEB_EVENTS_BLOCK || policy == NEB_EVENTS_DROP_OLD || policy == NEB_EVENTS_DROP_NEW;
   if (!known_policy || depth == 0 || depth > k_depth_max || on_event == nullptr || out == nullptr ||
       !is_topic_pattern(pattern))
      return NEB_E_INVALID;
   auto made = std::make_shared<neb_subscription>(state_->clock, lane, std::string(pattern), depth, policy, on_event,
                                                  user, state_->dropped);
   std::unique_lock lock(state_->mutex);
   const auto own = std::count_if(state_->subscriptions.begin(), state_->subscriptions.end(),
                                  [&](const auto &entry) { return entry.second->lane() == lane.get(); });
   if (own >= static_cast<std::ptrdiff_t>(k_subscriptions_max))
      return NEB_E_FULL;
   state_->subscriptions.emplace(made.get(), made);
   *out = made.get(); // before the first callback can need it
   for (auto &[name, topic] : state_->topics)
      if (topic_matches(pattern, name))
         topic->change([&](std::vector<SubscriptionPtr> &list) { list.push_back(made); });
   return NEB_OK;
}

void Bus::unsubscribe(neb_subscription *handle) {
   SubscriptionPtr subscription;
   {
      std::unique_lock lock(state_->mutex);
      const auto found = state_->subscriptions.find(handle);
      if (found == state_->subscriptions.end())
         return;
      subscription = std::move(found->second);
      state_->subscriptions.erase(found);
      state_->detach(subscription);
   }
   subscription->close();
}

uint64_t Bus::dropped(const neb_subscription *subscription) {
   return subscription == nullptr ? 0 : subscription->dropped();
}

void Bus::forget(const Lane &lane) {
   std::vector<SubscriptionPtr> gone;
   {
      std::unique_lock lock(state_->mutex);
      for (auto it = state_->subscriptions.begin(); it != state_->subscriptions.end();) {
         if (it->second->lane() != &lane) {
            ++it;
            continue;
         }
         gone.push_back(std::move(it->second));
         it = state_->subscriptions.erase(it);
         state_->detach(gone.back());
      }
   }
   for (const SubscriptionPtr &subscription : gone)
      subscription->cut_off();
}

void Bus::retain(neb_event *event) {
   if (event != nullptr)
      event->retain();
}

void Bus::release(neb_event *event) {
   if (event != nullptr)
      event->release();
}

uint64_t Bus::published() const {
   return state_->published.load(std::memory_order_relaxed);
}

uint64_t Bus::dropped_total() const {
   return state_->dropped->load(std::memory_order_relaxed);
}

uint64_t Bus::live_bytes() const {
   return state_->memory->bytes.load(std::memory_order_relaxed);
}

} // namespace nebula::host
