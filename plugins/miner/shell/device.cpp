#include "device.h"

#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::miner {

namespace {

constexpr std::uint64_t k_first_gate_ns = 1'000'000'000; // what the gate of a fast algorithm takes, with room to spare

} // namespace

Device::Device(Shared &shared, DeviceConfig config, std::size_t index)
   : shared_(shared), config_(std::move(config)), name_("device " + std::to_string(index)),
     meter_(shared.host.now_ns()), state_("starting") {
   const std::string label = "device=\"" + std::to_string(index) + '"';
   hashes_cell_ = shared_.host.cell(NEB_METRIC_COUNTER, "miner_hashes_total", "Hashes computed", label);
}

Device::~Device() {
   close();
}

neb_status Device::find(const std::vector<std::string> &algorithms, neb_error *err) {
   for (const std::string &algorithm : algorithms) {
      const std::string select =
         "algorithm=" + property_value(algorithm) + (config_.select.empty() ? "" : ", " + config_.select);
      neb_slot *slot = nullptr;
      const neb_status status =
         shared_.host.services->find(shared_.host.host, text_of(NEB_SVC_POW_BACKEND), text_of(select), &slot, err);
      if (status != NEB_OK && status != NEB_E_NOT_FOUND)
         return status;
      if (slot)
         places_.push_back({algorithm, slot});
   }
   return NEB_OK;
}

void Device::start() {
   started_ns_ = shared_.host.now_ns();
   for (const Place &place : places_)
      (void)shared_.host.services->watch(place.slot, &Device::on_change, this);
   adapt();
}

void Device::use(const std::string &algorithm) {
   const auto place =
      std::find_if(places_.begin(), places_.end(), [&](const Place &p) { return p.algorithm == algorithm; });
   if (place == places_.end() || slot_.load())
      return;
   preparer_ = std::make_unique<Preparer>(
      shared_.host, place->slot, [this] { wake(); },
      [this](const std::string &why) { state(NEB_HEALTH_NOT_READY, "preparing failed: " + why); });
   {
      const std::lock_guard lock(mutex_);
      algorithm_ = algorithm;
   }
   slot_.store(place->slot); // lanes look at the preparer only after this
   adapt();
}

void Device::on_change(void *user, std::uint64_t) noexcept {
   auto *self = static_cast<Device *>(user);
   self->adapt();
   self->wake();
}

std::size_t Device::lanes_wanted(std::uint32_t backend_lanes) const {
   if (config_.threads != 0)
      return config_.threads;
   if (backend_lanes != 0)
      return std::min(backend_lanes, k_threads_max);
   // One core stays free for the network, the database and the person at the machine.
   const std::uint32_t cores = shared_.host.executor->concurrency(shared_.host.host);
   return std::clamp<std::uint32_t>(cores, 2, k_threads_max) - 1;
}

void Device::adapt() {
   neb_slot *slot = slot_.load();
   const Entered<neb_pow_backend> backend(shared_.host, slot);
   if (slot && !backend && shared_.host.now_ns() - started_ns_ < k_first_gate_ns)
      return; // the backends are being tested; the next tick looks again
   if (slot && !backend)
      return state(NEB_HEALTH_NOT_READY,
                   "no backend serves" + (config_.select.empty() ? "" : " '" + config_.select + "'"));
   if (!backend)
      return; // no template said yet what to compute
   const bool own_threads = backend->lanes != 0;
   const std::size_t wanted = lanes_wanted(backend->lanes);
   {
      const std::lock_guard lock(lanes_mutex_);
      if (shared_.stopping.load())
         return;
      Lanes &lanes = own_threads ? own_lanes_ : pool_lanes_;
      if (active_ && active_ != &lanes) // another kind of device took over: its former lanes finish and rest
         for (const auto &lane : *active_)
            lane->cancel();
      while (lanes.size() < wanted)
         lanes.push_back(std::make_unique<Lane>(*this, own_threads));
      active_ = &lanes;
      own_threads_.store(own_threads);
   }
   {
      const std::lock_guard lock(mutex_);
      backend_ = std::string(backend->name) + " on " + backend->device;
   }
   if (shared_.paused.load())
      state(NEB_HEALTH_OK, "paused"); // on purpose: nothing is wrong with it
}

void Device::wake() {
   const std::lock_guard lock(lanes_mutex_);
   if (active_)
      for (const auto &lane : *active_)
         lane->wake();
}

void Device::cancel(bool for_good) {
   const std::lock_guard lock(lanes_mutex_);
   for (Lanes *lanes : {&pool_lanes_, &own_lanes_})
      for (const auto &lane : *lanes)
         lane->cancel(for_good);
}

void Device::tick() {
   if (!slot_.load())
      return;
   adapt();
   if (preparer_->busy())
      state(NEB_HEALTH_NOT_READY, "preparing");
   preparer_->retry();
   wake();
}

bool Device::wait_parked(std::uint64_t deadline_ns) {
   const std::lock_guard lock(lanes_mutex_);
   const auto parked = [&](const auto &lane) { return lane->wait_parked(deadline_ns); };
   return std::all_of(pool_lanes_.begin(), pool_lanes_.end(), parked) &&
          std::all_of(own_lanes_.begin(), own_lanes_.end(), parked);
}

void Device::close() {
   if (preparer_)
      preparer_->stop();
   const std::lock_guard lock(lanes_mutex_);
   for (Lanes *lanes : {&pool_lanes_, &own_lanes_})
      for (const auto &lane : *lanes)
         lane->close();
}

void Device::count(std::uint64_t now_ns, std::uint64_t hashes) {
   neb_cell_add(hashes_cell_, static_cast<std::int64_t>(hashes));
   const std::lock_guard lock(mutex_);
   meter_.add(now_ns, hashes);
}

void Device::state(std::int32_t health, const std::string &text) {
   {
      const std::lock_guard lock(mutex_);
      if (health_ == health && state_ == text)
         return;
      health_ = health;
      state_ = text;
   }
   shared_.host.report(health, name_, text);
}

DeviceView Device::view() const {
   const std::uint64_t now = shared_.host.now_ns();
   std::size_t lanes = 0;
   {
      const std::lock_guard lock(lanes_mutex_);
      lanes = active_ ? active_->size() : 0;
   }
   const std::lock_guard lock(mutex_);
   return {name_,
           config_.select,
           backend_,
           algorithm_,
           shared_.paused.load() ? "paused" : state_,
           lanes,
           meter_.total(),
           meter_.rate(now, RateMeter::k_short_s),
           meter_.rate(now, RateMeter::k_medium_s),
           meter_.rate(now, RateMeter::k_long_s)};
}

} // namespace nebula::miner
