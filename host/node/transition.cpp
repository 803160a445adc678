#include "host/node/transition.h"

#include <algorithm>

namespace nebula::host {

Transition::Change Transition::change_of(const Instance *running, const PlannedInstance &planned) const {
   if (!running)
      return Change::add;
   if (running->stuck())
      return Change::none; // it can neither be stopped nor started again; its health says so
   const auto &now = running->planned().settings;
   const auto &then = planned.settings;
   const bool same_entry = now.id == then.id && now.path == then.path && now.sha256 == then.sha256 &&
                           now.required == then.required && now.isolated == then.isolated &&
                           running->planned().backends_only == planned.backends_only;
   if (!same_entry || running->state() != PluginState::running || planned.name() == restarted_)
      return Change::restart;
   return config::same_content(running->planned().config, planned.config) ? Change::none : Change::reconfigure;
}

void Transition::compare() {
   for (const auto &planned : plan_.instances) {
      running_.push_back(node_.instance(planned.name()));
      changes_.push_back(change_of(running_.back().get(), planned));
   }
}

Result<void> Transition::reconfigure_all() {
   struct Done {
      Instance *instance;
      config::Value former;
   };
   std::vector<Done> done;
   for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (changes_[i] != Change::reconfigure)
         continue;
      auto former = running_[i]->planned().config;
      auto outcome = running_[i]->reconfigure(plan_.instances[i].config);
      if (!outcome) {
         for (auto undo = done.rbegin(); undo != done.rend(); ++undo)
            if (auto undone = undo->instance->reconfigure(undo->former); !undone)
               node_.say(LogLevel::error, "going back failed: " + undone.error().message);
         return outcome.error();
      }
      if (*outcome == Instance::Reconfigured::needs_restart)
         changes_[i] = Change::restart;
      else
         done.push_back({running_[i].get(), std::move(former)});
   }
   return {};
}

void Transition::take_down_old() {
   const auto order = node_.in_start_order_;
   for (auto old = order.rbegin(); old != order.rend(); ++old) {
      const auto place = std::find(running_.begin(), running_.end(), *old);
      const bool stays = place != running_.end();
      if (stays && changes_[static_cast<std::size_t>(place - running_.begin())] != Change::restart)
         continue;
      touched_ = true;
      node_.take_down(**old);
      if (!stays)
         report_.removed.push_back((*old)->name());
   }
}

Result<void> Transition::bring_up_new() {
   std::vector<std::shared_ptr<Instance>> in_file_order;
   std::vector<bool> is_new;
   node_.tell_directory(plan_);
   for (std::size_t i = 0; i < changes_.size(); ++i) {
      auto &planned = plan_.instances[i];
      is_new.push_back(changes_[i] == Change::add || (changes_[i] == Change::restart && !running_[i]->stuck()));
      auto &list = changes_[i] == Change::add           ? report_.added
                   : changes_[i] == Change::restart     ? report_.restarted
                   : changes_[i] == Change::reconfigure ? report_.reconfigured
                                                        : report_.unchanged;
      list.push_back(planned.name());
      if (is_new.back()) {
         in_file_order.push_back(
            std::make_shared<Instance>(node_.parts_->services, node_.parts_->timers, std::move(planned)));
      } else {
         running_[i]->adopt(planned);
         in_file_order.push_back(running_[i]);
      }
   }
   std::vector<std::shared_ptr<Instance>> in_start_order, fresh;
   for (const auto index : plan_.order.order) {
      in_start_order.push_back(in_file_order[index]);
      if (is_new[index])
         fresh.push_back(in_file_order[index]);
   }
   touched_ = touched_ || !fresh.empty();
   node_.set_instances(std::move(in_file_order), std::move(in_start_order));
   return node_.bring_up(fresh);
}

Result<ReloadReport> Transition::run() {
   compare();
   if (auto reconfigured = reconfigure_all(); !reconfigured)
      return reconfigured.error();
   take_down_old();
   if (auto up = bring_up_new(); !up)
      return up.error();
   return std::move(report_);
}

} // namespace nebula::host
