#include "ext/bus.h"

#include "support.h"

#include <atomic>
#include <latch>
#include <mutex>
#include <vector>

namespace nebula::host::test {
namespace {

constexpr uint64_t k_far = UINT64_MAX;

/// What a subscriber saw, in order.
struct Seen {
   std::mutex mutex;
   std::vector<std::string> events;
   std::vector<uint64_t> sequences;

   static void on_event(void *user, const neb_event_view *view) {
      auto *self = static_cast<Seen *>(user);
      std::lock_guard lock(self->mutex);
      self->events.push_back(text(view->topic) + '=' + text(view->payload));
      self->sequences.push_back(view->sequence);
   }
   [[nodiscard]] std::size_t count() {
      std::lock_guard lock(mutex);
      return events.size();
   }
};

class BusTest : public ::testing::Test {
protected:
   BusTest() { lane_->open(); }
   ~BusTest() override {
      EXPECT_TRUE(lane_->close(k_far));
      bus_.forget(*lane_);
   }
   [[nodiscard]] neb_subscription *subscribe(std::string_view pattern, neb_event_fn on_event, void *user,
                                             uint32_t depth = 1024, int32_t policy = NEB_EVENTS_DROP_OLD) {
      neb_subscription *out = nullptr;
      EXPECT_EQ(bus_.subscribe(lane_, pattern, depth, policy, on_event, user, &out), NEB_OK);
      return out;
   }
   void publish(std::string_view topic, std::string_view payload) {
      EXPECT_EQ(bus_.publish("test", topic, payload), NEB_OK);
   }

   ManualClock clock_;
   TimerQueue timers_{clock_};
   Executor executor_{clock_, timers_, {.threads = 2}};
   std::shared_ptr<Lane> lane_ = executor_.make_lane("subscriber");
   Bus bus_{clock_};
};

TEST(Topics, AreWordsJoinedByDots) {
   for (const char *good : {"chain.block", "a", "node.health", "pool-1.share_2"})
      EXPECT_TRUE(is_topic(good)) << good;
   for (const char *bad : {"", ".", "a.", ".a", "a..b", "Chain", "a b", "chain.*", "*", "\xc3\xa9"})
      EXPECT_FALSE(is_topic(bad)) << bad;
   EXPECT_TRUE(is_topic(std::string(128, 'a')));
   EXPECT_FALSE(is_topic(std::string(129, 'a')));
}

TEST(Topics, PatternsAreATopicItsFamilyOrEverything) {
   EXPECT_TRUE(is_topic_pattern("*"));
   EXPECT_TRUE(is_topic_pattern("chain.*"));
   EXPECT_FALSE(is_topic_pattern("ch*"));
   EXPECT_FALSE(is_topic_pattern("*.block"));
   EXPECT_FALSE(is_topic_pattern(".*"));
   EXPECT_TRUE(topic_matches("chain.*", "chain.block"));
   EXPECT_TRUE(topic_matches("chain.*", "chain.block.orphan"));
   EXPECT_FALSE(topic_matches("chain.*", "chain"));
   EXPECT_FALSE(topic_matches("chain.*", "chains.block"));
   EXPECT_TRUE(topic_matches("*", "x"));
   EXPECT_FALSE(topic_matches("chain.block", "chain.block2"));
}

TEST_F(BusTest, DeliversInOrderWithSequenceNumbersPerTopicFromOne) {
   Seen seen;
   neb_subscription *subscription = subscribe("chain.*", Seen::on_event, &seen);
   publish("pool.share", "{}");
   for (int i = 1; i <= 500; ++i)
      publish("chain.block", std::to_string(i));
   publish("chain.reorg", "0");
   ASSERT_TRUE(eventually([&] { return seen.count() == 501; }));
   for (uint64_t i = 1; i <= 500; ++i) {
      EXPECT_EQ(seen.events[i - 1], "chain.block=" + std::to_string(i));
      EXPECT_EQ(seen.sequences[i - 1], i);
   }
   EXPECT_EQ(seen.events[500], "chain.reorg=0");
   EXPECT_EQ(seen.sequences[500], 1u);
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, SequenceNumbersGoOnWithoutSubscribersAndASubscriberSeesOnlyWhatComesLater) {
   publish("a", "1");
   Seen seen;
   neb_subscription *subscription = subscribe("a", Seen::on_event, &seen);
   publish("a", "2");
   ASSERT_TRUE(eventually([&] { return seen.count() == 1; }));
   EXPECT_EQ(seen.sequences[0], 2u);
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, TheViewNamesPublisherAndTime) {
   struct Check {
      std::atomic<bool> good{false};
   } check;
   neb_subscription *subscription = subscribe(
      "a",
      [](void *user, const neb_event_view *view) {
         static_cast<Check *>(user)->good =
            text(view->publisher) == "test" && view->wall_ns == 1'700'000'000'000'000'000;
      },
      &check);
   publish("a", "1");
   EXPECT_TRUE(eventually([&] { return check.good.load(); }));
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, ALoanIsFilledAndPublishedOrDiscarded) {
   Seen seen;
   neb_subscription *subscription = subscribe("a", Seen::on_event, &seen);
   neb_event *event = nullptr;
   uint8_t *buffer = nullptr;
   ASSERT_EQ(bus_.loan("chain", "a", 2, &event, &buffer), NEB_OK);
   buffer[0] = '{';
   buffer[1] = '}';
   EXPECT_EQ(bus_.publish(event), NEB_OK);
   ASSERT_EQ(bus_.loan("chain", "a", 2, &event, &buffer), NEB_OK);
   bus_.discard(event);
   ASSERT_TRUE(eventually([&] { return seen.count() == 1; }));
   EXPECT_EQ(seen.events[0], "a={}");
   bus_.unsubscribe(subscription);
   EXPECT_EQ(bus_.live_bytes(), 0u);
}

TEST_F(BusTest, RefusesWhatIsBeyondTheLimits) {
   neb_event *event = nullptr;
   uint8_t *buffer = nullptr;
   neb_subscription *subscription = nullptr;
   const auto ignore = [](void *, const neb_event_view *) {};
   EXPECT_EQ(bus_.loan("x", "a", Bus::k_payload_max + 1, &event, &buffer), NEB_E_INVALID);
   EXPECT_EQ(bus_.loan("x", "A", 1, &event, &buffer), NEB_E_INVALID);
   EXPECT_EQ(bus_.subscribe(lane_, "a", 0, NEB_EVENTS_BLOCK, ignore, nullptr, &subscription), NEB_E_INVALID);
   EXPECT_EQ(bus_.subscribe(lane_, "a", 65'537, NEB_EVENTS_BLOCK, ignore, nullptr, &subscription), NEB_E_INVALID);
   EXPECT_EQ(bus_.subscribe(lane_, "a", 1, 3, ignore, nullptr, &subscription), NEB_E_INVALID);
   EXPECT_EQ(bus_.subscribe(lane_, "a*", 1, NEB_EVENTS_BLOCK, ignore, nullptr, &subscription), NEB_E_INVALID);
   EXPECT_EQ(bus_.publish(nullptr), NEB_E_INVALID);
   for (uint32_t i = 0; i < Bus::k_subscriptions_max; ++i)
      (void)subscribe("a", ignore, nullptr, 1);
   EXPECT_EQ(bus_.subscribe(lane_, "a", 1, NEB_EVENTS_BLOCK, ignore, nullptr, &subscription), NEB_E_FULL);
}

TEST_F(BusTest, TheMemoryOfAllEventsIsBounded) {
   std::vector<neb_event *> loans;
   neb_event *event = nullptr;
   uint8_t *buffer = nullptr;
   neb_status status = NEB_OK;
   while (loans.size() < 1000 && (status = bus_.loan("x", "a", Bus::k_payload_max, &event, &buffer)) == NEB_OK)
      loans.push_back(event);
   EXPECT_EQ(status, NEB_E_FULL);
   EXPECT_LT(loans.size(), 513u);
   for (neb_event *loan : loans)
      bus_.discard(loan);
   EXPECT_EQ(bus_.live_bytes(), 0u);
}

TEST_F(BusTest, TheNumberOfTopicsIsBounded) {
   for (uint32_t i = 0; i < Bus::k_topics_max; ++i)
      ASSERT_EQ(bus_.publish("x", "t" + std::to_string(i), "{}"), NEB_OK);
   EXPECT_EQ(bus_.publish("x", "one-more", "{}"), NEB_E_FULL);
   EXPECT_EQ(bus_.publish("x", "t0", "{}"), NEB_OK);
}

/// A subscriber that holds its first event until told to go on.
struct Slow {
   Seen seen;
   std::latch first{1};
   std::atomic<bool> go{false};
   static void on_event(void *user, const neb_event_view *view) {
      auto *self = static_cast<Slow *>(user);
      Seen::on_event(&self->seen, view);
      if (self->seen.count() == 1)
         self->first.count_down();
      while (!self->go)
         std::this_thread::yield();
   }
};

TEST_F(BusTest, DropOldKeepsTheNewestAndCounts) {
   Slow slow;
   neb_subscription *subscription = subscribe("a", Slow::on_event, &slow, 2, NEB_EVENTS_DROP_OLD);
   publish("a", "1");
   slow.first.wait();
   for (const char *payload : {"2", "3", "4", "5"})
      publish("a", payload);
   EXPECT_EQ(Bus::dropped(subscription), 2u);
   slow.go = true;
   ASSERT_TRUE(eventually([&] { return slow.seen.count() == 3; }));
   EXPECT_EQ(slow.seen.events, (std::vector<std::string>{"a=1", "a=4", "a=5"}));
   bus_.unsubscribe(subscription);
   EXPECT_EQ(bus_.dropped_total(), 2u);
}

TEST_F(BusTest, DropNewKeepsTheOldestAndCounts) {
   Slow slow;
   neb_subscription *subscription = subscribe("a", Slow::on_event, &slow, 2, NEB_EVENTS_DROP_NEW);
   publish("a", "1");
   slow.first.wait();
   for (const char *payload : {"2", "3", "4", "5"})
      publish("a", payload);
   EXPECT_EQ(Bus::dropped(subscription), 2u);
   slow.go = true;
   ASSERT_TRUE(eventually([&] { return slow.seen.count() == 3; }));
   EXPECT_EQ(slow.seen.events, (std::vector<std::string>{"a=1", "a=2", "a=3"}));
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, BlockLetsThePublisherWaitForRoom) {
   Slow slow;
   neb_subscription *subscription = subscribe("a", Slow::on_event, &slow, 1, NEB_EVENTS_BLOCK);
   publish("a", "1");
   slow.first.wait();
   publish("a", "2");
   std::atomic<bool> published{false};
   std::thread publisher([&] {
      publish("a", "3");
      published = true;
   });
   std::this_thread::sleep_for(std::chrono::milliseconds(10));
   EXPECT_FALSE(published) << "the clock stands still: its 100 ms are not over";
   slow.go = true;
   publisher.join();
   ASSERT_TRUE(eventually([&] { return slow.seen.count() == 3; }));
   EXPECT_EQ(Bus::dropped(subscription), 0u);
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, BlockDropsTheOldestAfterAHundredMilliseconds) {
   Slow slow;
   neb_subscription *subscription = subscribe("a", Slow::on_event, &slow, 1, NEB_EVENTS_BLOCK);
   publish("a", "1");
   slow.first.wait();
   publish("a", "2");
   std::atomic<bool> published{false};
   std::thread publisher([&] {
      publish("a", "3");
      published = true;
   });
   EXPECT_TRUE(eventually([&] {
      clock_.advance(1'000'000);
      return published.load();
   }));
   publisher.join();
   EXPECT_EQ(Bus::dropped(subscription), 1u);
   slow.go = true;
   ASSERT_TRUE(eventually([&] { return slow.seen.count() == 2; }));
   EXPECT_EQ(slow.seen.events[1], "a=3");
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, ACallbackMayPublishIntoItsOwnFullQueue) {
   struct Echo {
      Bus &bus;
      std::atomic<int> runs{0};
      static void on_event(void *user, const neb_event_view *) {
         auto *self = static_cast<Echo *>(user);
         if (++self->runs < 5) {
            EXPECT_EQ(self->bus.publish("echo", "a", "again"), NEB_OK);
            EXPECT_EQ(self->bus.publish("echo", "a", "again"), NEB_OK);
         }
      }
   } echo{bus_};
   neb_subscription *subscription = subscribe("a", Echo::on_event, &echo, 1, NEB_EVENTS_BLOCK);
   publish("a", "1");
   EXPECT_TRUE(eventually([&] { return echo.runs >= 5; }));
   bus_.unsubscribe(subscription);
}

TEST_F(BusTest, EventsWaitForTheSubscribersStart) {
   const auto lane = executor_.make_lane("later");
   Seen seen;
   neb_subscription *subscription = nullptr;
   ASSERT_EQ(bus_.subscribe(lane, "a", 2, NEB_EVENTS_BLOCK, Seen::on_event, &seen, &subscription), NEB_OK);
   for (const char *payload : {"1", "2", "3"})
      publish("a", payload); // nobody could make room: no publisher waits for a plugin that has not started
   EXPECT_EQ(seen.count(), 0u);
   lane->open();
   EXPECT_TRUE(eventually([&] { return seen.count() == 2; }));
   EXPECT_TRUE(lane->close(k_far));
   publish("a", "4");
   bus_.forget(*lane);
   EXPECT_EQ(seen.count(), 2u);
}

TEST_F(BusTest, UnsubscribeWaitsForTheCallbackThatRuns) {
   struct State {
      std::latch inside{1};
      std::atomic<bool> left{false};
   } state;
   neb_subscription *subscription = subscribe(
      "a",
      [](void *user, const neb_event_view *) {
         auto *self = static_cast<State *>(user);
         self->inside.count_down();
         std::this_thread::sleep_for(std::chrono::milliseconds(20));
         self->left = true;
      },
      &state);
   publish("a", "1");
   state.inside.wait();
   bus_.unsubscribe(subscription);
   EXPECT_TRUE(state.left);
}

TEST_F(BusTest, UnsubscribeFromTheCallbackItselfEndsItAfterThisEvent) {
   struct State {
      Bus &bus;
      std::atomic<neb_subscription *> self{nullptr};
      std::atomic<int> runs{0};
   } state{bus_};
   state.self = subscribe(
      "a",
      [](void *user, const neb_event_view *) {
         auto *s = static_cast<State *>(user);
         ++s->runs;
         while (s->self == nullptr)
            std::this_thread::yield();
         s->bus.unsubscribe(s->self);
      },
      &state);
   publish("a", "1");
   publish("a", "2");
   ASSERT_TRUE(eventually([&] { return state.runs == 1; }));
   publish("a", "3");
   EXPECT_TRUE(lane_->close(k_far));
   EXPECT_EQ(state.runs, 1);
}

TEST_F(BusTest, ARetainedEventOutlivesItsCallback) {
   std::atomic<neb_event *> kept{nullptr};
   static const uint8_t *payload = nullptr;
   neb_subscription *subscription = subscribe(
      "a",
      [](void *user, const neb_event_view *view) {
         Bus::retain(view->event);
         payload = view->payload.ptr;
         static_cast<std::atomic<neb_event *> *>(user)->store(view->event);
      },
      &kept);
   publish("a", "precious");
   ASSERT_TRUE(eventually([&] { return kept != nullptr; }));
   bus_.unsubscribe(subscription);
   EXPECT_EQ(std::string(reinterpret_cast<const char *>(payload), 8), "precious");
   EXPECT_GT(bus_.live_bytes(), 0u);
   Bus::release(kept);
   EXPECT_EQ(bus_.live_bytes(), 0u);
}

TEST_F(BusTest, ManyPublishersOneOrderForEverySubscriber) {
   Seen first;
   Seen second;
   neb_subscription *a = subscribe("x", Seen::on_event, &first, 65'536);
   neb_subscription *b = subscribe("*", Seen::on_event, &second, 65'536);
   std::vector<std::thread> publishers;
   for (int t = 0; t < 4; ++t)
      publishers.emplace_back([&] {
         for (int i = 0; i < 500; ++i)
            EXPECT_EQ(bus_.publish("p", "x", std::to_string(i)), NEB_OK);
      });
   for (std::thread &publisher : publishers)
      publisher.join();
   ASSERT_TRUE(eventually([&] { return first.count() == 2000 && second.count() == 2000; }));
   for (uint64_t i = 0; i < 2000; ++i)
      ASSERT_EQ(first.sequences[i], i + 1);
   EXPECT_EQ(first.events, second.events);
   bus_.unsubscribe(a);
   bus_.unsubscribe(b);
}

TEST(BusRaces, SubscribeUnsubscribeAndPublishFromManyThreads) {
   RealClock clock;
   TimerQueue timers(clock);
   Executor executor(clock, timers, {.threads = 2});
   Bus bus(clock);
   const auto lane = executor.make_lane("racy");
   lane->open();
   std::atomic<bool> stop{false};
   std::vector<std::thread> threads;
   for (int t = 0; t < 2; ++t)
      threads.emplace_back([&] {
         while (!stop)
            EXPECT_EQ(bus.publish("p", "a.b", "{}"), NEB_OK);
      });
   for (int i = 0; i < 300; ++i) {
      auto count = std::make_unique<std::atomic<int>>(0); // freed after unsubscribe: a late callback would be seen
      neb_subscription *subscription = nullptr;
      ASSERT_EQ(bus.subscribe(
                   lane, "a.*", 4, i % 3,
                   [](void *user, const neb_event_view *) { static_cast<std::atomic<int> *>(user)->fetch_add(1); },
                   count.get(), &subscription),
                NEB_OK);
      bus.unsubscribe(subscription);
   }
   stop = true;
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_TRUE(lane->close(k_far));
   bus.forget(*lane);
   EXPECT_EQ(bus.live_bytes(), 0u);
}

} // namespace
} // namespace nebula::host::test
