#include "host/isolation/runner_host.h"

#include "host/config/config_api.h"
#include "host/isolation/limits.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <cstdio>
#include <cstdlib>

namespace nebula::host {
namespace {

std::unique_ptr<Log> open_log(Clock &clock) {
   LogOptions options;
   options.level = LogLevel::warn;
   auto log = Log::open(options, clock);
   if (log)
      return std::move(*log);
   std::fprintf(stderr, "nebula: a runner cannot write its log: %s\n", log.error().message.c_str());
   std::exit(log.error().exit_code());
}

} // namespace

neb_status RunnerDirectory::provide(const InstanceIdentity &provider, const char *id, const char *name,
                                    const char *properties, const void *iface, neb_error *err) noexcept {
   return guarded(err, [&]() -> neb_status {
      const std::string_view contract(id);
      if (contract != NEB_SVC_POW_ALGORITHM && contract != NEB_SVC_POW_BACKEND)
         return fail(err, NEB_E_INVALID, std::string(contract) + " does not go through a runner");
      if (algorithms_.size() + backends_.size() == k_described_max)
         return fail(err, NEB_E_FULL, "an instance provides at most 256 services");
      auto table = complete_service(contract, iface);
      if (!table)
         return fail(err, NEB_E_INVALID, table.error().message);
      const std::string service = name ? name : std::string(provider.instance);
      const std::string text = properties ? properties : "";
      if (contract == NEB_SVC_POW_ALGORITHM) {
         algorithms_.push_back(static_cast<const neb_pow_algorithm *>(*table));
         described_.algorithms.push_back(describe(*algorithms_.back()));
         described_.algorithms.back().service = service;
         described_.algorithms.back().properties = text;
      } else {
         backends_.push_back(static_cast<const neb_pow_backend *>(*table));
         described_.backends.push_back(describe(*backends_.back()));
         described_.backends.back().service = service;
         described_.backends.back().properties = text;
      }
      return NEB_OK;
   });
}

neb_status RunnerDirectory::find(const InstanceIdentity &, std::string_view id, std::string_view, neb_slot **out,
                                 neb_error *err) noexcept {
   if (out)
      *out = nullptr;
   return guarded(err, [&] {
      return fail(err, NEB_E_NOT_FOUND, "a plugin in a process of its own finds no services (" + std::string(id) + ")");
   });
}

SlotFunctions RunnerDirectory::slot_functions() const noexcept {
   return {[](neb_slot *, neb_guard *) -> const void * { return nullptr; }, [](neb_guard *) {},
           [](neb_slot *, void (*)(void *, std::uint64_t), void *) -> neb_status { return NEB_E_INVALID; }};
}

const neb_pow_algorithm *RunnerDirectory::algorithm(std::size_t index) const noexcept {
   return index < algorithms_.size() ? algorithms_[index] : nullptr;
}

const neb_pow_backend *RunnerDirectory::backend(std::size_t index) const noexcept {
   return index < backends_.size() ? backends_[index] : nullptr;
}

RunnerHost::RunnerHost(const Setup &setup, RunnerLink &link)
   : setup_(setup), link_(link), log_(open_log(clock_)), timers_(clock_),
     executor_(clock_, timers_, Executor::Options{.threads = setup.threads}), bus_(clock_),
     health_(clock_, timers_, this), services_{clock_, executor_,  bus_,  metrics_,          health_,
                                               *log_,  directory_, *this, setup.host_version} {
   health_.on_change([&link](const HealthChange &change) {
      const HealthReport report{static_cast<std::int32_t>(change.level), change.component, change.text};
      link.send({MessageKind::health, 0, to_payload(report)});
   });
   static const neb_ext_config functions = config::config_table(nullptr);
   InstanceSpec spec;
   spec.instance = setup_.instance;
   spec.plugin = setup_.plugin;
   spec.config_table = &functions;
   spec.config_root = config::as_handle(setup_.config);
   instance_ = std::make_unique<InstanceHost>(services_, spec);
   record_.link = &link;
   record_.level = setup.log_level;
   record_.host = *instance_->record();
   record_.host.log_level = &record_.level;
   record_.host.log = &RunnerHost::log;
}

RunnerHost::~RunnerHost() = default;

void RunnerHost::log(const neb_host *self, std::uint32_t level, neb_str text) {
   const auto &record = *reinterpret_cast<const Record *>(self);
   if (level < __atomic_load_n(&record.level, __ATOMIC_RELAXED) || level >= NEB_LOG_OFF)
      return;
   (void)guarded(nullptr, [&]() -> neb_status {
      record.link->send({MessageKind::log, 0, to_payload(LogLine{level, std::string(text.ptr, text.len)})});
      return NEB_OK;
   });
}

void RunnerHost::progress(std::string_view, std::string_view what, std::uint64_t done, std::uint64_t total,
                          std::string_view unit) {
   link_.send(
      {MessageKind::progress, 0, to_payload(ProgressReport{std::string(what), std::string(unit), done, total})});
}

} // namespace nebula::host
