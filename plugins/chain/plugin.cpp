/// The chain as a plugin: finds what it needs, opens the store, and connects the parts. No rule of the chain is in
/// here.

#include "command/environment.h"
#include "core/address.h"
#include "core/networks.h"
#include "shell/coin.h"
#include "shell/documents.h"
#include "shell/facts.h"
#include "shell/funds.h"
#include "shell/kv_store.h"
#include "shell/requests.h"
#include "shell/routes.h"
#include "shell/settings.h"
#include "shell/work_source.h"

#include "common/hex.h"

#include <nebula/handover.hpp>
#include <nebula/health.hpp>
#include <nebula/kv.hpp>
#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

#include <boost/json/serialize.hpp>
#include <sodium.h>

namespace nebula::chain {
namespace {

constexpr std::chrono::seconds k_tick(1);
constexpr std::size_t k_signatures_per_task = 16; // about 1 ms

neb_status status_of(Fault fault) {
   switch (fault) {
   case Fault::missing:
      return NEB_E_NOT_FOUND;
   case Fault::duplicate:
      return NEB_E_EXISTS;
   case Fault::full:
      return NEB_E_FULL;
   case Fault::unavailable:
      return NEB_E_UNSUPPORTED;
   case Fault::storage:
      return NEB_E_IO;
   case Fault::too_late:
   case Fault::unknown_parent:
      return NEB_E_CONFLICT;
   case Fault::invalid:
   case Fault::low:
      break;
   }
   return NEB_E_INVALID;
}

[[noreturn]] void raise(const Error &error) {
   throw nebula::Error(status_of(error.fault), error.text);
}

} // namespace

class ChainPlugin final : public Plugin, private nebula::Command, private Handover {
public:
   explicit ChainPlugin(const neb_host *raw) : Plugin(raw), status_([this] { return status_text(); }) {
      if (sodium_init() < 0)
         throw nebula::Error(NEB_E_FAIL, "libsodium found no source of randomness on this machine");
      status_.attach(*this);
      Command::attach(*this);
      Handover::attach(*this);
   }

protected:
   void init() override {
      if (auto checked = check_address_hash(); !checked)
         raise(checked.error());
      settings_ = read_settings(config(), nebula::Node(host()).network());
      executor_.emplace(host());
      pow_.emplace(host(), settings_.network);
      pow_->complete(settings_.network); // whoever takes work from here asks what there is before anything starts
      work_.emplace(settings_.network, *pow_, *executor_, Clock(host()), log());
      routes_.emplace(host(), Clock(host()));
      facts_.emplace(host(), settings_.network);
      host().provide(NEB_SVC_WORK_SOURCE, work_->table());
      coin_.emplace(settings_.network, Clock(host()));
      host().provide(NEB_SVC_COIN, coin_->table());
   }

   void start() override {
      pow_->complete(settings_.network); // with what came meanwhile
      store_.emplace(host().raw(), &host().require<neb_ext_kv>(NEB_EXT_KV));
      if (auto opened = store_->open(); !opened)
         raise(opened.error());
      auto chain = Chain::open(settings_.network, *store_);
      if (!chain)
         raise(chain.error());
      const auto verify = [this](const std::vector<TransactionPtr> &all) { return signatures_valid(all); };
      node_ = std::make_unique<Node>(std::move(*chain), *pow_, verify, settings_.mempool);
      auto funds = open_funds(settings_, wallet_file(), log());
      if (!funds)
         raise(funds.error());
      const Address miner = funds->front().address;
      payouts_.emplace(*node_, std::move(*funds), settings_.payer.fee_per_byte);
      if (auto opened = payouts_->open(); !opened)
         raise(opened.error());
      follow_payouts();
      requests_.emplace(*node_, *payouts_, *pow_, Clock(host()), job_);
      refresh();
      const auto snapshot = node_->snapshot();
      log().info("network ", settings_.network.name, ", height ", snapshot->tip.height, ", tip ",
                 common::to_hex(snapshot->tip.id));
      WorkSource::Options options;
      options.miner = miner;
      options.bonus = settings_.bonus;
      options.refresh_s = settings_.template_refresh_s;
      work_->start(*node_, options,
                   [this](const Result<Added> &added, std::uint64_t took_ns) { block_judged(added, took_ns); });
      routes_->start(*node_);
      coin_->start(*node_, *payouts_);
      ready_ = true;
      schedule_tick();
   }

   neb_status stop(std::uint64_t deadline_ns) override {
      ready_ = false;
      {
         const std::lock_guard lock(tick_mutex_);
         ending_ = true;
      }
      tick_.cancel();
      if (coin_)
         coin_->stop();
      if (node_ != nullptr)
         routes_->stop();
      job_.stop();
      return !work_ || work_->stop(deadline_ns) ? NEB_OK : NEB_E_TIMEOUT;
   }

   /// Its store has all but the work that miners have.
   HandoverState give(std::uint64_t) override { return {work_->save(), {}}; }
   void take(HandoverState state) override { work_->restore(state.bytes); }
   void resume() override {}

private:
   bool signatures_valid(const std::vector<TransactionPtr> &all) {
      if (all.size() <= k_signatures_per_task)
         return signatures_valid_one_by_one(all);
      std::atomic<bool> valid{true};
      executor_->parallel_for((all.size() + k_signatures_per_task - 1) / k_signatures_per_task,
                              [&](std::uint64_t task) {
                                 const std::size_t from = task * k_signatures_per_task;
                                 const std::size_t to = std::min(all.size(), from + k_signatures_per_task);
                                 for (std::size_t i = from; i < to && valid; ++i) {
                                    if (!signature_is_valid(*all[i]))
                                       valid = false;
                                 }
                              });
      return valid;
   }

   void block_judged(const Result<Added> &added, std::uint64_t took_ns) {
      facts_->block_judged(settings_.network, added, took_ns);
      if (!added || added->kind == Added::Kind::side)
         return;
      refresh();
      work_->tip_changed();
   }

   /// Brings snapshot, metrics and health up to date.
   void refresh() {
      node_->refresh_snapshot([this](const AlgorithmParams &one) { return pow_->available(one).ok(); });
      const auto snapshot = node_->snapshot();
      facts_->show(*snapshot);
      bool any = false;
      for (const AlgorithmParams &algorithm : settings_.network.algorithms) {
         const auto available = pow_->available(algorithm);
         any = any || available.ok();
         health_.report(available ? NEB_HEALTH_OK : NEB_HEALTH_DEGRADED, "algorithm " + algorithm.name,
                        available ? "available" : "no work is offered: " + available.error().text);
      }
      health_.report(any ? NEB_HEALTH_OK : NEB_HEALTH_NOT_READY, {},
                     any ? "ready"
                         : "no algorithm of the network is available: blocks can be neither checked nor mined");
   }

   void tick() {
      (void)node_->expire_transactions(Clock(host()).wall_s());
      follow_payouts();
      refresh();
      work_->tick();
      schedule_tick();
   }

   /// A failure of the store is said once until it is over.
   void follow_payouts() {
      auto followed = payouts_->follow(Clock(host()).wall_s());
      if (!followed && !std::exchange(payouts_failed_, true))
         log().error("payouts cannot be followed: ", followed.error().text);
      payouts_failed_ = !followed;
      health_.report(followed ? NEB_HEALTH_OK : NEB_HEALTH_DEGRADED, "payouts",
                     followed ? "followed" : followed.error().text);
   }

   void schedule_tick() {
      const std::lock_guard lock(tick_mutex_);
      if (!ending_)
         tick_ = executor_->after(k_tick, [this] { tick(); });
   }

   std::string wallet_file() const { return concat(nebula::Node(host()).data_dir(), "/wallet.json"); }

   std::string status_text() const {
      if (!ready_)
         return R"({"summary":"starting"})";
      return boost::json::serialize(status_document(settings_.network, *node_->snapshot()));
   }

   std::int32_t run(const std::vector<std::string_view> &args, const CommandIo &io) override {
      const Settings settings = command_settings();
      const CommandEnvironment environment{io, std::string(host().instance()), settings.network, wallet_file(),
                                           [this] { return open_store(); }};
      return args.front() == "wallet" ? run_wallet(args, environment) : run_chain(args, environment);
   }

   /// A wallet must work before the configuration names its address.
   Settings command_settings() const {
      Settings out;
      const std::string name = config().get_or<std::string>("network", std::string());
      auto network = network_by_name(name.empty() ? nebula::Node(host()).network() : std::string_view(name));
      if (!network)
         raise(network.error());
      if (is_development(*network))
         return read_settings(config(), nebula::Node(host()).network());
      out.network = std::move(*network);
      return out;
   }

   Result<std::unique_ptr<Store>> open_store() const {
      auto store = std::make_unique<KvStore>(host().raw(), &host().require<neb_ext_kv>(NEB_EXT_KV));
      if (auto opened = store->open(); !opened)
         return opened.error();
      return std::unique_ptr<Store>(std::move(store));
   }

   std::string answer(std::string_view method, std::string_view params) override {
      if (!ready_)
         throw nebula::Error(NEB_E_STATE, "the chain is not running");
      auto document = requests_->answer(method, params);
      if (!document)
         raise(document.error());
      return boost::json::serialize(*document);
   }

   nebula::Status status_;
   Health health_{host()};
   Settings settings_;
   std::atomic<bool> ready_{false};

   // In order of construction; each uses those above it.
   std::optional<Executor> executor_;
   std::optional<PowServices> pow_;
   std::optional<KvStore> store_;
   std::unique_ptr<Node> node_;
   std::optional<Facts> facts_;
   std::optional<WorkSource> work_;
   std::optional<Routes> routes_;
   std::optional<Payouts> payouts_;
   bool payouts_failed_ = false;
   std::optional<Coin> coin_;
   Job job_{[this](std::string_view name, std::uint64_t done, std::uint64_t total) {
      health_.progress(name, done, total, "blocks");
   }};
   std::optional<Requests> requests_;

   std::mutex tick_mutex_;
   bool ending_ = false;
   Timer tick_;
};

} // namespace nebula::chain

NEBULA_PLUGIN(nebula::chain::ChainPlugin);
