// The wrappers over the host's extensions, on the host itself.
#include "host_fixture.h"

#include <nebula/sdk.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace nebula {
namespace {

using namespace std::chrono_literals;

// Set by a task, waited for by a test.
class Flag {
public:
   void set() {
      const std::lock_guard lock(mutex_);
      set_ = true;
      changed_.notify_all();
   }
   [[nodiscard]] bool wait() {
      std::unique_lock lock(mutex_);
      return changed_.wait_for(lock, 30s, [this] { return set_; });
   }

private:
   std::mutex mutex_;
   std::condition_variable changed_;
   bool set_ = false;
};

class Sdk : public WithHost {
protected:
   [[nodiscard]] Host sdk_host() const { return Host(raw()); }
};

TEST_F(Sdk, ConfigReadsValuesAndSaysWhereAWrongOneIs) {
   make(R"({"limits": {"lines": 7, "big": 300}, "peers": ["a", "b"], "wait": "250ms", "room": "64KiB"})");
   const Config config(sdk_host());
   EXPECT_EQ(config.get<uint32_t>("limits.lines"), 7u);
   EXPECT_EQ(config.get_or<int>("limits.none", -1), -1);
   EXPECT_EQ(config.list<std::string>("peers"), (std::vector<std::string>{"a", "b"}));
   EXPECT_EQ(config.duration("wait"), 250ms);
   EXPECT_EQ(config.size("room"), 65'536u);
   EXPECT_EQ(config.at("limits").key(1), "big");
   try {
      (void)config.get<uint8_t>("limits.big");
      FAIL() << "300 is no uint8_t";
   } catch (const Error &error) {
      EXPECT_EQ(error.status(), NEB_E_CONFIG);
      EXPECT_STREQ(error.what(), "test.yaml: limits.big: expected a whole number from 0 to 255");
   }
   EXPECT_THROW((void)config.get<std::string>("limits.none"), Error);
}

TEST_F(Sdk, ExecutorRunsTasksAndFreesThoseItNeverRan) {
   auto alive = std::make_shared<int>(0);
   {
      Executor executor(sdk_host());
      Flag done;
      executor.post([&] { done.set(); });
      run();
      EXPECT_TRUE(done.wait());
      EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
      EXPECT_THROW(executor.post([alive] {}), Error);
      EXPECT_EQ(alive.use_count(), 1);
   }
   make("{}");
   {
      Executor executor(sdk_host());
      executor.post([alive] {}); // waits for a start that never comes
      EXPECT_EQ(alive.use_count(), 2);
      EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
   }
   EXPECT_EQ(alive.use_count(), 1);
}

TEST_F(Sdk, ExecutorLogsWhatATaskThrowsAndGoesOn) {
   Executor executor(sdk_host());
   run();
   Flag done;
   executor.post([] { throw Error(NEB_E_IO, "on purpose"); });
   executor.post([&] { done.set(); });
   EXPECT_TRUE(done.wait());
   EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
}

TEST_F(Sdk, ParallelForThrowsOnWhatABodyThrew) {
   Executor executor(sdk_host());
   run();
   std::atomic<uint64_t> sum{0};
   executor.parallel_for(100, [&](uint64_t i) { sum += i; });
   EXPECT_EQ(sum, 4950u);
   EXPECT_THROW(executor.parallel_for(8,
                                      [](uint64_t i) {
                                         if (i == 3)
                                            throw Error(NEB_E_FAIL, "three");
                                      }),
                Error);
   EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
}

TEST_F(Sdk, TimersRunOnceOrAreCancelled) {
   Executor executor(sdk_host());
   run();
   Flag done;
   Timer soon = executor.after(1ms, [&] { done.set(); });
   EXPECT_TRUE(done.wait());
   EXPECT_FALSE(soon.cancel());
   auto alive = std::make_shared<int>(0);
   Timer never = executor.after(1h, [alive] {});
   EXPECT_EQ(alive.use_count(), 2);
   EXPECT_TRUE(never.cancel());
   EXPECT_EQ(alive.use_count(), 1);
   EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
}

TEST_F(Sdk, EventsReachTheirSubscriberUntilItEnds) {
   const Events events(sdk_host());
   run();
   Flag done;
   std::string payload;
   Subscription subscription = events.subscribe("test.fact", 8, NEB_EVENTS_DROP_OLD, [&](const neb_event_view &event) {
      payload = view(event.payload);
      done.set();
   });
   events.publish("test.fact", R"({"height":7})");
   EXPECT_TRUE(done.wait());
   EXPECT_EQ(payload, R"({"height":7})");
   EXPECT_EQ(subscription.dropped(), 0u);
   subscription.end();
   EXPECT_TRUE(instance_->close_tasks(UINT64_MAX));
}

TEST_F(Sdk, TransactionsCommitOrUndoThemselves) {
   const Kv kv(sdk_host());
   kv.open(1, {"blocks", "peers"});
   {
      Transaction lost = kv.write();
      lost.put(0, bytes(std::string("k")), bytes(std::string("lost")));
   }
   {
      Transaction kept = kv.write();
      for (const std::string key : {"a", "b", "c"})
         kept.put(0, bytes(key), bytes("value " + key));
      kept.commit();
   }
   const Transaction reading = kv.read();
   EXPECT_FALSE(reading.get(0, bytes(std::string("k"))));
   EXPECT_EQ(view(*reading.get(0, bytes(std::string("b")))), "value b");
   std::string keys;
   reading.range(0, {}, {}, [&](neb_bytes key, neb_bytes) {
      keys += view(key);
      return keys.size() < 2;
   });
   EXPECT_EQ(keys, "ab");
   EXPECT_THROW(reading.range(0, {}, {}, [](neb_bytes, neb_bytes) -> bool { throw Error(NEB_E_FAIL, "enough"); }),
                Error);
}

TEST_F(Sdk, MetricsHealthLogAndNodeTalkToTheHost) {
   const Metrics metrics(sdk_host());
   const Counter shares = metrics.counter("test_shares_total", "Shares", "status=\"valid\"");
   shares.add(3);
   metrics.gauge("test_height", "Height").set(9);
   metrics.histogram("test_seconds", "Time", {10, 100}).record(50);
   const auto text = Node(sdk_host()).document("metrics").text;
   EXPECT_NE(text.find("test_shares_total"), std::string::npos) << text;
   EXPECT_NE(text.find("test_height"), std::string::npos) << text;
   Health(sdk_host()).degraded("upstream", "slow");
   Log(sdk_host()).debug("not shown ", 1);
   EXPECT_EQ(Node(sdk_host()).name(), "validate");
   EXPECT_EQ(Node(sdk_host()).data_dir(), folder_ + "/subject/files");
   EXPECT_GT(Clock(sdk_host()).monotonic_ns(), 0u);
}

struct Number {
   uint32_t size;
   uint32_t value;
};

TEST_F(Sdk, SlotsGiveTheServiceThatFillsThemOrNothing) {
   static const Number k_number{sizeof(Number), 42};
   host::InstanceHost provider(node_->services(),
                               {.instance = "provider", .plugin = "provider", .plugin_version = "1.0.0"});
   provider.set_state(host::InstanceState::created);
   {
      const host::InstanceHost::InitScope scope(provider);
      Host(provider.record()).provide("com.example.number/1", k_number, "answer", "kind=small");
   }
   node_->directory().inner.instance_ready("provider");
   const host::InstanceHost::InitScope scope(*instance_);
   const Services services(sdk_host());
   const Slot<Number> nobody = services.find_optional<Number>("com.example.nobody/1", "");
   EXPECT_FALSE(nobody.enter());
   const Slot<Number> slot = services.find_optional<Number>("com.example.number/1", "kind=small");
   std::string listed;
   services.list("com.example.number/1", [&](std::string_view name, std::string_view) { listed += name; });
   EXPECT_EQ(listed, "answer");
   const auto number = slot.enter();
   ASSERT_TRUE(number);
   EXPECT_EQ(number->value, 42u);
   EXPECT_THROW(sdk_host().provide("no id", k_number), Error);
}

} // namespace
} // namespace nebula
