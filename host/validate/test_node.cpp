#include "host/validate/test_node.h"

#include "host/slots/c_error.h"

namespace nebula::host::validation {

neb_status LenientDirectory::provide(const InstanceIdentity &provider, const char *id, const char *name,
                                     const char *properties, const void *iface, neb_error *err) noexcept {
   if (provide_answer_ != NEB_OK)
      return fail(err, provide_answer_, "this host refuses every service, to see how the plugin takes it");
   given_[{std::string(provider.instance), id, name ? name : std::string(provider.instance)}] = iface;
   return inner.provide(provider, id, name, properties, iface, err);
}

const void *LenientDirectory::given(const Provided &service) const {
   const auto found = given_.find({service.instance, service.id, service.name});
   return found == given_.end() ? nullptr : found->second;
}

neb_status LenientDirectory::find(const InstanceIdentity &seeker, std::string_view id, std::string_view select,
                                  neb_slot **out, neb_error *err) noexcept {
   const neb_status status = inner.find(seeker, id, select, out, err);
   return status == NEB_E_NOT_FOUND && *out ? static_cast<neb_status>(NEB_OK) : status;
}

neb_status LenientDirectory::list(const InstanceIdentity &seeker, std::string_view id,
                                  void (*each)(void *user, neb_str name, neb_str properties), void *user) noexcept {
   return inner.list(seeker, id, each, user);
}

neb_status TestNode::View::document(std::string_view name, neb_write_fn write, void *user) noexcept {
   static constexpr std::string_view k_empty = "{}";
   if (name != "status")
      return NEB_E_NOT_FOUND;
   write(user, {reinterpret_cast<const std::uint8_t *>(k_empty.data()), k_empty.size()});
   return NEB_OK;
}

Result<TestNode *> TestNode::make(const TestNodeOptions &options) {
   LogOptions log_options;
   log_options.format = LogOptions::Format::text;
   auto log = Log::open(log_options, *new RealClock);
   if (!log)
      return log.error();
   return new TestNode(options, std::move(*log));
}

TestNode::TestNode(const TestNodeOptions &options, std::unique_ptr<Log> log)
   : log_(std::move(log)), executor_(clock_, timers_, Executor::Options{.threads = 2}),
     health_(clock_, timers_, nullptr), directory_(options.provide_answer),
     view_(options.data_root), services_{.clock = clock_,
                                         .executor = executor_,
                                         .bus = bus_,
                                         .metrics = metrics_,
                                         .health = health_,
                                         .log = *log_,
                                         .services = directory_,
                                         .node = view_,
                                         .version = "0.1.0",
                                         .kv_map_max = 1ull << 30} {}

} // namespace nebula::host::validation
