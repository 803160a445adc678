#include "host/node/instance.h"

#include "host/config/config_api.h"
#include "host/node/call_watch.h"
#include "host/plugin/crash.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <nebula/svc/command.h>
#include <nebula/svc/handover.h>
#include <nebula/svc/status.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace nebula::host {
namespace {

const neb_ext_config *config_functions() {
   static const neb_ext_config table = config::config_table(nullptr); // InstanceHost puts its own root in
   return &table;
}

// Reachable, so that leak checkers know it is meant. Main thread.
void keep_for_ever(std::unique_ptr<const config::Value> tree) {
   static auto *const kept = new std::vector<std::unique_ptr<const config::Value>>;
   if (tree)
      kept->push_back(std::move(tree));
}

std::string reason(neb_status status, const neb_error &err) {
   auto text = text_of(err);
   return text.empty() ? "it returned " + std::to_string(status) + " without a text" : text;
}

} // namespace

Instance::Instance(HostServices &services, TimerQueue &timers, PlannedInstance planned)
   : services_(services), timers_(timers), name_(planned.settings.instance), plugin_(planned.settings.id),
     required_(planned.settings.required), planned_(std::move(planned)), status_slot_(NEB_SVC_STATUS, ""),
     command_slot_(NEB_SVC_COMMAND, "") {}

Instance::~Instance() = default;

void Instance::step(PluginStep step, bool went_well) {
   const auto next = next_state(state(), step, went_well);
   if (!next) {
      const auto in = to_string(state());
      const auto what = to_string(step);
      std::fprintf(stderr, "nebula: programming error: %.*s of %s in state %.*s\n", static_cast<int>(what.size()),
                   what.data(), name().c_str(), static_cast<int>(in.size()), in.data());
      std::abort();
   }
   state_.store(*next, std::memory_order_release);
}

void Instance::set_problem(std::string text) {
   const std::lock_guard lock(shown_mutex_);
   problem_ = std::move(text);
}

std::string Instance::problem() const {
   const std::lock_guard lock(shown_mutex_);
   return problem_;
}

std::vector<std::pair<std::string, std::string>> Instance::services() const {
   const std::lock_guard lock(shown_mutex_);
   return services_provided_;
}

void Instance::set_services(std::vector<std::pair<std::string, std::string>> services) {
   const std::lock_guard lock(shown_mutex_);
   services_provided_ = std::move(services);
}

Error Instance::failed(PluginStep at, const std::string &why) {
   step(at, false);
   set_problem(why);
   return {"plugin " + name() + " failed in " + std::string(to_string(at)) + ": " + why, ErrorKind::unavailable};
}

// Every call into the plugin goes through here: its name is known should it crash or block, and nothing is thrown
// through.
template <class Call>
neb_status Instance::call(const char *function, neb_error &err, Call body) {
   const CallMark mark(name().c_str(), function);
   const CallWatch watch(timers_, services_.log.source(name()), function, k_slow_call_ns);
   try {
      return body();
   } catch (const std::exception &error) {
      return fail(&err, NEB_E_FAIL,
                  std::string("it threw an exception (") + error.what() +
                     "); nothing may throw across the plugin interface");
   } catch (...) {
      return fail(&err, NEB_E_FAIL, "it threw an exception; nothing may throw across the plugin interface");
   }
}

Result<void> Instance::load() {
   if (!planned_.image)
      return failed(PluginStep::load, planned_.problem);
   if (planned_.settings.isolated) { // its runner loads it
      step(PluginStep::load, true);
      return {};
   }
   auto library = load_library(std::move(*planned_.image));
   planned_.image.reset();
   if (!library)
      return failed(PluginStep::load, library.error().message);
   library_ = *library;
   step(PluginStep::load, true);
   return {};
}

IsolationSpec Instance::isolation_spec() {
   IsolationSpec spec;
   spec.image = std::move(*planned_.image);
   planned_.image.reset();
   spec.plugin = plugin();
   spec.host_version = services_.version;
   spec.node_name = services_.node.node_name();
   spec.network = services_.node.network();
   spec.data_root = services_.node.data_root();
   spec.executor_threads = services_.executor.concurrency();
   spec.config = *first_config_;
   spec.backends_only = planned_.backends_only;
   return spec;
}

Result<void> Instance::create() {
   first_config_ = std::make_unique<const config::Value>(planned_.config);
   InstanceSpec spec;
   spec.instance = name();
   spec.plugin = plugin();
   spec.plugin_version = manifest().version;
   spec.required = required();
   spec.config_table = config_functions();
   spec.config_root = config::as_handle(*first_config_);
   host_ = std::make_unique<InstanceHost>(services_, spec);
   auto err = make_error();
   const neb_plugin *given = nullptr;
   (void)call("create", err, [&] {
      given = planned_.settings.isolated ? make_isolated_plugin(host_->record(), services_.services, isolation_spec())
                                         : library_->entry->create(host_->record(), planned_.index, &err);
      return given ? NEB_OK : NEB_E_FAIL;
   });
   if (!given)
      return failed(PluginStep::create, reason(NEB_E_FAIL, err));
   auto table = complete_plugin(given);
   if (!table)
      return failed(PluginStep::create, table.error().message);
   table_ = *table;
   created_ = true;
   step(PluginStep::create, true);
   host_->set_state(InstanceState::created);
   return {};
}

Result<void> Instance::init() {
   auto err = make_error();
   neb_status status = NEB_OK;
   {
      const InstanceHost::InitScope scope(*host_);
      status = call("init", err, [&] { return table_.init(&table_, &err); });
   }
   if (status != NEB_OK) {
      host_->set_state(InstanceState::failed);
      return failed(PluginStep::init, reason(status, err));
   }
   step(PluginStep::init, true);
   host_->set_state(InstanceState::ready);
   return {};
}

Result<void> Instance::start() {
   auto err = make_error();
   host_->open_tasks();
   const auto status = call("start", err, [&] { return table_.start(&table_, &err); });
   if (status != NEB_OK) {
      host_->set_state(InstanceState::failed);
      auto error = failed(PluginStep::start, reason(status, err));
      if (!host_->close_tasks(services_.clock.monotonic_ns() + k_reader_wait_ns))
         mark_stuck("a task of its failed start does not end");
      return error;
   }
   step(PluginStep::start, true);
   host_->set_state(InstanceState::running);
   offer_extensions();
   return {};
}

void Instance::drain(std::uint64_t deadline_ns) {
   auto err = make_error();
   const auto status = call("drain", err, [&] { return table_.drain(&table_, deadline_ns); });
   step(PluginStep::drain, status == NEB_OK);
   host_->set_state(InstanceState::draining);
   if (status == NEB_E_TIMEOUT)
      host_->log().warn("did not finish its work before the deadline; what is left is dropped");
   else if (status != NEB_OK && status != NEB_E_UNSUPPORTED)
      host_->log().warn("drain failed: " + reason(status, err));
}

void Instance::stop(std::uint64_t deadline_ns) {
   retire_extensions();
   auto err = make_error();
   const auto status = call("stop", err, [&] { return table_.stop(&table_, deadline_ns); });
   step(PluginStep::stop, status == NEB_OK);
   host_->set_state(InstanceState::stopped);
   if (status == NEB_E_TIMEOUT)
      mark_stuck("it did not stop before its deadline");
   else if (status != NEB_OK)
      host_->log().warn("stop failed: " + reason(status, err));
   if (!host_->close_tasks(deadline_ns))
      mark_stuck("a task of it does not end");
}

Result<std::optional<HandedOver>> Instance::give(std::uint64_t deadline_ns) {
   const auto *table = static_cast<const neb_handover *>(extension(NEB_SVC_HANDOVER));
   if (!table)
      return std::optional<HandedOver>();
   HandedOver out{name(), plugin(), {}, {}};
   const auto write = [](void *user, neb_bytes piece) {
      static_cast<HandedOver *>(user)->state.append(reinterpret_cast<const char *>(piece.ptr), piece.len);
   };
   const auto descriptor = [](void *user, std::int32_t number) {
      static_cast<HandedOver *>(user)->descriptors.emplace_back(number);
   };
   auto err = make_error();
   const auto status =
      call("handover.give", err, [&] { return table->give(table, deadline_ns, write, descriptor, &out, &err); });
   if (status == NEB_E_UNSUPPORTED)
      return std::optional<HandedOver>();
   if (status != NEB_OK)
      return Error{"plugin " + name() + " cannot hand over now: " + reason(status, err), ErrorKind::temporary};
   return std::optional<HandedOver>(std::move(out));
}

Result<void> Instance::take(HandedOver &state) {
   const auto *table = static_cast<const neb_handover *>(extension(NEB_SVC_HANDOVER));
   const auto refused = [this](const std::string &why) {
      host_->set_state(InstanceState::failed);
      return failed(PluginStep::start, "it does not take over what the running one hands over: " + why);
   };
   if (!table)
      return refused("it offers no hand-over");
   std::vector<std::int32_t> numbers;
   for (const auto &descriptor : state.descriptors)
      numbers.push_back(descriptor.get());
   auto err = make_error();
   const auto status = call("handover.take", err, [&] {
      return table->take(table, {reinterpret_cast<const std::uint8_t *>(state.state.data()), state.state.size()},
                         numbers.data(), numbers.size(), &err);
   });
   if (status != NEB_OK)
      return refused(reason(status, err));
   for (auto &descriptor : state.descriptors)
      (void)descriptor.release();
   return {};
}

void Instance::resume() {
   const auto *table = static_cast<const neb_handover *>(extension(NEB_SVC_HANDOVER));
   auto err = make_error();
   (void)call("handover.resume", err, [&] {
      if (table)
         table->resume(table);
      return NEB_OK;
   });
}

void Instance::mark_stuck(std::string_view why) {
   stuck_.store(true, std::memory_order_release);
   set_problem(std::string(why));
   services_.health.report(name(), HealthLevel::failed, "",
                           "stuck: " + std::string(why) + "; it stays in memory until the node ends");
}

void Instance::destroy() {
   if (state() == PluginState::destroyed)
      return;
   retire_extensions();
   if (stuck()) {
      // Whatever it may still touch stays: its context, and the trees of its configuration.
      if (host_)
         host_->abandon();
      host_.reset();
      keep_for_ever(std::move(first_config_));
      keep_for_ever(std::move(config_));
      created_ = false;
      return;
   }
   if (created_) {
      auto err = make_error();
      (void)call("destroy", err, [&] {
         table_.destroy(&table_);
         return NEB_OK;
      });
      created_ = false;
      // A failed instance stays shown as failed; what it was is what the operator needs to know.
      if (state() != PluginState::failed)
         step(PluginStep::destroy, true);
   }
   host_.reset();
}

Result<Instance::Reconfigured> Instance::reconfigure(config::Value next) {
   auto value = std::make_unique<const config::Value>(std::move(next));
   auto err = make_error();
   const auto status =
      call("reconfigure", err, [&] { return table_.reconfigure(&table_, config::as_handle(*value), &err); });
   step(PluginStep::reconfigure, status == NEB_OK);
   if (status == NEB_E_UNSUPPORTED)
      return Reconfigured::needs_restart;
   if (status != NEB_OK)
      return Error{"plugin " + name() + " refused its new configuration: " + reason(status, err),
                   ErrorKind::configuration};
   host_->set_config(config::as_handle(*value));
   config_ = std::move(value);
   planned_.config = *config_;
   return Reconfigured::done;
}

void Instance::adopt(const PlannedInstance &planned) {
   planned_.settings = planned.settings;
}

const void *Instance::extension(const char *id) {
   const void *given = nullptr;
   auto err = make_error();
   (void)call("get_extension", err, [&] {
      given = table_.get_extension(&table_, id);
      return NEB_OK;
   });
   if (!given)
      return nullptr;
   auto table = complete_service(id, given);
   if (table)
      return *table;
   host_->log().warn(table.error().message);
   return nullptr;
}

const void *Instance::command_table() {
   return extension(NEB_SVC_COMMAND);
}

void Instance::offer_extensions() {
   status_slot_.publish(extension(NEB_SVC_STATUS));
   command_slot_.publish(extension(NEB_SVC_COMMAND));
}

void Instance::retire_extensions() {
   status_slot_.publish(nullptr);
   command_slot_.publish(nullptr);
   if (!status_slot_.quiesce(k_reader_wait_ns) || !command_slot_.quiesce(k_reader_wait_ns))
      mark_stuck("it does not return from a status or command request");
}

} // namespace nebula::host
