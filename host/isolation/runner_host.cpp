#include "host/isolation/runner_host.h"

#include "host/config/config_api.h"
#include "host/isolation/limits.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <algorithm>
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
      auto added =
         add(id, name ? name : std::string(provider.instance), properties ? properties : "", iface, described_);
      return added ? NEB_OK : fail(err, NEB_E_INVALID, added.error().message);
   });
}

/// The host's completed table goes to the others of its contract, and into the description.
Result<void> RunnerDirectory::add(std::string_view contract, const std::string &service, const std::string &properties,
                                  const void *iface, Described &described) {
   if (contract != NEB_SVC_POW_ALGORITHM && contract != NEB_SVC_POW_BACKEND && contract != NEB_SVC_POW_FAMILY)
      return Error{std::string(contract) + " does not go through a runner", ErrorKind::unavailable};
   const std::lock_guard lock(mutex_);
   if (algorithms_.size() + backends_.size() + families_.size() == k_described_max)
      return Error{"an instance provides at most 256 services, the members of its families included",
                   ErrorKind::unavailable};
   auto table = complete_service(contract, iface);
   if (!table)
      return table.error();
   const auto note = [&](auto &tables, auto &descriptions, const auto *completed) {
      tables.push_back(completed);
      descriptions.push_back(describe(*completed));
      descriptions.back().service = service;
      descriptions.back().properties = properties;
   };
   if (contract == NEB_SVC_POW_ALGORITHM)
      note(algorithms_, described.algorithms, static_cast<const neb_pow_algorithm *>(*table));
   else if (contract == NEB_SVC_POW_BACKEND)
      note(backends_, described.backends, static_cast<const neb_pow_backend *>(*table));
   else
      note(families_, described.families, static_cast<const neb_pow_family *>(*table));
   return {};
}

Result<Described> RunnerDirectory::member(const MemberRequest &request) {
   const neb_pow_family *family = nullptr;
   {
      const std::lock_guard lock(mutex_);
      for (const auto *one : families_)
         if (request.family == one->name)
            family = one;
   }
   if (!family)
      return Error{"there is no such family", ErrorKind::unavailable};
   const neb_pow_member *made = nullptr;
   auto err = make_error();
   const neb_status status =
      family->member(family, {request.parameters.data(), request.parameters.size()}, &made, &err);
   if (status != NEB_OK || !made || !made->algorithm || !made->algorithm->name)
      return Error{text_of(err).empty() ? "status " + std::to_string(status) : text_of(err), ErrorKind::unavailable};
   const std::string name = made->algorithm->name;
   if (const auto known = members_.find(name); known != members_.end())
      return known->second;
   Described described;
   auto added = add(NEB_SVC_POW_ALGORITHM, {}, {}, made->algorithm, described);
   for (std::uint32_t i = 0; added && i < made->backend_count; ++i) {
      const neb_pow_member_backend &given = made->backends[i];
      added = add(NEB_SVC_POW_BACKEND, {}, given.properties ? given.properties : "", given.backend, described);
   }
   if (!added)
      return added.error();
   return members_.emplace(name, std::move(described)).first->second;
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

const neb_pow_algorithm *RunnerDirectory::algorithm(std::string_view name) const {
   const std::lock_guard lock(mutex_);
   const auto found = std::find_if(algorithms_.begin(), algorithms_.end(),
                                   [&](const auto *one) { return one->name && name == one->name; });
   return found == algorithms_.end() ? nullptr : *found;
}

const neb_pow_backend *RunnerDirectory::backend(std::string_view name, std::string_view algorithm) const {
   const std::lock_guard lock(mutex_);
   const auto found = std::find_if(backends_.begin(), backends_.end(), [&](const auto *one) {
      return one->name && one->algorithm && name == one->name && algorithm == one->algorithm;
   });
   return found == backends_.end() ? nullptr : *found;
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
