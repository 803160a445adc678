#pragma once

/// From the instances that run to those a plan asks for.

#include "host/node/node.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

class Transition {
public:
   /// `restarted`: an instance to restart though its entry did not change; empty: none.
   Transition(Node &node, Plan &plan, std::string_view restarted) : node_(node), plan_(plan), restarted_(restarted) {}

   /// An error before anything was stopped leaves everything as it was; a later one leaves the node between the two, to
   /// be brought back by a transition to the former plan. `touched` tells which.
   [[nodiscard]] Result<ReloadReport> run();
   [[nodiscard]] bool touched() const noexcept { return touched_; }

private:
   enum class Change { none, reconfigure, restart, add };
   [[nodiscard]] Change change_of(const Instance *running, const PlannedInstance &planned) const;
   void compare();
   [[nodiscard]] Result<void> reconfigure_all();
   void take_down_old();
   [[nodiscard]] Result<void> bring_up_new();

   Node &node_;
   Plan &plan_;
   const std::string_view restarted_;
   std::vector<std::shared_ptr<Instance>> running_; // of each planned one, or nullptr
   std::vector<Change> changes_;                    // likewise
   ReloadReport report_;
   bool touched_ = false;
};

} // namespace nebula::host
