// nebula.events/1: publishing facts and listening to them.
#pragma once

#include <nebula/ext/events.h>
#include <nebula/log.hpp>

#include <functional>
#include <memory>

namespace nebula {

// Ends when destroyed: then no callback runs or will run (unless the callback itself destroys it). Movable.
class Subscription {
public:
   struct State : std::enable_shared_from_this<State> {
      const neb_host *host;
      const neb_ext_events *api;
      std::function<void(const neb_event_view &)> on_event;
      neb_subscription *raw = nullptr;
   };

   Subscription() noexcept = default;
   explicit Subscription(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
   Subscription(Subscription &&) noexcept = default;
   Subscription &operator=(Subscription &&other) noexcept {
      if (this != &other) {
         end();
         state_ = std::move(other.state_);
      }
      return *this;
   }
   ~Subscription() { end(); }

   void end() noexcept {
      if (const std::shared_ptr<State> state = std::move(state_)) {
         state->api->unsubscribe(state->host, state->raw);
      }
   }

   // Events lost for this subscriber so far.
   uint64_t dropped() const noexcept { return state_ ? state_->api->dropped(state_->raw) : 0; }

private:
   std::shared_ptr<State> state_;
};

// All functions are [thread-safe].
class Events {
public:
   explicit Events(Host host) : host_(host.raw()), api_(&host.require<neb_ext_events>(NEB_EXT_EVENTS)) {}

   // Publishes one JSON document under a topic such as "chain.block".
   void publish(std::string_view topic, std::string_view json) const {
      neb_event *event = nullptr;
      uint8_t *buffer = nullptr;
      check(api_->loan(host_, str(topic), json.size(), &event, &buffer), "loan an event");
      std::memcpy(buffer, json.data(), json.size());
      check(api_->publish(host_, event), "publish an event");
   }

   // Calls `on_event` on a worker, one at a time and in order, for each event of `topic` ("chain.block", "chain.*",
   // "*") from now on. `depth` events wait at most; `policy` is NEB_EVENTS_... for what happens beyond. What it throws
   // is logged.
   [[nodiscard]] Subscription subscribe(std::string_view topic, uint32_t depth, int32_t policy,
                                        std::function<void(const neb_event_view &)> on_event) const {
      auto state = std::make_shared<Subscription::State>();
      state->host = host_;
      state->api = api_;
      state->on_event = std::move(on_event);
      check(api_->subscribe(host_, str(topic), depth, policy, &deliver, state.get(), &state->raw),
            "subscribe to events");
      return Subscription(std::move(state));
   }

private:
   static void deliver(void *user, const neb_event_view *event) noexcept {
      // Kept alive here, for the callback may end its own subscription.
      const std::shared_ptr<const Subscription::State> state =
         static_cast<const Subscription::State *>(user)->shared_from_this();
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      if (guarded(&err, [&] { state->on_event(*event); }) != NEB_OK) {
         Log(state->host).error("the handler of event ", event->topic, " failed: ", err.text);
      }
   }

   const neb_host *host_;
   const neb_ext_events *api_;
};

} // namespace nebula
