#include "host/pow/selection_plan.h"

namespace nebula::host {

namespace {

SelectionStep built_in(const char *text) {
   return {Selection::parse(text).value(), "default"};
}

Result<SelectionPlan> read_plan(const config::AlgorithmSettings &settings) {
   SelectionPlan plan;
   const std::string origin = settings.origin.where();
   const auto add = [&](const std::string &text) -> Result<void> {
      auto select = Selection::parse(text);
      if (!select)
         return select.error().within(origin + ": algorithms." + settings.name);
      plan.push_back({std::move(*select), origin});
      return {};
   };
   if (settings.select.empty())
      plan.push_back(built_in(k_default_select));
   else if (auto added = add(settings.select); !added)
      return added.error();
   if (settings.select.empty() && settings.fallback.empty())
      plan.push_back(built_in(k_default_fallback));
   for (const std::string &fallback : settings.fallback)
      if (auto added = add(fallback); !added)
         return added.error();
   return plan;
}

} // namespace

SelectionPlan default_plan() {
   return {built_in(k_default_select), built_in(k_default_fallback)};
}

Result<SelectionPlans> read_plans(const std::vector<config::AlgorithmSettings> &algorithms) {
   SelectionPlans plans;
   for (const config::AlgorithmSettings &settings : algorithms) {
      auto plan = read_plan(settings);
      if (!plan)
         return plan.error();
      plans.insert_or_assign(settings.name, std::move(*plan));
   }
   return plans;
}

} // namespace nebula::host
