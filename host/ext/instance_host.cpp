#include "ext/instance_host.h"

#include "ext/error_text.h"
#include "ext/instance_context.h"
#include "nebula/ext/clock.h"
#include "nebula/ext/kv.h"

#include <mutex>
#include <vector>

namespace nebula::host {
namespace {

constexpr uint64_t k_last_wait_ns = 10'000'000'000; // for tasks, when nobody closed them before the end

void log_line(const neb_host *self, uint32_t level, neb_str text) {
   (void)contained(self, "neb_host log", [&](InstanceContext &context) {
      context.log.write(static_cast<LogLevel>(level), view(text));
      return NEB_OK;
   });
}

const void *get_extension(const neb_host *self, const char *id) {
   const InstanceContext *context = context_of(self);
   if (context == nullptr || id == nullptr)
      return nullptr;
   const std::string_view wanted(id);
   if (wanted == NEB_EXT_CONFIG)
      return context->has_config ? &context->config_table : nullptr;
   if (wanted == NEB_EXT_SERVICES)
      return &context->services_table;
   if (wanted == NEB_EXT_EXECUTOR)
      return executor_table();
   if (wanted == NEB_EXT_METRICS)
      return metrics_table();
   if (wanted == NEB_EXT_HEALTH)
      return health_table();
   if (wanted == NEB_EXT_CLOCK)
      return clock_table();
   if (wanted == NEB_EXT_EVENTS)
      return events_table();
   if (wanted == NEB_EXT_KV)
      return kv_table();
   if (wanted == NEB_EXT_NODE)
      return node_table();
   return nullptr;
}

neb_status provide(const neb_host *self, const char *id, const char *name, const char *properties, const void *iface,
                   neb_error *err) {
   return contained(self, "neb_host provide", [&](InstanceContext &context) {
      const neb_status permitted = permit(context, "neb_host provide", context.in_init, "[main & in init]", err);
      if (permitted != NEB_OK)
         return permitted;
      if (id == nullptr || iface == nullptr)
         return fail(err, NEB_E_INVALID, "provide needs a contract such as nebula.work.source/1 and its table");
      return context.services.services.provide(context.identity(), id, name, properties, iface, err);
   });
}

} // namespace

InstanceContext::InstanceContext(HostServices &host_services, const InstanceSpec &spec)
   : services(host_services), instance(spec.instance), plugin(spec.plugin), plugin_version(spec.plugin_version),
     log(host_services.log.source(spec.instance)), lane(host_services.executor.make_lane(spec.instance)) {
   record = {sizeof(neb_host), NEB_ABI_MINOR,    this,     "nebula",      services.version.c_str(),
             instance.c_str(), log.level_cell(), log_line, get_extension, provide};
   config_root = spec.config_root;
   has_config = spec.config_table != nullptr && spec.config_root != nullptr;
   if (has_config)
      config_table = make_config_table(*spec.config_table);
   services_table = make_services_table(services.services.slot_functions());
}

InstanceHost::InstanceHost(HostServices &services, const InstanceSpec &spec)
   : context_(std::make_unique<InstanceContext>(services, spec)) {
   services.health.add(spec.instance, spec.plugin, spec.required);
}

InstanceHost::~InstanceHost() {
   if (!context_)
      return; // abandoned
   if (!close_tasks(context_->services.clock.monotonic_ns() + k_last_wait_ns)) {
      abandon();
      return;
   }
   if (state() != InstanceState::failed) // what failed stays visible
      context_->services.health.remove(context_->instance);
   context_->services.metrics.remove(context_->instance);
}

const neb_host *InstanceHost::record() const noexcept {
   return &context_->record;
}

void InstanceHost::set_state(InstanceState state) noexcept {
   context_->state = state;
   if (state == InstanceState::running)
      context_->services.health.set_running(context_->instance);
}

InstanceState InstanceHost::state() const noexcept {
   return context_->state;
}

InstanceHost::InitScope::InitScope(InstanceHost &host) : host_(host) {
   host_.context_->in_init = true;
}

InstanceHost::InitScope::~InitScope() {
   host_.context_->in_init = false;
}

void InstanceHost::set_config(const neb_config *root) noexcept {
   context_->config_root.store(root, std::memory_order_release);
}

void InstanceHost::open_tasks() {
   context_->lane->open();
}

bool InstanceHost::close_tasks(uint64_t deadline_ns) {
   if (!context_->lane->close(deadline_ns))
      return false;
   context_->services.bus.forget(*context_->lane);
   return true;
}

void InstanceHost::abandon() {
   // Reachable for ever: a stuck thread of the plugin may come back at any time.
   static auto *const k_abandoned = new std::vector<std::unique_ptr<InstanceContext>>;
   static std::mutex mutex;
   std::lock_guard lock(mutex);
   k_abandoned->push_back(std::move(context_));
}

Lane &InstanceHost::lane() noexcept {
   return *context_->lane;
}

LogSource &InstanceHost::log() noexcept {
   return context_->log;
}

} // namespace nebula::host
