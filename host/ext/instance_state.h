#pragma once

#include <cstdint>
#include <string_view>

namespace nebula::host {

/// The states of nebula/plugin.h that an instance has while the host record exists.
enum class InstanceState : uint32_t { loaded, created, ready, running, draining, stopped, failed };

[[nodiscard]] constexpr std::string_view to_string(InstanceState state) {
   switch (state) {
   case InstanceState::loaded:
      return "loaded";
   case InstanceState::created:
      return "created";
   case InstanceState::ready:
      return "ready";
   case InstanceState::running:
      return "running";
   case InstanceState::draining:
      return "draining";
   case InstanceState::stopped:
      return "stopped";
   case InstanceState::failed:
      return "failed";
   }
   return "unknown";
}

} // namespace nebula::host
