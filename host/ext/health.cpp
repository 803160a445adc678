#include "ext/health.h"

#include "ext/health_state.h"
#include "ext/text.h"
#include "log/escape.h"

#include <algorithm>

namespace nebula::host {

std::string_view to_string(HealthLevel level) {
   switch (level) {
   case HealthLevel::ok:
      return "ok";
   case HealthLevel::degraded:
      return "degraded";
   case HealthLevel::not_ready:
      return "not ready";
   case HealthLevel::failed:
      return "failed";
   }
   return "failed";
}

std::string to_json(const HealthChange &change) {
   std::string out = "{\"instance\":";
   append_json(out, change.instance);
   out += ",\"plugin\":";
   append_json(out, change.plugin);
   out += ",\"component\":";
   append_json(out, change.component);
   out += ",\"level\":";
   append_json(out, to_string(change.level));
   out += ",\"before\":";
   append_json(out, to_string(change.before));
   out += ",\"text\":";
   append_json(out, change.text);
   out += change.required ? ",\"required\":true}" : ",\"required\":false}";
   return out;
}

std::string HealthComponent::shown_text() const {
   return stalled ? "stalled: no sign of life within " + span_text(beat_within_ns) : text;
}

HealthLevel HealthInstance::level() const {
   HealthLevel worst = running ? HealthLevel::ok : HealthLevel::not_ready;
   for (const auto &[name, component] : components)
      worst = std::max(worst, component.level());
   return worst;
}

std::string HealthInstance::text() const {
   const HealthLevel worst = level();
   for (const auto &[name, component] : components)
      if (component.level() == worst && (worst != HealthLevel::ok || name.empty()))
         return name.empty() ? component.shown_text() : name + ": " + component.shown_text();
   return running ? std::string() : "starting";
}

Health::Health(Clock &clock, TimerQueue &timers, ProgressSink *progress)
   : state_(std::make_unique<State>(clock, timers, progress)) {
   State *state = state_.get();
   state->watch = timers.schedule_every(k_stall_check_ns, [state] { state->check_stalls(); });
}

Health::~Health() {
   (void)state_->timers.cancel(state_->watch);
}

void Health::on_change(std::function<void(const HealthChange &)> observer) {
   std::lock_guard lock(state_->mutex);
   state_->observer = std::move(observer);
}

void Health::add(std::string_view instance, std::string_view plugin, bool required) {
   std::lock_guard lock(state_->mutex);
   HealthInstance &added = state_->instances[std::string(instance)];
   added = {};
   added.plugin = plugin;
   added.required = required;
}

void Health::set_running(std::string_view instance) {
   std::lock_guard lock(state_->mutex);
   if (const auto found = state_->instances.find(instance); found != state_->instances.end())
      found->second.running = true;
}

void Health::remove(std::string_view instance) {
   std::lock_guard lock(state_->mutex);
   if (const auto found = state_->instances.find(instance); found != state_->instances.end())
      state_->instances.erase(found);
}

HealthComponent *Health::State::component(HealthInstance &of, std::string_view name, neb_status &why) {
   if (const auto found = of.components.find(name); found != of.components.end())
      return &found->second;
   why = name.size() > k_component_name_max ? NEB_E_INVALID : NEB_E_FULL;
   if (name.size() > k_component_name_max || of.components.size() >= k_components_max)
      return nullptr;
   HealthComponent &made = of.components[std::string(name)];
   made.since_wall_ns = clock.wall_ns();
   return &made;
}

void Health::State::changed(const std::string &instance, const HealthInstance &of, const std::string &name,
                            HealthComponent &component, HealthLevel before) {
   if (component.level() != before)
      component.since_wall_ns = clock.wall_ns();
   if (untold.size() >= k_untold_max)
      untold.pop_front(); // the observer is stuck; the newest matter most
   untold.push_back({instance, of.plugin, name, component.level(), before, component.shown_text(), of.required});
}

void Health::State::tell() {
   std::unique_lock lock(mutex);
   if (telling)
      return;
   telling = true;
   while (!untold.empty()) {
      const HealthChange change = std::move(untold.front());
      untold.pop_front();
      const auto told = observer;
      lock.unlock();
      if (told)
         told(change);
      lock.lock();
   }
   telling = false;
}

neb_status Health::report(std::string_view instance, HealthLevel level, std::string_view component,
                          std::string_view text) {
   if (level < HealthLevel::ok || level > HealthLevel::failed)
      return NEB_E_INVALID;
   {
      std::lock_guard lock(state_->mutex);
      const auto found = state_->instances.find(instance);
      if (found == state_->instances.end())
         return NEB_E_NOT_FOUND;
      const bool known = found->second.components.contains(component);
      neb_status why = NEB_OK;
      HealthComponent *place = state_->component(found->second, component, why);
      if (place == nullptr)
         return why;
      const std::string_view cut = cut_utf8(text, k_text_max);
      const HealthLevel before = place->level();
      const bool news = level != place->said || cut != place->text || !known;
      place->said = level;
      place->text = cut;
      if (news && !place->stalled)
         state_->changed(found->first, found->second, std::string(component), *place, before);
   }
   state_->tell();
   return NEB_OK;
}

neb_status Health::beat(std::string_view instance, std::string_view component, uint64_t within_ns) {
   {
      std::lock_guard lock(state_->mutex);
      const auto found = state_->instances.find(instance);
      if (found == state_->instances.end())
         return NEB_E_NOT_FOUND;
      neb_status why = NEB_OK;
      HealthComponent *place = state_->component(found->second, component, why);
      if (place == nullptr)
         return why;
      const uint64_t now = state_->clock.monotonic_ns();
      place->beat_within_ns = within_ns;
      place->beat_deadline_ns = within_ns > UINT64_MAX - now ? UINT64_MAX : now + within_ns;
      if (place->stalled) {
         place->stalled = false;
         state_->changed(found->first, found->second, std::string(component), *place, HealthLevel::failed);
      }
   }
   state_->tell();
   return NEB_OK;
}

void Health::State::check_stalls() {
   {
      std::lock_guard lock(mutex);
      const uint64_t now = clock.monotonic_ns();
      for (auto &[name, instance] : instances) {
         for (auto &[part, component] : instance.components) {
            if (component.beat_within_ns == 0 || component.stalled || now <= component.beat_deadline_ns)
               continue;
            const HealthLevel before = component.level();
            component.stalled = true;
            changed(name, instance, part, component, before);
         }
      }
   }
   tell();
}

void Health::progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                      std::string_view unit) {
   if (state_->progress != nullptr)
      state_->progress->progress(instance, what, done, total, unit);
}

HealthLevel Health::level(std::string_view instance) const {
   std::lock_guard lock(state_->mutex);
   const auto found = state_->instances.find(instance);
   return found == state_->instances.end() ? HealthLevel::failed : found->second.level();
}

std::vector<std::pair<std::string, HealthLevel>> Health::levels() const {
   std::vector<std::pair<std::string, HealthLevel>> all;
   std::lock_guard lock(state_->mutex);
   for (const auto &[name, instance] : state_->instances)
      all.emplace_back(name, instance.level());
   return all;
}

void Health::set_draining(std::string_view reason) {
   std::lock_guard lock(state_->mutex);
   state_->draining = reason;
}

} // namespace nebula::host
