#include "host/node/node.h"

#include <algorithm>
#include <map>

namespace nebula::host {

Node::Node(NodeOptions options)
   : options_(std::move(options)), settings_(options_.settings), name_(settings_.name), network_(settings_.network),
     data_dir_(options_.data_dir) {}

Result<std::unique_ptr<Node>> Node::make(NodeOptions options) {
   std::unique_ptr<Node> node(new Node(std::move(options)));
   const auto &given = node->options_;
   auto parts = NodeParts::make(given.settings, given.context.node_folder, given.clock, *node, given.version);
   if (!parts)
      return parts.error();
   node->parts_ = std::move(*parts);
   node->parts_->services.strict = given.strict;
   if (given.pow) {
      auto post = [&loop = node->loop_](std::function<void()> function) { (void)loop.post(std::move(function)); };
      node->parts_->pow = given.pow(node->parts_->services, node->parts_->timers, std::move(post));
      node->parts_->directory.set_pow(node->parts_->pow.get());
   }
   return node;
}

Node::~Node() {
   stop();
}

Result<void> Node::start(std::vector<HandedOver> &inherited) {
   phase_ = "starting";
   parts_->health.set_draining("");
   inherited_ = &inherited;
   heirs_.clear();
   started_at_ns_ = now_ns();
   if (auto provisioned = provision(); !provisioned)
      return provisioned.error();
   const auto running = run_ready(in_start_order_);
   inherited_ = nullptr;
   if (!running) {
      stop();
      return running.error();
   }
   phase_ = "running";
   return {};
}

Result<void> Node::bequeath(const std::shared_ptr<Instance> &instance) {
   if (!inherited_)
      return {};
   const auto own = [&](const HandedOver &one) {
      return one.instance == instance->name() && one.plugin == instance->plugin();
   };
   const auto found = std::find_if(inherited_->begin(), inherited_->end(), own);
   if (found == inherited_->end())
      return {};
   if (auto taken = instance->take(*found); !taken)
      return taken.error();
   heirs_.push_back(instance);
   inherited_->erase(found);
   return {};
}

void Node::resume() {
   for (const auto &heir : heirs_)
      if (heir->state() == PluginState::running)
         heir->resume();
   heirs_.clear();
}

Result<void> Node::give(std::uint64_t deadline_ns, std::vector<HandedOver> &out) {
   // Whoever uses another's service gives first, while that still answers.
   for (auto instance = in_start_order_.rbegin(); instance != in_start_order_.rend(); ++instance) {
      if ((*instance)->state() != PluginState::running)
         continue;
      auto given = (*instance)->give(deadline_ns);
      if (!given)
         return given.error();
      if (*given)
         out.push_back(std::move(**given));
   }
   return {};
}

Result<void> Node::provision() {
   auto plan = make_plan(settings_, options_.context);
   if (!plan)
      return plan.error();
   if (pow())
      if (auto configured = pow()->configure(settings_.algorithms); !configured)
         return configured.error();
   std::vector<std::shared_ptr<Instance>> in_file_order;
   tell_directory(*plan);
   for (auto &planned : plan->instances)
      in_file_order.push_back(std::make_shared<Instance>(parts_->services, parts_->timers, std::move(planned)));
   std::vector<std::shared_ptr<Instance>> in_start_order;
   for (const auto index : plan->order.order)
      in_start_order.push_back(in_file_order[index]);
   set_instances(std::move(in_file_order), in_start_order);
   if (auto prepared = prepare_all(in_start_order); !prepared) {
      stop();
      return prepared.error();
   }
   return {};
}

Result<void> Node::prepare(Instance &instance) {
   if (auto loaded = instance.load(); !loaded)
      return loaded.error();
   if (auto created = instance.create(); !created)
      return created.error();
   if (auto ready = instance.init(); !ready)
      return ready.error();
   std::vector<std::pair<std::string, std::string>> services;
   for (const auto *provided : parts_->directory.services_of(instance.name()))
      services.emplace_back(provided->id, provided->name);
   instance.set_services(std::move(services));
   parts_->directory.instance_ready(instance.name());
   return {};
}

Result<void> Node::bring_up(const std::vector<std::shared_ptr<Instance>> &instances) {
   if (auto prepared = prepare_all(instances); !prepared)
      return prepared.error();
   return run_ready(instances);
}

Result<void> Node::prepare_all(const std::vector<std::shared_ptr<Instance>> &instances) {
   for (const auto &instance : instances) {
      if (auto prepared = prepare(*instance); !prepared) {
         if (instance->required())
            return prepared.error();
         give_up(*instance, prepared.error());
      }
   }
   return {};
}

Result<void> Node::run_ready(const std::vector<std::shared_ptr<Instance>> &instances) {
   for (const auto &instance : instances) {
      if (instance->state() != PluginState::ready)
         continue;
      auto started = bequeath(instance);
      if (started)
         started = instance->start();
      if (!started) {
         if (instance->required())
            return started.error();
         give_up(*instance, started.error());
         continue;
      }
      parts_->health.set_running(instance->name());
      say(LogLevel::debug, instance->name() + " is running");
   }
   return {};
}

void Node::give_up(Instance &instance, const Error &why) {
   say(LogLevel::error, why.message + "; the node runs without it (required: false)");
   take_down(instance);
   if (instance.stuck())
      return;
   // Its host record is gone; what went wrong stays visible.
   parts_->health.add(instance.name(), instance.plugin(), instance.required());
   parts_->health.report(instance.name(), HealthLevel::failed, "", instance.problem());
}

void Node::drain(Instance &instance, std::uint64_t deadline_ns) {
   // What an heir holds before `resume` is still its predecessor's: it says goodbye to nobody.
   const bool waits =
      std::any_of(heirs_.begin(), heirs_.end(), [&](const auto &heir) { return heir.get() == &instance; });
   if (instance.state() == PluginState::running && !waits)
      instance.drain(deadline_ns);
}

void Node::take_down(Instance &instance) {
   auto &directory = parts_->directory;
   instance.set_services({});
   if (auto withdrawn = directory.withdraw(instance.name(), options_.stop_ns); !withdrawn)
      instance.mark_stuck(withdrawn.error().message);
   drain(instance, now_ns() + options_.drain_ns);
   if (instance.state() == PluginState::running || instance.state() == PluginState::draining)
      instance.stop(now_ns() + options_.stop_ns);
   directory.end_watches(instance.name());
   instance.destroy();
   if (instance.stuck())
      return; // it may still use its slots
   directory.forget(instance.name());
   parts_->health.remove(instance.name());
}

bool Node::stop() {
   phase_ = "stopping";
   parts_->health.set_draining("the node is stopping");
   const auto deadline = now_ns() + options_.drain_ns;
   for (auto instance = in_start_order_.rbegin(); instance != in_start_order_.rend(); ++instance)
      drain(**instance, deadline);
   bool clean = true;
   for (auto instance = in_start_order_.rbegin(); instance != in_start_order_.rend(); ++instance) {
      take_down(**instance);
      clean = clean && !(*instance)->stuck();
   }
   in_start_order_.clear();
   phase_ = "stopped";
   return clean;
}

void Node::tell_directory(const Plan &plan) {
   std::map<std::string, InstanceFacts, std::less<>> facts;
   for (std::size_t i = 0; i < plan.instances.size(); ++i) {
      auto &one = facts[plan.instances[i].name()];
      one.order = i;
      for (const auto &service : plan.instances[i].manifest.provides)
         one.provides.push_back(service.id);
   }
   parts_->directory.set_instances(std::move(facts));
}

void Node::set_instances(std::vector<std::shared_ptr<Instance>> in_file_order,
                         std::vector<std::shared_ptr<Instance>> in_start_order) {
   in_start_order_ = std::move(in_start_order);
   const std::lock_guard lock(instances_mutex_);
   instances_ = std::move(in_file_order);
}

std::vector<std::shared_ptr<Instance>> Node::instances() const {
   const std::lock_guard lock(instances_mutex_);
   return instances_;
}

std::shared_ptr<Instance> Node::instance(std::string_view name) const {
   const std::lock_guard lock(instances_mutex_);
   const auto found =
      std::find_if(instances_.begin(), instances_.end(), [&](const auto &one) { return one->name() == name; });
   return found == instances_.end() ? nullptr : *found;
}

Result<std::shared_ptr<Instance>> Node::create_only(std::string_view name) {
   auto plan = make_plan(settings_, options_.context);
   if (!plan)
      return plan.error();
   const auto planned = std::find_if(plan->instances.begin(), plan->instances.end(),
                                     [&](const PlannedInstance &one) { return one.name() == name; });
   if (planned == plan->instances.end())
      return Error{"there is no plugin instance \"" + std::string(name) + "\" in `plugins`", ErrorKind::configuration};
   tell_directory(*plan);
   auto instance = std::make_shared<Instance>(parts_->services, parts_->timers, std::move(*planned));
   set_instances({instance}, {instance});
   if (auto loaded = instance->load(); !loaded)
      return loaded.error();
   if (auto created = instance->create(); !created)
      return created.error();
   return instance;
}

} // namespace nebula::host
