#pragma once

/// Which backends an algorithm shall use: the `algorithms` section of node.yaml, with what holds when it says nothing.
///
///    algorithms:
///      cosmic-harmony:
///        select:   "device=gpu, ?vendor=nvidia"
///        fallback: ["device=cpu, ?simd=avx512", "kind=reference"]
///
/// Without an entry (or with an empty select) the select is k_default_select; without a fallback it is
/// k_default_fallback only in that case: whoever writes a select writes the fallbacks too.

#include "host/config/settings.h"
#include "host/slots/select.h"
#include "host/util/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

/// The processor's vector kernels, or the mode with the big dataset where a plugin offers one; among equals the fastest
/// one measured serves. Devices beside the processor are asked for.
inline constexpr const char *k_default_select = "device=cpu, kind!=reference, ?kind=simd, ?kind=fast";
inline constexpr const char *k_default_fallback = "kind=reference";

/// One step of a plan; the steps are tried in order.
struct SelectionStep {
   Selection select;
   std::string origin; // "node.yaml:41:9", "default", "use"
};

using SelectionPlan = std::vector<SelectionStep>;
using SelectionPlans = std::map<std::string, SelectionPlan, std::less<>>;

[[nodiscard]] SelectionPlan default_plan();
/// The plans of the section. The error names the line.
[[nodiscard]] Result<SelectionPlans> read_plans(const std::vector<config::AlgorithmSettings> &algorithms);

} // namespace nebula::host
