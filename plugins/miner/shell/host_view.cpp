#include "host_view.h"

#include <cstring>

namespace nebula::miner {

namespace {

template <class Table>
const Table *extension(const neb_host *host, const char *id) noexcept {
   return static_cast<const Table *>(host->get_extension(host, id));
}

} // namespace

HostView HostView::of(const neb_host *host) noexcept {
   HostView view;
   view.host = host;
   view.config = extension<neb_ext_config>(host, NEB_EXT_CONFIG);
   view.services = extension<neb_ext_services>(host, NEB_EXT_SERVICES);
   view.executor = extension<neb_ext_executor>(host, NEB_EXT_EXECUTOR);
   view.clock = extension<neb_ext_clock>(host, NEB_EXT_CLOCK);
   view.metrics = extension<neb_ext_metrics>(host, NEB_EXT_METRICS);
   view.health = extension<neb_ext_health>(host, NEB_EXT_HEALTH);
   view.events = extension<neb_ext_events>(host, NEB_EXT_EVENTS);
   return view;
}

const char *HostView::missing() const noexcept {
   if (!config)
      return NEB_EXT_CONFIG;
   if (!services)
      return NEB_EXT_SERVICES;
   if (!executor)
      return NEB_EXT_EXECUTOR;
   return clock ? nullptr : NEB_EXT_CLOCK;
}

bool HostView::logs(std::uint32_t level) const noexcept {
   return __atomic_load_n(host->log_level, __ATOMIC_RELAXED) <= level;
}

void HostView::log(std::uint32_t level, std::string_view text) const noexcept {
   if (logs(level))
      host->log(host, level, text_of(text));
}

void HostView::report(std::int32_t level, std::string_view component, std::string_view text) const noexcept {
   if (health)
      (void)health->report(host, level, text_of(component), text_of(text));
}

void HostView::publish(std::string_view topic, std::string_view json) const noexcept {
   neb_event *event = nullptr;
   std::uint8_t *buffer = nullptr;
   if (!events || events->loan(host, text_of(topic), json.size(), &event, &buffer) != NEB_OK)
      return;
   std::memcpy(buffer, json.data(), json.size());
   (void)events->publish(host, event);
}

neb_cell *HostView::cell(std::int32_t kind, std::string_view name, std::string_view help,
                         std::string_view labels) const noexcept {
   return metrics ? metrics->cell(host, kind, text_of(name), text_of(help), text_of(labels), 1) : nullptr;
}

} // namespace nebula::miner
