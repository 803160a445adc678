#include "host/validate/test_node.h"

#include <filesystem>

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

std::string_view TestNode::View::data_root() const noexcept {
   std::error_code ignored; // the store says why when it cannot be
   std::filesystem::create_directories(data_root_, ignored);
   return data_root_;
}

Result<Engine *> Engine::of_process() {
   static Engine *engine = nullptr;
   if (engine)
      return engine;
   auto made = std::make_unique<Engine>();
   LogOptions options;
   options.format = LogOptions::Format::text;
   auto log = Log::open(options, made->clock);
   if (!log)
      return log.error();
   made->log = std::move(*log);
   return engine = made.release();
}

Result<TestNode *> TestNode::make(const TestNodeOptions &options) {
   static auto &nodes = *new std::vector<std::unique_ptr<TestNode>>;
   const auto engine = Engine::of_process();
   if (!engine)
      return engine.error();
   nodes.push_back(std::unique_ptr<TestNode>(new TestNode(options, **engine)));
   return nodes.back().get();
}

TestNode::TestNode(const TestNodeOptions &options, Engine &engine)
   : engine_(engine), bus_(engine.clock), health_(engine.clock, engine.timers, nullptr),
     directory_(options.provide_answer), view_(options.data_root), services_{.clock = engine.clock,
                                                                             .executor = engine.executor,
                                                                             .bus = bus_,
                                                                             .metrics = metrics_,
                                                                             .health = health_,
                                                                             .log = *engine.log,
                                                                             .services = directory_,
                                                                             .node = view_,
                                                                             .version = "0.1.0",
                                                                             .kv_map_max = 1ull << 30} {}

} // namespace nebula::host::validation
