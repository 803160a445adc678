#include "config.h"

namespace nebula::miner {

namespace {

Failure wrong(const HostView &host, const neb_config *node, std::string_view key, std::string_view what) {
   std::string text(view_of(host.config->where(node)));
   text.append(text.empty() ? "" : ": ").append(key).append(": ").append(what);
   return {NEB_E_CONFIG, std::move(text)};
}

const neb_config *at(const HostView &host, const neb_config *node, std::string_view key) {
   return host.config->at(node, text_of(key));
}

/// Leaves `out` alone when the key is absent.
std::optional<Failure> read_text(const HostView &host, const neb_config *map, std::string_view key, std::string &out) {
   const neb_config *node = at(host, map, key);
   neb_str text{};
   const neb_status status = host.config->as_str(node, &text);
   if (status == NEB_OK)
      out = view_of(text);
   if (status == NEB_OK || status == NEB_E_NOT_FOUND)
      return std::nullopt;
   return wrong(host, node, key, "this must be a text");
}

std::optional<Failure> read_threads(const HostView &host, const neb_config *map, std::uint32_t &out) {
   const neb_config *node = at(host, map, "threads");
   std::uint64_t number = 0;
   neb_str text{};
   const neb_status as_number = host.config->as_u64(node, &number);
   if (as_number == NEB_E_NOT_FOUND)
      return std::nullopt;
   if (as_number == NEB_OK && number >= 1 && number <= k_threads_max) {
      out = static_cast<std::uint32_t>(number);
      return std::nullopt;
   }
   if (as_number != NEB_OK && host.config->as_str(node, &text) == NEB_OK && view_of(text) == "auto") {
      out = 0;
      return std::nullopt;
   }
   return wrong(host, node, "threads", "this must be auto or a number from 1 to 1024");
}

std::optional<Failure> read_batch(const HostView &host, const neb_config *map, std::uint64_t &out) {
   const neb_config *node = at(host, map, "batch");
   std::uint64_t duration = 0;
   const neb_status status = host.config->as_duration_ns(node, &duration);
   if (status == NEB_E_NOT_FOUND)
      return std::nullopt;
   if (status != NEB_OK || duration < k_batch_min_ns || duration > k_batch_max_ns)
      return wrong(host, node, "batch", "this must be a time from 5ms to 1s, e.g. 30ms");
   out = duration;
   return std::nullopt;
}

std::optional<Failure> read_devices(const HostView &host, const neb_config *map, std::vector<DeviceConfig> &out) {
   const neb_config *list = at(host, map, "devices");
   const std::uint64_t count = host.config->count(list);
   if (count > k_devices_max)
      return wrong(host, list, "devices", "at most 16 devices fit one miner; give the others a second instance");
   for (std::uint64_t i = 0; i < count; ++i) {
      const neb_config *item = host.config->item(list, i, nullptr);
      DeviceConfig device;
      if (auto failure = read_text(host, item, "select", device.select))
         return failure;
      if (auto failure = read_threads(host, item, device.threads))
         return failure;
      for (const DeviceConfig &other : out)
         if (other.select == device.select)
            return wrong(host, item, "select", "this device is listed twice; raise its threads instead");
      out.push_back(std::move(device));
   }
   return std::nullopt;
}

} // namespace

std::optional<Failure> read_config(const HostView &host, MinerConfig &out) {
   const neb_config *root = host.config->root(host.host);
   std::uint32_t threads = 0;
   if (auto failure = read_text(host, root, "work", out.work))
      return failure;
   if (out.work.empty())
      return wrong(host, root, "work", "this must name the instance that gives the work, e.g. chain");
   if (auto failure = read_text(host, root, "algorithm", out.algorithm))
      return failure;
   if (auto failure = read_text(host, root, "worker", out.worker))
      return failure;
   if (auto failure = read_threads(host, root, threads))
      return failure;
   if (auto failure = read_batch(host, root, out.batch_ns))
      return failure;
   if (auto failure = read_devices(host, root, out.devices))
      return failure;
   if (out.devices.empty())
      out.devices.push_back({"", threads});
   if (out.worker.empty())
      out.worker = host.host->instance;
   std::uint8_t paused = 0;
   if (host.config->as_bool(at(host, root, "paused"), &paused) == NEB_OK)
      out.paused = paused != 0;
   return std::nullopt;
}

} // namespace nebula::miner
