#include "host/validate/rig.h"

#include "host/config/config_api.h"
#include "host/config/json_value.h"
#include "host/config/schema.h"
#include "host/config/validate.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"
#include "host/validate/child.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::host::validation {

Result<config::Value> examined_config(const Manifest &manifest, const std::string &text) {
   const auto schema = config::parse_schema(boost::json::serialize(manifest.config), config::Unlisted::refused);
   if (!schema)
      return schema.error();
   boost::system::error_code failed;
   const auto json = boost::json::parse(text.empty() ? "{}" : text, failed);
   if (failed)
      return Error{"the configuration given with --config is not JSON: " + failed.message(), ErrorKind::configuration};
   config::Origin origin;
   origin.source = std::make_shared<const std::string>("--config");
   config::Mistakes mistakes;
   auto value = config::validate(config::from_json(json, origin), **schema, "", mistakes);
   if (mistakes.empty())
      return value;
   const auto &first = mistakes.list()[0];
   return Error{(first.path.empty() ? "" : first.path + ": ") + first.text,
                text.empty() ? ErrorKind::unavailable : ErrorKind::configuration};
}

Result<std::unique_ptr<Rig>> Rig::make(Subject &subject, TestNode &node, const RigOptions &options) {
   auto manifests = subject.manifests();
   if (!manifests)
      return manifests.error();
   const auto entry = subject.entry();
   if (!entry)
      return entry.error();
   const Manifest &manifest = manifests->at(options.index);
   auto config = options.empty_config
                    ? Result<config::Value>(config::Value::map({}))
                    : examined_config(manifest, options.config.empty() ? subject.options().config : options.config);
   if (!config)
      return config.error();
   return std::unique_ptr<Rig>(new Rig(node, options, manifest, std::move(*config), *entry));
}

Rig::Rig(TestNode &node, const RigOptions &options, Manifest manifest, config::Value config, const neb_entry *entry)
   : node_(node), options_(options), manifest_(std::move(manifest)), config_(std::move(config)),
     config_table_(config::config_table(nullptr)), entry_(entry),
     instance_(std::make_unique<InstanceHost>(node.services(), InstanceSpec{.instance = options.instance,
                                                                            .plugin = manifest_.id,
                                                                            .plugin_version = manifest_.version,
                                                                            .config_table = &config_table_,
                                                                            .config_root = Rig::config()})),
     host_(for_ever<neb_host>(*instance_->record())), record_(&host_) {
   if (!options.view)
      return;
   options.view->attach(*this);
   install_view(host_, *options.view);
   record_ = options.view->record(host_);
}

Rig::~Rig() {
   instance_->abandon();
   (void)instance_.release();
}

const neb_config *Rig::config() const {
   return config::as_handle(config_);
}

Error Rig::refused(const char *call, neb_status status, const neb_error &err) {
   reason_ = text_of(err);
   return {std::string(call) + " returned " + std::to_string(status) +
              (reason_.empty() ? " without a text" : ": " + reason_),
           status == NEB_E_IO || status == NEB_E_BUSY ? ErrorKind::io : ErrorKind::unavailable};
}

Result<void> Rig::create() {
   neb_error err = make_error();
   ChildPipe::step("calling create");
   original_ = entry_->create(record_, options_.index, &err);
   if (!original_)
      return refused("create", err.code, err);
   auto completed = complete_plugin(original_);
   if (!completed)
      return completed.error();
   table_ = *completed;
   instance_->set_state(InstanceState::created);
   return {};
}

Result<void> Rig::init() {
   neb_error err = make_error();
   neb_status status = NEB_OK;
   {
      const InstanceHost::InitScope scope(*instance_);
      ChildPipe::step("calling init");
      in_init_ = true;
      status = table_.init(&table_, &err);
      in_init_ = false;
   }
   instance_->set_state(status == NEB_OK ? InstanceState::ready : InstanceState::failed);
   if (status != NEB_OK)
      return refused("init", status, err);
   node_.directory().inner.instance_ready(options_.instance);
   return {};
}

Result<void> Rig::start() {
   neb_error err = make_error();
   instance_->open_tasks();
   tasks_open_ = true;
   ChildPipe::step("calling start");
   const neb_status status = table_.start(&table_, &err);
   instance_->set_state(status == NEB_OK ? InstanceState::running : InstanceState::failed);
   return status == NEB_OK ? Result<void>() : refused("start", status, err);
}

neb_status Rig::drain() {
   ChildPipe::step("calling drain");
   const neb_status status = table_.drain(&table_, node_.clock().monotonic_ns() + k_stop_ns);
   instance_->set_state(InstanceState::draining);
   return status;
}

neb_status Rig::stop() {
   ChildPipe::step("calling stop");
   const neb_status status = table_.stop(&table_, node_.clock().monotonic_ns() + k_stop_ns);
   instance_->set_state(InstanceState::stopped);
   return status;
}

void Rig::destroy() {
   if (!original_)
      return;
   if (tasks_open_)
      (void)instance_->close_tasks(node_.clock().monotonic_ns() + k_stop_ns);
   tasks_open_ = false;
   ChildPipe::step("calling destroy");
   table_.destroy(&table_);
   original_ = nullptr;
}

Result<void> Rig::bring_up(bool started) {
   if (auto done = create(); !done)
      return done;
   if (auto done = init(); !done)
      return done;
   return started ? start() : Result<void>();
}

std::vector<const Provided *> Rig::provided() const {
   return node_.directory().inner.services_of(options_.instance);
}

} // namespace nebula::host::validation
