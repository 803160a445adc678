#include "ext/health_state.h"
#include "ext/text.h"

#include <algorithm>

namespace nebula::host {
namespace {

[[nodiscard]] const char *boolean(bool value) {
   return value ? "true" : "false";
}

[[nodiscard]] bool is_alive(const HealthInstance &instance) {
   return !instance.required || instance.level() != HealthLevel::failed;
}

[[nodiscard]] bool is_ready(const HealthInstance &instance) {
   return !instance.required || instance.level() <= HealthLevel::degraded;
}

/// {"instance":..,"plugin":..,"required":..,"passed":..,"level":..,"text":..
void append_check(std::string &out, const std::string &name, const HealthInstance &instance, bool passed) {
   out += "{\"instance\":";
   append_json(out, name);
   out += ",\"plugin\":";
   append_json(out, instance.plugin);
   out += std::string(",\"required\":") + boolean(instance.required) + ",\"passed\":" + boolean(passed) + ",\"level\":";
   append_json(out, to_string(instance.level()));
   out += ",\"text\":";
   append_json(out, instance.text());
}

void append_component(std::string &out, const std::string &name, const HealthComponent &component) {
   out += "{\"component\":";
   append_json(out, name);
   out += ",\"level\":";
   append_json(out, to_string(component.level()));
   out += ",\"text\":";
   append_json(out, component.shown_text());
   out += ",\"since\":";
   append_json(out, utc_text(component.since_wall_ns));
   out += '}';
}

void append_components(std::string &out, const HealthInstance &instance) {
   out += ",\"components\":[";
   bool first = true;
   for (const auto &[name, component] : instance.components) {
      if (!std::exchange(first, false))
         out += ',';
      append_component(out, name, component);
   }
   out += ']';
}

template <class Passed>
void append_checks(std::string &out, const std::map<std::string, HealthInstance, std::less<>> &instances,
                   bool components, Passed passed) {
   out += ",\"checks\":[";
   bool first = true;
   for (const auto &[name, instance] : instances) {
      if (!std::exchange(first, false))
         out += ',';
      append_check(out, name, instance, passed(instance));
      if (components)
         append_components(out, instance);
      out += '}';
   }
   out += "]}";
}

} // namespace

bool Health::State::alive() const {
   return std::all_of(instances.begin(), instances.end(), [](const auto &entry) { return is_alive(entry.second); });
}

bool Health::State::ready() const {
   return draining.empty() &&
          std::all_of(instances.begin(), instances.end(), [](const auto &entry) { return is_ready(entry.second); });
}

HealthDocument Health::livez() const {
   std::lock_guard lock(state_->mutex);
   HealthDocument document;
   document.good = state_->alive();
   document.json = std::string("{\"status\":\"") + (document.good ? "alive" : "failed") + '"';
   append_checks(document.json, state_->instances, false, is_alive);
   return document;
}

HealthDocument Health::readyz() const {
   std::lock_guard lock(state_->mutex);
   HealthDocument document;
   document.good = state_->ready();
   document.json = std::string("{\"status\":\"") + (document.good ? "ready" : "not ready") + "\",\"draining\":";
   append_json(document.json, state_->draining);
   append_checks(document.json, state_->instances, false, is_ready);
   return document;
}

HealthDocument Health::healthz() const {
   std::lock_guard lock(state_->mutex);
   HealthLevel worst = state_->draining.empty() ? HealthLevel::ok : HealthLevel::not_ready;
   for (const auto &[name, instance] : state_->instances) // what is optional costs no more than full service
      worst = std::max(worst, instance.required ? instance.level() : std::min(instance.level(), HealthLevel::degraded));
   HealthDocument document;
   document.good = state_->ready() && state_->alive();
   document.json = "{\"status\":";
   append_json(document.json, to_string(worst));
   document.json += std::string(",\"alive\":") + boolean(state_->alive()) + ",\"ready\":" + boolean(state_->ready()) +
                    ",\"draining\":";
   append_json(document.json, state_->draining);
   append_checks(document.json, state_->instances, true, is_ready);
   return document;
}

} // namespace nebula::host
