#include "host/plugin/lifecycle.h"

namespace nebula::host {
namespace {

using enum PluginState;

struct Edge {
   PluginState from;
   PluginStep step;
   PluginState well;
   PluginState badly;
};

constexpr Edge k_edges[] = {
   {found, PluginStep::verify, verified, failed},        {verified, PluginStep::load, loaded, failed},
   {loaded, PluginStep::create, created, failed},        {created, PluginStep::init, ready, failed},
   {ready, PluginStep::start, running, failed},          {running, PluginStep::drain, draining, draining},
   {running, PluginStep::stop, stopped, stopped},        {draining, PluginStep::stop, stopped, stopped},
   {running, PluginStep::reconfigure, running, running}, {created, PluginStep::destroy, destroyed, destroyed},
   {ready, PluginStep::destroy, destroyed, destroyed},   {stopped, PluginStep::destroy, destroyed, destroyed},
   {failed, PluginStep::destroy, destroyed, destroyed},
};

} // namespace

std::optional<PluginState> next_state(PluginState from, PluginStep step, bool went_well) noexcept {
   if (step == PluginStep::fail)
      return from == destroyed ? std::nullopt : std::optional(failed);
   for (const auto &edge : k_edges)
      if (edge.from == from && edge.step == step)
         return went_well ? edge.well : edge.badly;
   return std::nullopt;
}

std::string_view to_string(PluginState state) noexcept {
   constexpr std::string_view names[k_plugin_states] = {"found",   "verified", "loaded",  "created",   "ready",
                                                        "running", "draining", "stopped", "destroyed", "failed"};
   return names[static_cast<int>(state)];
}

std::string_view to_string(PluginStep step) noexcept {
   constexpr std::string_view names[k_plugin_steps] = {"verify", "load", "create",      "init",    "start",
                                                       "drain",  "stop", "reconfigure", "destroy", "fail"};
   return names[static_cast<int>(step)];
}

} // namespace nebula::host
