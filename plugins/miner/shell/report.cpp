#include "report.h"

#include "miner.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>

namespace nebula::miner {

namespace json = boost::json;

namespace {

struct Rates {
   double s10 = 0, s60 = 0, m15 = 0;
};

Rates sum(const MinerView &view) {
   Rates rates;
   for (const DeviceView &device : view.devices) {
      rates.s10 += device.rate_short;
      rates.s60 += device.rate_medium;
      rates.m15 += device.rate_long;
   }
   return rates;
}

json::object rates_object(const Rates &rates) {
   return {{"10s", rates.s10}, {"60s", rates.s60}, {"15m", rates.m15}};
}

json::array devices_array(const MinerView &view) {
   json::array devices;
   for (const DeviceView &device : view.devices)
      devices.push_back(
         json::object{{"name", device.name},
                      {"select", device.select},
                      {"backend", device.backend},
                      {"algorithm", device.algorithm},
                      {"state", device.state},
                      {"lanes", device.lanes},
                      {"hashes", device.hashes},
                      {"hashrate", rates_object({device.rate_short, device.rate_medium, device.rate_long})}});
   return devices;
}

json::object results_object(const MinerView &view) {
   const ResultCounts &r = view.results;
   return {{"submitted", r.submitted}, {"accepted", r.accepted}, {"blocks", r.blocks},     {"stale", r.stale},
           {"rejected", r.rejected},   {"lost", r.lost},         {"pending", view.pending}};
}

std::string results_text(const MinerView &view) {
   const ResultCounts &r = view.results;
   return std::to_string(r.accepted) + " accepted (" + std::to_string(r.blocks) + " blocks), " +
          std::to_string(r.stale) + " stale, " + std::to_string(r.rejected) + " rejected, " + std::to_string(r.lost) +
          " lost";
}

std::string rates_text(const Rates &rates) {
   return "10s " + rate_text(rates.s10) + " | 60s " + rate_text(rates.s60) + " | 15m " + rate_text(rates.m15);
}

std::string connection_text(const MinerView &view) {
   if (!view.work)
      return view.source + ": no work";
   return view.source + ": " + view.work->algorithm + " at height " + std::to_string(view.work->height);
}

json::object connection_object(const MinerView &view) {
   json::object connection{{"source", view.source}, {"working", view.work != nullptr}};
   if (view.work) {
      connection["algorithm"] = view.work->algorithm;
      connection["coin"] = view.work->coin;
      connection["height"] = view.work->height;
      connection["template"] = view.work->id;
   }
   return connection;
}

std::string workers_text(const MinerView &view) {
   std::string text;
   for (const DeviceView &device : view.devices)
      text += (text.empty() ? "" : "\n") + device.name + ": " + (device.backend.empty() ? "-" : device.backend) + ", " +
              std::to_string(device.lanes) + " lanes, " + rate_text(device.rate_medium) + ", " + device.state;
   return text;
}

} // namespace

std::string rate_text(double rate) {
   static constexpr const char *k_units[] = {"H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s"};
   std::size_t unit = 0;
   for (; rate >= 1000 && unit + 1 < std::size(k_units); ++unit)
      rate /= 1000;
   char text[32];
   std::snprintf(text, sizeof text, "%.1f %s", rate, k_units[unit]);
   return text;
}

std::string share_json(const ShareFact &fact) {
   json::object object{{"algorithm", fact.algorithm},
                       {"coin", fact.coin},
                       {"worker", fact.worker},
                       {"height", fact.height},
                       {"nonce", fact.nonce},
                       {"template", fact.template_id},
                       {"outcome", outcome_name(fact.outcome)}};
   if (!fact.block_id.empty())
      object["block_id"] = fact.block_id;
   if (!fact.text.empty())
      object["text"] = fact.text;
   return json::serialize(object);
}

std::string hashrate_json(const MinerView &view) {
   return json::serialize(
      json::object{{"worker", view.worker}, {"hashrate", rates_object(sum(view))}, {"devices", devices_array(view)}});
}

std::string status_json(const MinerView &view) {
   const Rates rates = sum(view);
   const std::string summary = (view.paused ? "paused, " : "") + rate_text(rates.s60) + ", " + connection_text(view) +
                               ", " + std::to_string(view.results.blocks) + " blocks";
   return json::serialize(json::object{{"summary", summary},
                                       {"paused", view.paused},
                                       {"worker", view.worker},
                                       {"connection", connection_object(view)},
                                       {"hashrate", rates_object(rates)},
                                       {"results", results_object(view)},
                                       {"devices", devices_array(view)}});
}

std::optional<std::string> answer_json(const MinerView &view, std::string_view method) {
   json::object object;
   if (method == "hashrate")
      object = {{"text", rates_text(sum(view))}, {"hashrate", rates_object(sum(view))}};
   else if (method == "results")
      object = {{"text", results_text(view)}, {"results", results_object(view)}};
   else if (method == "connections")
      object = {{"text", connection_text(view)}, {"connections", json::array{connection_object(view)}}};
   else if (method == "workers")
      object = {{"text", workers_text(view)}, {"workers", devices_array(view)}};
   else
      return std::nullopt;
   return json::serialize(object);
}

std::string pause_json(bool paused, bool changed) {
   const char *text = paused ? (changed ? "mining is paused" : "mining was paused already")
                             : (changed ? "mining goes on" : "mining was not paused");
   return json::serialize(json::object{{"text", text}, {"paused", paused}});
}

} // namespace nebula::miner
