#include "host/pow/describe.h"

#include "host/pow/registry.h"
#include "host/pow/telemetry.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <span>

namespace nebula::host {

namespace json = boost::json;

namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
   static constexpr char k_digits[] = "0123456789abcdef";
   std::string text;
   for (const std::uint8_t byte : bytes) {
      text += k_digits[byte >> 4];
      text += k_digits[byte & 15];
   }
   return text;
}

const char *status_name(std::int32_t status) noexcept {
   return status == NEB_POW_CORE ? "core" : status == NEB_POW_DEPRECATED ? "deprecated" : "supported";
}

json::object properties_object(const Properties &properties) {
   json::object object;
   for (const auto &[key, value] : properties)
      object[key] = value;
   return object;
}

/// Why it does not come into question; empty: it does.
std::string removed_by(const Considered &one) {
   if (!one.rejected_by.empty())
      return "the clause " + one.rejected_by;
   const Standing standing = one.contender->standing();
   return standing == Standing::passed || standing == Standing::untried
             ? std::string()
             : std::string(standing_name(standing)) + ": " + one.contender->reason();
}

json::object telemetry_object(const neb_pow_telemetry &telemetry) {
   json::object object;
   if (telemetry.present & NEB_POW_HAS_TEMPERATURE)
      object["temperature_celsius"] = telemetry.temperature_mc / 1000.0;
   if (telemetry.present & NEB_POW_HAS_CLOCK)
      object["clock_mhz"] = telemetry.clock_mhz;
   if (telemetry.present & NEB_POW_HAS_POWER)
      object["power_watts"] = telemetry.power_mw / 1000.0;
   if (telemetry.present & NEB_POW_HAS_FAN)
      object["fan_percent"] = telemetry.fan_permille / 10.0;
   if (telemetry.present & NEB_POW_HAS_MEMORY) {
      object["memory_bytes"] = telemetry.memory_bytes;
      object["memory_used_bytes"] = telemetry.memory_used;
   }
   return object;
}

json::array candidates_array(const std::vector<Considered> &considered) {
   json::array candidates;
   for (const Considered &one : considered) {
      const Contender &contender = *one.contender;
      const std::string removed = removed_by(one);
      json::object object{{"name", contender.name()},
                          {"device", contender.device()},
                          {"instance", contender.provided().instance},
                          {"properties", properties_object(contender.provided().properties)},
                          {"standing", standing_name(contender.standing())},
                          {"preferences", one.preference},
                          {"hashes_per_second", contender.rate()},
                          {"admitted", removed.empty()}};
      if (!removed.empty())
         object["removed_by"] = removed;
      if (contender.checking())
         object["checking"] = true;
      if (const auto telemetry = read_telemetry(*one.contender))
         object["telemetry"] = telemetry_object(*telemetry);
      candidates.push_back(std::move(object));
   }
   return candidates;
}

json::array slots_array(const std::vector<ServedSlot> &slots) {
   json::array array;
   for (const ServedSlot &slot : slots) {
      json::object object{{"consumer", slot.consumer}, {"select", slot.select}, {"backend", nullptr}};
      if (slot.serving) {
         object["backend"] = slot.serving->name();
         object["device"] = slot.serving->device();
         object["hashes_per_second"] = slot.serving->rate();
      }
      array.push_back(std::move(object));
   }
   return array;
}

/// For people: who computes it now, and for whom.
std::string serving_text(const AlgorithmEntry &algorithm, const std::vector<ServedSlot> &slots) {
   std::string text;
   for (const ServedSlot &slot : slots) {
      text += text.empty() ? "" : "; ";
      text += slot.serving ? "computed by " + std::string(slot.serving->name()) : std::string("nobody computes it");
      text += " for " + slot.consumer;
   }
   return !text.empty() ? text : algorithm.table().text ? algorithm.table().text : "nobody asks for it";
}

} // namespace

std::string deprecation_text(const neb_pow_algorithm &algorithm) {
   std::string text = algorithm.text ? algorithm.text : "its plugin does not say why";
   if (text.ends_with('.'))
      text.pop_back();
   if (algorithm.height_max != 0)
      text += "; a chain may accept it up to height " + std::to_string(algorithm.height_max);
   return text;
}

std::string explain_json(const AlgorithmEntry &algorithm, const SelectionPlan &plan,
                         const std::vector<std::shared_ptr<Contender>> &contenders,
                         const std::vector<ServedSlot> &slots) {
   json::array steps;
   for (const SelectionStep &step : plan)
      steps.push_back(json::object{{"select", step.select.text()},
                                   {"origin", step.origin},
                                   {"candidates", candidates_array(consider(step.select, contenders))}});
   const neb_pow_algorithm &table = algorithm.table();
   const auto aliases = algorithm.aliases();
   json::object object{{"algorithm", table.name},
                       {"aliases", json::array(aliases.begin(), aliases.end())},
                       {"text", serving_text(algorithm, slots)},
                       {"about", table.text ? table.text : ""},
                       {"status", status_name(table.status)},
                       {"instance", algorithm.instance()},
                       {"slots", slots_array(slots)},
                       {"steps", std::move(steps)}};
   if (table.height_max != 0)
      object["height_max"] = table.height_max;
   if (table.status == NEB_POW_DEPRECATED)
      object["deprecated"] = deprecation_text(table);
   return json::serialize(object);
}

std::string status_json(const std::vector<AlgorithmStatus> &algorithms) {
   json::object object;
   for (const AlgorithmStatus &algorithm : algorithms)
      object[algorithm.name] = json::object{{"slots", slots_array(algorithm.slots)}};
   return json::serialize(object);
}

std::string quarantine_json(const Contender &contender, const std::string &why, const JobCopy &job) {
   const std::span key(reinterpret_cast<const std::uint8_t *>(job.epoch.key.data()), job.epoch.key.size());
   return json::serialize(json::object{{"backend", contender.name()},
                                       {"algorithm", contender.table()->algorithm},
                                       {"instance", contender.provided().instance},
                                       {"properties", properties_object(contender.provided().properties)},
                                       {"reason", why},
                                       {"epoch_key", hex(key)},
                                       {"epoch_height", job.epoch.height},
                                       {"input", hex(job.input)},
                                       {"nonce_offset", job.nonce_offset},
                                       {"nonce_bytes", job.nonce_bytes},
                                       {"nonce_first", job.nonce_first},
                                       {"nonce_count", job.nonce_count},
                                       {"hit_capacity", job.hit_capacity},
                                       {"target", hex(job.target)}});
}

} // namespace nebula::host
