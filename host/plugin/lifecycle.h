#pragma once

/// The life cycle of nebula/plugin.h as a pure table. What is not in it is a bug of the host.

#include <cstdint>
#include <optional>
#include <string_view>

namespace nebula::host {

enum class PluginState : std::uint8_t {
   found,
   verified,
   loaded,
   created,
   ready,
   running,
   draining,
   stopped,
   destroyed,
   failed,
};
inline constexpr int k_plugin_states = 10;

/// What the host does with an instance. `fail` is giving it up for a reason outside these calls.
enum class PluginStep : std::uint8_t { verify, load, create, init, start, drain, stop, reconfigure, destroy, fail };
inline constexpr int k_plugin_steps = 10;

/// The state after `step` went well or not; nullopt: the step is illegal in that state.
[[nodiscard]] std::optional<PluginState> next_state(PluginState from, PluginStep step, bool went_well) noexcept;

[[nodiscard]] std::string_view to_string(PluginState state) noexcept;
[[nodiscard]] std::string_view to_string(PluginStep step) noexcept;

} // namespace nebula::host
