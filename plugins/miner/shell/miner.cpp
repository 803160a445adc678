#include "miner.h"

#include "report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace nebula::miner {

namespace {

constexpr std::uint64_t k_tick_ns = 1'000'000'000;
constexpr std::uint64_t k_ticks_per_report = 10; // mining.hashrate goes out every ten seconds

Failure failure(neb_status status, const neb_error &error, std::string_view what) {
   return {status, error.text[0] ? error.text : std::string(what) + " (status " + std::to_string(status) + ")"};
}

} // namespace

Miner::~Miner() {
   if (shared_.solutions)
      shared_.solutions->close();
}

/// Every algorithm of this node; the configured one alone when there is one. Canonical names, and their others are
/// learned.
std::vector<std::string> Miner::computable() {
   if (!shared_.config.algorithm.empty()) {
      shared_.names.learn(shared_.host, shared_.config.algorithm);
      return {shared_.names.canonical(shared_.config.algorithm)};
   }
   std::vector<std::string> names;
   const auto each = [](void *user, neb_str name, neb_str) {
      auto *list = static_cast<std::vector<std::string> *>(user);
      if (list->size() < NEB_WORK_ALGORITHMS_MAX)
         list->emplace_back(view_of(name));
   };
   (void)shared_.host.services->list(shared_.host.host, text_of(NEB_SVC_POW_ALGORITHM), each, &names);
   for (const std::string &name : names)
      shared_.names.learn(shared_.host, name);
   return names;
}

std::optional<Failure> Miner::init() {
   if (const char *id = shared_.host.missing())
      return Failure{NEB_E_UNSUPPORTED, std::string("this host has no ") + id + ", which the miner needs"};
   if (auto wrong = read_config(shared_.host, shared_.config))
      return wrong;
   shared_.paused.store(shared_.config.paused);
   shared_.source =
      std::make_unique<SourceLink>(shared_.host, shared_.config.work, [this](bool clean) { on_work(clean); });
   neb_error error{};
   error.size = sizeof error;
   neb_status status = shared_.source->find(&error);
   if (status != NEB_OK)
      return failure(status, error, "no work source is called '" + shared_.config.work + "'");

   // What the source offers is named first: a member of a family exists from then on.
   const std::vector<std::string> offers = shared_.source->offered();
   for (const std::string &offered : offers)
      shared_.names.learn(shared_.host, offered);
   std::vector<std::string> algorithms = computable();
   if (algorithms.empty())
      return Failure{NEB_E_CONFIG,
                     "no plugin of this node offers a proof-of-work algorithm; enable one, e.g. cosmic-harmony"};
   // Only what will be mined is asked for, so that nothing else is checked and prepared; a source that does not answer
   // yet may turn out to want any of them.
   for (const std::string &offered : offers)
      if (const std::string name = shared_.names.canonical(offered);
          std::find(algorithms.begin(), algorithms.end(), name) != algorithms.end()) {
         algorithms = {name};
         break;
      }
   shared_.source->admit(algorithms, shared_.names);
   shared_.solutions = std::make_shared<Solutions>(shared_.host, shared_.source->slot(), shared_.config.worker);
   for (const DeviceConfig &config : shared_.config.devices) {
      devices_.push_back(std::make_unique<Device>(shared_, config, devices_.size()));
      status = devices_.back()->find(algorithms, &error);
      if (status != NEB_OK)
         return failure(status, error, "no backend can be selected with '" + config.select + "'");
   }
   rate_cell_ = shared_.host.cell(NEB_METRIC_GAUGE, "miner_hashrate", "Hashes per second over the last minute");
   height_cell_ = shared_.host.cell(NEB_METRIC_GAUGE, "miner_work_height", "Height of the work in progress");
   return std::nullopt;
}

std::optional<Failure> Miner::start() {
   ticker_ = std::make_unique<Ticker>(shared_.host, k_tick_ns, [this] { tick(); });
   if (const neb_status status = ticker_->start(); status != NEB_OK)
      return Failure{status, "the host's executor takes no timer"};
   for (const auto &device : devices_)
      device->start();
   shared_.source->follow();
   return std::nullopt;
}

void Miner::on_work(bool clean) {
   if (shared_.stopping.load())
      return;
   const std::shared_ptr<Work> work = shared_.source->current();
   if (work)
      neb_cell_set(height_cell_, static_cast<std::int64_t>(work->height));
   for (const auto &device : devices_) {
      if (work)
         device->use(work->algorithm);
      if (clean)
         device->cancel();
      device->wake();
   }
}

void Miner::tick() {
   if (shared_.stopping.load())
      return;
   shared_.solutions->retry();
   if (!shared_.source->current())
      shared_.source->follow();
   for (const auto &device : devices_)
      device->tick();
   if (++ticks_ % k_ticks_per_report == 0)
      publish_rates();
}

void Miner::publish_rates() {
   const MinerView now = view();
   double rate = 0;
   for (const DeviceView &device : now.devices)
      rate += device.rate_medium;
   neb_cell_set(rate_cell_, std::llround(rate));
   shared_.host.publish("mining.hashrate", hashrate_json(now));
}

bool Miner::pause(bool paused) {
   if (shared_.paused.exchange(paused) == paused)
      return false;
   for (const auto &device : devices_) {
      if (paused)
         device->cancel();
      else
         device->wake();
   }
   return true;
}

void Miner::halt() {
   shared_.stopping.store(true);
   for (const auto &device : devices_)
      device->cancel(true);
}

neb_status Miner::drain(std::uint64_t deadline_ns) {
   pause(true);
   // What was found is still worth its reward: give the source the time there is to answer.
   while (shared_.solutions->pending() > 0) {
      if (shared_.host.now_ns() >= deadline_ns)
         return NEB_E_TIMEOUT;
      shared_.solutions->retry();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
   }
   return NEB_OK;
}

neb_status Miner::stop(std::uint64_t deadline_ns) {
   halt();
   shared_.source->unfollow();
   ticker_->stop();
   for (const auto &device : devices_)
      if (!device->wait_parked(deadline_ns))
         return NEB_E_TIMEOUT;
   for (const auto &device : devices_)
      device->close();
   shared_.solutions->close();
   return NEB_OK;
}

MinerView Miner::view() const {
   MinerView view;
   view.source = shared_.config.work;
   view.worker = shared_.config.worker;
   view.paused = shared_.paused.load();
   if (shared_.source)
      view.work = shared_.source->current();
   if (shared_.solutions) {
      view.results = shared_.solutions->results().counts();
      view.pending = shared_.solutions->pending();
   }
   for (const auto &device : devices_)
      view.devices.push_back(device->view());
   return view;
}

} // namespace nebula::miner
