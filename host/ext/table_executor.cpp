/// nebula.executor/1 and nebula.events/1.

#include "ext/instance_context.h"

namespace nebula::host {
namespace {

neb_status post(const neb_host *host, neb_task_fn task, void *user) {
   return contained(host, "nebula.executor/1 post",
                    [&](InstanceContext &context) { return context.lane->post(task, user); });
}

neb_status after(const neb_host *host, uint64_t delay_ns, neb_task_fn task, void *user, neb_timer **out) {
   return contained(host, "nebula.executor/1 after",
                    [&](InstanceContext &context) { return context.lane->after(delay_ns, task, user, out); });
}

neb_status cancel(const neb_host *host, neb_timer *timer) {
   return contained(host, "nebula.executor/1 cancel",
                    [&](InstanceContext &context) { return context.lane->cancel(timer); });
}

neb_status parallel_for(const neb_host *host, uint64_t count, void (*body)(void *, uint64_t), void *user) {
   return contained(host, "nebula.executor/1 parallel_for",
                    [&](InstanceContext &context) { return context.lane->parallel_for(count, body, user); });
}

uint32_t concurrency(const neb_host *host) {
   const InstanceContext *context = context_of(host);
   return context == nullptr ? 1 : context->services.executor.concurrency();
}

neb_status loan(const neb_host *host, neb_str topic, uint64_t size, neb_event **out, uint8_t **buffer) {
   return contained(host, "nebula.events/1 loan", [&](InstanceContext &context) {
      return context.services.bus.loan(context.instance, view(topic), size, out, buffer);
   });
}

neb_status publish(const neb_host *host, neb_event *event) {
   return contained(host, "nebula.events/1 publish",
                    [&](InstanceContext &context) { return context.services.bus.publish(event); });
}

void discard(const neb_host *host, neb_event *event) {
   (void)contained(host, "nebula.events/1 discard", [&](InstanceContext &context) {
      context.services.bus.discard(event);
      return NEB_OK;
   });
}

neb_status subscribe(const neb_host *host, neb_str topic, uint32_t depth, int32_t policy, neb_event_fn on_event,
                     void *user, neb_subscription **out) {
   return contained(host, "nebula.events/1 subscribe", [&](InstanceContext &context) {
      return context.services.bus.subscribe(context.lane, view(topic), depth, policy, on_event, user, out);
   });
}

void unsubscribe(const neb_host *host, neb_subscription *subscription) {
   (void)contained(host, "nebula.events/1 unsubscribe", [&](InstanceContext &context) {
      context.services.bus.unsubscribe(subscription);
      return NEB_OK;
   });
}

} // namespace

const void *executor_table() noexcept {
   static constexpr neb_ext_executor k_table = {
      sizeof(neb_ext_executor), 0, post, after, cancel, parallel_for, concurrency};
   return &k_table;
}

const void *events_table() noexcept {
   static constexpr neb_ext_events k_table = {
      sizeof(neb_ext_events),
      0,
      loan,
      publish,
      discard,
      subscribe,
      unsubscribe,
      Bus::retain,
      Bus::release,
      [](neb_subscription *subscription) { return Bus::dropped(subscription); },
   };
   return &k_table;
}

} // namespace nebula::host
