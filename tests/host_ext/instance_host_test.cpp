#include "ext/instance_host.h"

#include "nebula/nebula.h"
#include "support.h"

#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sys/stat.h>
#include <vector>

namespace nebula::host::test {
namespace {

class Directory final : public ServiceDirectory {
public:
   neb_status provide(const InstanceIdentity &provider, const char *id, const char *name, const char *properties,
                      const void *, neb_error *) noexcept override {
      last = std::string(provider.instance) + '/' + std::string(provider.plugin) + ' ' + id + ' ' +
             (name ? name : "-") + ' ' + (properties ? properties : "-");
      return NEB_OK;
   }
   neb_status find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **,
                   neb_error *) noexcept override {
      last = std::string(seeker.instance) + " seeks " + std::string(id) + " with " + std::string(select);
      return NEB_OK;
   }
   neb_status list(const InstanceIdentity &, std::string_view, void (*each)(void *, neb_str, neb_str),
                   void *user) noexcept override {
      each(user, str("a"), str("p=1"));
      return NEB_OK;
   }
   [[nodiscard]] SlotFunctions slot_functions() const noexcept override {
      return {[](neb_slot *, neb_guard *) -> const void * { return nullptr; }, [](neb_guard *) {},
              [](neb_slot *, void (*)(void *, uint64_t), void *) -> neb_status { return NEB_OK; }};
   }
   std::string last;
};

class Node final : public NodeView {
public:
   explicit Node(std::string root) : root_(std::move(root)) {}
   neb_status document(std::string_view name, neb_write_fn write, void *user) noexcept override {
      if (name != "status")
         return NEB_E_NOT_FOUND;
      write(user, bytes("{}"));
      return NEB_OK;
   }
   [[nodiscard]] std::string_view node_name() const noexcept override { return "alice"; }
   [[nodiscard]] std::string_view network() const noexcept override { return "testnet"; }
   [[nodiscard]] std::string_view data_root() const noexcept override { return root_; }

private:
   const std::string root_;
};

/// The whole host around instances, as host/node builds it.
class HostTest : public ::testing::Test {
protected:
   HostTest() { connect_host_services(services_, timers_); }

   [[nodiscard]] std::unique_ptr<InstanceHost> make(std::string name = "chain") {
      InstanceSpec spec;
      spec.instance = std::move(name);
      spec.plugin = "chain";
      spec.plugin_version = "1.2.3";
      spec.config_table = &config_;
      spec.config_root = reinterpret_cast<const neb_config *>(&config_);
      return std::make_unique<InstanceHost>(services_, spec);
   }
   template <class Table>
   [[nodiscard]] static const Table *table(const InstanceHost &host, const char *id) {
      const auto *found = static_cast<const Table *>(host.record()->get_extension(host.record(), id));
      EXPECT_NE(found, nullptr) << id;
      EXPECT_EQ(found->size, sizeof(Table)) << id;
      return found;
   }
   [[nodiscard]] std::string logged() const {
      std::ifstream in(folder_ + "/log");
      return {std::istreambuf_iterator<char>(in), {}};
   }

   std::string folder_ = make_folder();
   ManualClock clock_;
   TimerQueue timers_{clock_};
   std::unique_ptr<Log> log_ = std::move(*Log::open({.file = folder_ + "/log"}, clock_));
   Executor executor_{clock_, timers_, {.threads = 2}};
   Bus bus_{clock_};
   Metrics metrics_;
   Health health_{clock_, timers_, log_.get()};
   Directory directory_;
   Node node_{folder_};
   neb_ext_config config_{};
   HostServices services_{.clock = clock_,
                          .executor = executor_,
                          .bus = bus_,
                          .metrics = metrics_,
                          .health = health_,
                          .log = *log_,
                          .services = directory_,
                          .node = node_,
                          .version = "0.1.0"};
};

TEST_F(HostTest, TheRecordNamesHostVersionAndInstance) {
   const auto host = make();
   EXPECT_STREQ(host->record()->name, "nebula");
   EXPECT_STREQ(host->record()->version, "0.1.0");
   EXPECT_STREQ(host->record()->instance, "chain");
   EXPECT_EQ(host->record()->size, sizeof(neb_host));
   EXPECT_EQ(*host->record()->log_level, static_cast<uint32_t>(NEB_LOG_INFO));
   log_->set_level("chain", LogLevel::debug);
   EXPECT_EQ(*host->record()->log_level, static_cast<uint32_t>(NEB_LOG_DEBUG));
}

TEST_F(HostTest, LogsUnderTheInstancesName) {
   const auto host = make();
   host->record()->log(host->record(), NEB_LOG_WARN, str("something"));
   EXPECT_NE(logged().find(R"("level":"warn","instance":"chain","text":"something")"), std::string::npos);
}

TEST_F(HostTest, EveryExtensionIsThereAndUnknownOnesAreNot) {
   const auto host = make();
   for (const char *id : {NEB_EXT_CLOCK, NEB_EXT_CONFIG, NEB_EXT_SERVICES, NEB_EXT_EXECUTOR, NEB_EXT_METRICS,
                          NEB_EXT_HEALTH, NEB_EXT_EVENTS, NEB_EXT_KV, NEB_EXT_NODE})
      EXPECT_NE(host->record()->get_extension(host->record(), id), nullptr) << id;
   EXPECT_EQ(host->record()->get_extension(host->record(), "nebula.kv/2"), nullptr);
   EXPECT_EQ(host->record()->get_extension(host->record(), nullptr), nullptr);
}

TEST_F(HostTest, ConfigRootIsTheInstancesAndFollowsAReconfiguration) {
   const auto host = make();
   const auto *config = table<neb_ext_config>(*host, NEB_EXT_CONFIG);
   EXPECT_EQ(config->root(host->record()), reinterpret_cast<const neb_config *>(&config_));
   const int other = 0;
   host->set_config(reinterpret_cast<const neb_config *>(&other));
   EXPECT_EQ(config->root(host->record()), reinterpret_cast<const neb_config *>(&other));
}

TEST_F(HostTest, ProvideAndFindWorkInInitAndNowhereElse) {
   const auto host = make();
   const auto *services = table<neb_ext_services>(*host, NEB_EXT_SERVICES);
   neb_error err = error();
   neb_slot *slot = nullptr;
   const int iface = 0;
   host->set_state(InstanceState::created);
   EXPECT_EQ(host->record()->provide(host->record(), "a/1", nullptr, nullptr, &iface, &err), NEB_E_STATE);
   EXPECT_NE(
      std::string(err.text).find("neb_host provide was called by plugin chain (instance chain) in state created"),
      std::string::npos)
      << err.text;
   {
      const InstanceHost::InitScope scope(*host);
      EXPECT_EQ(host->record()->provide(host->record(), "a/1", "n", "p=1", &iface, &err), NEB_OK);
      EXPECT_EQ(directory_.last, "chain/chain a/1 n p=1");
      EXPECT_EQ(services->find(host->record(), str("a/1"), str("name=x"), &slot, &err), NEB_OK);
      EXPECT_EQ(directory_.last, "chain seeks a/1 with name=x");
      EXPECT_EQ(host->record()->provide(host->record(), "a/1", "n", "p=1", nullptr, &err), NEB_E_INVALID);
   }
   EXPECT_EQ(services->find(host->record(), str("a/1"), str(""), &slot, &err), NEB_E_STATE);
   EXPECT_EQ(err.code, NEB_E_STATE);
}

TEST_F(HostTest, ListIsForTheMainThread) {
   const auto host = make();
   const auto *services = table<neb_ext_services>(*host, NEB_EXT_SERVICES);
   std::string names;
   const auto each = [](void *user, neb_str name, neb_str properties) {
      *static_cast<std::string *>(user) += text(name) + ':' + text(properties);
   };
   EXPECT_EQ(services->list(host->record(), str("a/1"), each, &names), NEB_OK);
   EXPECT_EQ(names, "a:p=1");
   std::thread([&] { EXPECT_EQ(services->list(host->record(), str("a/1"), each, &names), NEB_E_STATE); }).join();
}

using HostDeathTest = HostTest;
TEST_F(HostDeathTest, AStrictHostAbortsAndNamesPluginAndFunction) {
   GTEST_FLAG_SET(death_test_style, "threadsafe");
   services_.strict = true;
   const auto host = make();
   const int iface = 0;
   EXPECT_DEATH((void)host->record()->provide(host->record(), "a/1", nullptr, nullptr, &iface, nullptr),
                "neb_host provide was called by plugin chain .instance chain. in state loaded");
}

TEST_F(HostTest, TheStoreIsOpenedInInitOrStartOnceAndKeptUnderTheInstance) {
   const auto host = make();
   const auto *kv = table<neb_ext_kv>(*host, NEB_EXT_KV);
   const neb_str tables[] = {str("t")};
   neb_error err = error();
   neb_kv_txn *txn = nullptr;
   EXPECT_EQ(kv->open(host->record(), 1, tables, 1, nullptr, nullptr, &err), NEB_E_STATE);
   EXPECT_EQ(kv->begin(host->record(), NEB_KV_READ, &txn, &err), NEB_E_STATE);
   host->set_state(InstanceState::created);
   ASSERT_EQ(kv->open(host->record(), 1, tables, 1, nullptr, nullptr, &err), NEB_OK) << err.text;
   EXPECT_EQ(kv->open(host->record(), 1, tables, 1, nullptr, nullptr, &err), NEB_E_EXISTS);
   ASSERT_EQ(kv->begin(host->record(), NEB_KV_WRITE, &txn, &err), NEB_OK) << err.text;
   EXPECT_EQ(kv->put(txn, 0, bytes("k"), bytes("v")), NEB_OK);
   EXPECT_EQ(kv->range(
                txn, 0, {}, {}, 0, [](void *, neb_bytes, neb_bytes) -> int32_t { throw 1; }, nullptr),
             NEB_E_FAIL);
   EXPECT_EQ(kv->commit(txn, &err), NEB_OK);
   struct stat file {};
   EXPECT_EQ(::stat((folder_ + "/chain/data.mdb").c_str(), &file), 0);
}

TEST_F(HostTest, TasksRunBetweenOpenAndClose) {
   const auto host = make();
   const auto *executor = table<neb_ext_executor>(*host, NEB_EXT_EXECUTOR);
   std::atomic<int> runs{0};
   const auto task = [](void *user) { static_cast<std::atomic<int> *>(user)->fetch_add(1); };
   EXPECT_EQ(executor->post(host->record(), task, &runs), NEB_OK);
   EXPECT_EQ(runs, 0);
   host->open_tasks();
   EXPECT_TRUE(eventually([&] { return runs == 1; }));
   EXPECT_TRUE(host->close_tasks(UINT64_MAX));
   EXPECT_EQ(executor->post(host->record(), task, &runs), NEB_E_STATE);
   EXPECT_EQ(executor->concurrency(host->record()), 2u);
   EXPECT_EQ(executor->post(nullptr, task, &runs), NEB_E_INVALID);
}

TEST_F(HostTest, HealthChangesAreLoggedAndPublished) {
   const auto watcher = make("watcher");
   watcher->open_tasks();
   const auto *events = table<neb_ext_events>(*watcher, NEB_EXT_EVENTS);
   struct Heard {
      std::mutex mutex;
      std::vector<std::string> payloads;
   } heard;
   neb_subscription *subscription = nullptr;
   ASSERT_EQ(events->subscribe(
                watcher->record(), str("node.*"), 16, NEB_EVENTS_BLOCK,
                [](void *user, const neb_event_view *view) {
                   auto *self = static_cast<Heard *>(user);
                   std::lock_guard lock(self->mutex);
                   self->payloads.push_back(text(view->topic) + ' ' + text(view->payload));
                },
                &heard, &subscription),
             NEB_OK);
   const auto host = make();
   const auto *health = table<neb_ext_health>(*host, NEB_EXT_HEALTH);
   EXPECT_EQ(health->report(host->record(), NEB_HEALTH_NOT_READY, str("sync"), str("block 5 of 10")), NEB_OK);
   EXPECT_NE(logged().find("sync not ready: block 5 of 10"), std::string::npos) << logged();
   EXPECT_TRUE(eventually([&] {
      std::lock_guard lock(heard.mutex);
      return heard.payloads.size() == 1;
   }));
   EXPECT_EQ(heard.payloads[0],
             R"(node.health {"instance":"chain","plugin":"chain","component":"sync","level":"not ready","before":"ok",)"
             R"("text":"block 5 of 10","required":true})");
   events->unsubscribe(watcher->record(), subscription);
}

TEST_F(HostTest, ASlowTaskShowsInHealthWithThePluginsName) {
   const auto host = make();
   host->set_state(InstanceState::running);
   host->open_tasks();
   const auto *executor = table<neb_ext_executor>(*host, NEB_EXT_EXECUTOR);
   struct State {
      std::atomic<bool> inside{false};
      std::atomic<bool> release{false};
   } state;
   ASSERT_EQ(executor->post(
                host->record(),
                [](void *user) {
                   auto *self = static_cast<State *>(user);
                   self->inside = true;
                   while (!self->release)
                      std::this_thread::yield();
                },
                &state),
             NEB_OK);
   ASSERT_TRUE(eventually([&] { return state.inside.load(); }));
   clock_.advance(12'000'000'000);
   EXPECT_EQ(health_.level("chain"), HealthLevel::degraded);
   EXPECT_NE(health_.healthz().json.find("a task has been running for 11 s"), std::string::npos)
      << health_.healthz().json;
   state.release = true;
   EXPECT_TRUE(eventually([&] { return health_.level("chain") == HealthLevel::ok; }));
   EXPECT_TRUE(host->close_tasks(UINT64_MAX));
}

TEST_F(HostTest, ARefusedMetricIsLogged) {
   const auto host = make();
   const auto *metrics = table<neb_ext_metrics>(*host, NEB_EXT_METRICS);
   EXPECT_EQ(metrics->cell(host->record(), NEB_METRIC_GAUGE, str("Bad-Name"), str("H."), {}, 1), nullptr);
   EXPECT_NE(logged().find("snake_case"), std::string::npos);
   EXPECT_EQ(metrics->histogram(host->record(), str("h"), str("H."), {}, nullptr, 3, 1), nullptr);
}

[[nodiscard]] std::string document(const InstanceHost &host, const neb_ext_node &node, std::string_view name,
                                   neb_status expected) {
   std::string out;
   const auto write = [](void *user, neb_bytes piece) { static_cast<std::string *>(user)->append(text(piece)); };
   EXPECT_EQ(node.document(host.record(), str(name), write, &out), expected) << name;
   return out;
}

TEST_F(HostTest, TheNodeShowsItsDocuments) {
   const auto host = make();
   const auto *node = table<neb_ext_node>(*host, NEB_EXT_NODE);
   EXPECT_NE(document(*host, *node, "readyz", NEB_E_BUSY).find("starting"), std::string::npos);
   host->set_state(InstanceState::running);
   (void)document(*host, *node, "readyz", NEB_OK);
   (void)document(*host, *node, "livez", NEB_OK);
   (void)document(*host, *node, "healthz", NEB_OK);
   EXPECT_EQ(document(*host, *node, "status", NEB_OK), "{}");
   (void)document(*host, *node, "nonsense", NEB_E_NOT_FOUND);
   const std::string metrics = document(*host, *node, "metrics", NEB_OK);
   EXPECT_TRUE(metrics.ends_with("# EOF\n"));
   for (const char *name :
        {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds",
         "nebula_tasks_total", "nebula_events_dropped_total", "nebula_version{instance=\"nebula\",version=\"0.1.0\"} 1",
         "nebula_health_level{instance=\"chain\"} 0"})
      EXPECT_NE(metrics.find(name), std::string::npos) << name << " in " << metrics;
   EXPECT_FALSE(document(*host, *node, "metrics-plain", NEB_OK).ends_with("# EOF\n"));
   EXPECT_EQ(text(node->node_name(host->record())), "alice");
   EXPECT_EQ(text(node->network(host->record())), "testnet");
}

TEST_F(HostTest, PromtoolAcceptsTheHostsOwnMetrics) {
   if (std::system("command -v promtool > /dev/null 2>&1") != 0)
      GTEST_SKIP() << "SKIPPED: promtool is not installed";
   const auto host = make();
   std::ofstream(folder_ + "/metrics") << metrics_.render(Metrics::Format::prometheus);
   EXPECT_EQ(std::system(("promtool check metrics < " + folder_ + "/metrics").c_str()), 0);
}

TEST_F(HostTest, TheDataFolderIsMadeOnFirstUseForTheOwnerAlone) {
   const auto host = make();
   const auto *node = table<neb_ext_node>(*host, NEB_EXT_NODE);
   neb_str path{};
   neb_error err = error();
   ASSERT_EQ(node->data_dir(host->record(), &path, &err), NEB_OK) << err.text;
   EXPECT_EQ(text(path), folder_ + "/chain/files");
   struct stat folder {};
   ASSERT_EQ(::stat(text(path).c_str(), &folder), 0);
   EXPECT_EQ(folder.st_mode & 0777u, 0700u);
}

TEST_F(HostTest, AnInstanceThatFailedStaysVisibleAndOneThatStoppedDoesNot) {
   {
      const auto stopped = make("stopped");
      stopped->set_state(InstanceState::stopped);
      const auto failed = make("failed");
      failed->set_state(InstanceState::failed);
      health_.report("failed", HealthLevel::failed, "", "its library is missing");
   }
   const std::string document = health_.healthz().json;
   EXPECT_EQ(document.find("\"stopped\""), std::string::npos) << document;
   EXPECT_NE(document.find("its library is missing"), std::string::npos) << document;
}

TEST_F(HostTest, AStuckInstanceIsAbandonedAndItsRecordStaysValid) {
   struct State {
      std::atomic<bool> inside{false};
      std::atomic<bool> release{false};
      std::atomic<bool> done{false};
      const neb_host *record = nullptr;
   } state;
   {
      const auto host = make("stuck");
      state.record = host->record();
      host->open_tasks();
      ASSERT_EQ(host->lane().post(
                   [](void *user) {
                      auto *self = static_cast<State *>(user);
                      self->inside = true;
                      while (!self->release)
                         std::this_thread::yield();
                      self->record->log(self->record, NEB_LOG_INFO, str("back again"));
                      self->done = true;
                   },
                   &state),
                NEB_OK);
      ASSERT_TRUE(eventually([&] { return state.inside.load(); }));
      EXPECT_FALSE(host->close_tasks(clock_.monotonic_ns()));
      host->abandon();
   }
   state.release = true;
   EXPECT_TRUE(eventually([&] { return state.done.load(); }));
   EXPECT_NE(logged().find("back again"), std::string::npos);
}

TEST_F(HostTest, WhatWasWiredIsUndoneWhenTheServicesGo) {
   {
      HostServices short_lived = services_;
      short_lived.wiring = nullptr;
      connect_host_services(short_lived, timers_);
   }
   const std::string before = logged();
   health_.add("chain", "chain", true);
   health_.report("chain", HealthLevel::failed, "sync", "nobody hears this");
   clock_.advance(5'000'000'000);
   (void)metrics_.render();
   EXPECT_EQ(logged(), before);
}

TEST_F(HostTest, TheClockIsTheHosts) {
   const auto host = make();
   const auto *clock = table<neb_ext_clock>(*host, NEB_EXT_CLOCK);
   const uint64_t before = clock->monotonic_ns(host->record());
   clock_.advance(5);
   EXPECT_EQ(clock->monotonic_ns(host->record()), before + 5);
   EXPECT_EQ(clock->wall_ns(host->record()), clock_.wall_ns());
}

} // namespace
} // namespace nebula::host::test
