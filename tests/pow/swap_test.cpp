#include "pow/toy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

namespace nebula::host::toy {

namespace {

/// Walks a range exactly once, whatever is cancelled or moved underneath, and keeps every hit.
class Miner {
public:
   Miner(Slot &slot, std::uint64_t first, std::uint64_t last, std::uint32_t depth, std::uint64_t seed)
      : consumer_(slot, depth), next_(first), last_(last), depth_(depth), random_(seed) {}

   /// Until the range is done, or an error is kept.
   void run() {
      while (error_.empty() && (next_ < last_ || !flights_.empty() || !rest_.empty())) {
         while (flights_.size() < depth_ && give()) {
         }
         if (flights_.empty())
            std::this_thread::yield();
         else
            collect();
      }
   }
   [[nodiscard]] const std::map<std::uint64_t, int> &hits() const { return hits_; }
   [[nodiscard]] const std::string &error() const { return error_; }

private:
   struct Range {
      std::uint64_t first, count;
   };

   bool give() {
      Range range{};
      if (!rest_.empty()) {
         range = rest_.back();
         rest_.pop_back();
      } else if (next_ < last_) {
         range = {next_, std::min<std::uint64_t>(1 + random_() % 3000, last_ - next_)};
         next_ += range.count;
      } else {
         return false;
      }
      const neb_status status = consumer_.submit(++ticket_, range.first, range.count, 7, 16);
      if (status == NEB_OK) {
         flights_.push_back(range);
         return true;
      }
      rest_.push_back(range);
      if (status != NEB_E_BUSY)
         error_ = "submit: " + std::to_string(status);
      return false;
   }

   void collect() {
      const Answer answer = consumer_.wait();
      const Range range = flights_.front();
      flights_.erase(flights_.begin());
      if (answer.status != NEB_OK && answer.status != NEB_E_CANCELLED)
         error_ = "status: " + std::to_string(answer.status);
      for (const neb_pow_hit &hit : answer.hits) {
         if (hit.nonce < range.first || hit.nonce - range.first >= answer.hashes_done)
            error_ = "a hit from outside";
         ++hits_[hit.nonce];
      }
      if (answer.hashes_done < range.count)
         rest_.push_back({range.first + answer.hashes_done, range.count - answer.hashes_done});
   }

   Consumer consumer_;
   std::uint64_t next_, last_, ticket_ = 0;
   std::uint32_t depth_;
   std::mt19937_64 random_;
   std::vector<Range> flights_, rest_;
   std::map<std::uint64_t, int> hits_;
   std::string error_;
};

void expect_exactly_once(const Miner &miner, std::uint64_t first, std::uint64_t last) {
   EXPECT_EQ(miner.error(), "");
   const JobCopy all = job(first, last - first, 7);
   std::vector<neb_pow_hit> expected;
   ASSERT_EQ(Reference(algorithm()).scan(all, first, last - first, all.target, expected), NEB_OK);
   EXPECT_EQ(miner.hits().size(), expected.size());
   for (const neb_pow_hit &hit : expected) {
      const auto found = miner.hits().find(hit.nonce);
      ASSERT_TRUE(found != miner.hits().end()) << "lost " << hit.nonce;
      ASSERT_EQ(found->second, 1) << "given twice: " << hit.nonce;
   }
}

} // namespace

TEST(Swap, OfAThousandUnderLoadLosesDoublesAndFalsifiesNoHit) {
   constexpr std::uint64_t k_seed = 20'240'611;
   SCOPED_TRACE("seed " + std::to_string(k_seed));
   Bench bench;
   const ToyBackend one("toy/one", "device=cpu,kind=simd"), two("toy/two", "device=cpu,kind=scalar");
   bench.add(one);
   bench.add(two);
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "toy/one");

   constexpr std::uint64_t k_range = 4'000'000;
   constexpr int k_swaps = 1000;
   std::atomic<bool> done{false};
   std::atomic<int> swaps{0};
   std::jthread swapper([&] {
      while (swaps.load() < k_swaps) {
         EXPECT_TRUE(bench.pow.use("toy", swaps.load() % 2 ? "kind=simd" : "kind=scalar"));
         swaps.fetch_add(1);
      }
      done.store(true);
   });
   int rounds = 0;
   do { // mines until the last swap, whatever the machine's speed
      Miner single(slot, 0, k_range, 1, k_seed), deep(slot, k_range, 2 * k_range, 3, k_seed + 1);
      std::jthread other([&] { deep.run(); });
      single.run();
      other.join();
      expect_exactly_once(single, 0, k_range);
      expect_exactly_once(deep, k_range, 2 * k_range);
   } while (!done.load() && ++rounds < 1000 && !::testing::Test::HasFailure());
   swapper.join();
   EXPECT_EQ(swaps.load(), k_swaps);
   EXPECT_GT(one.hashes(), 0u);
   EXPECT_GT(two.hashes(), 0u);
}

TEST(Swap, FromALyingBackendLosesDoublesAndFalsifiesNoHit) {
   Bench bench;
   ToyBackend liar("toy/liar", "device=cpu,kind=simd",
                   {[](std::uint64_t nonce, std::uint8_t *digest) { digest[8] ^= nonce > 300'000 ? 1 : 0; }, {}});
   liar.set_faulty(false);
   bench.add(liar);
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "toy/liar");
   liar.set_faulty(true);
   Miner miner(slot, 0, 1'000'000, 2, 5);
   miner.run();
   expect_exactly_once(miner, 0, 1'000'000);
   EXPECT_EQ(bench.serving(slot), "toy/reference");
}

TEST(Swap, AwayFromALeavingInstanceReturnsWhileItsConsumerMines) {
   Bench bench;
   auto leaving = std::make_unique<ToyBackend>("guest/fast", "device=cpu,kind=simd");
   bench.add(*leaving, "guest");
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "guest/fast");
   std::atomic<bool> gone{false};
   std::jthread remover([&] {
      while (leaving->hashes() < 400'000)
         std::this_thread::yield();
      EXPECT_TRUE(bench.pow.instance_removed("guest", 10'000'000'000));
      const std::uint64_t hashes = leaving->hashes();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      EXPECT_EQ(leaving->hashes(), hashes) << "a call went into a table that was left";
      gone.store(true);
   });
   do {
      Miner miner(slot, 0, 1'000'000, 2, 6);
      miner.run();
      expect_exactly_once(miner, 0, 1'000'000);
   } while (!gone.load() && !::testing::Test::HasFailure());
}

TEST(Swap, KeepsACancellationThatCameBeforeIt) {
   Bench bench;
   const ToyBackend one("toy/one", "device=cpu,kind=simd"), two("toy/two", "device=cpu,kind=scalar");
   bench.add(one);
   bench.add(two);
   Slot &slot = bench.find();
   Consumer consumer(slot);
   consumer.table().cancel_below(&consumer.table(), consumer.session(), 10);
   ASSERT_TRUE(bench.pow.use("toy", "kind=scalar"));
   ASSERT_EQ(consumer.submit(9, 0, 5000, 4), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_E_CANCELLED);
   ASSERT_EQ(consumer.submit(10, 0, 5000, 4, 4096), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_OK);
}

namespace {

/// A backend whose device can be lost: in a batch, at its submission or in a preparation.
struct Losable {
   enum Where { nowhere, in_wait, in_submit, in_prepare };
   static inline std::atomic<Where> lost{nowhere};
   static inline const neb_pow_backend *honest = nullptr;

   ToyBackend backend{"guest/device", "device=cpu,kind=simd"};
   neb_pow_backend table = backend.table();

   Losable() {
      lost.store(nowhere);
      honest = &backend.table();
      table.wait = [](const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result, std::uint64_t ns) {
         const neb_status status = honest->wait(honest, session, result, ns);
         if (lost.load() == in_wait && status == NEB_OK) {
            result->status = NEB_E_DEVICE;
            result->hashes_done = 0;
            result->hit_count = 0;
         }
         return status;
      };
      table.submit = [](const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) {
         return lost.load() == in_submit ? static_cast<neb_status>(NEB_E_DEVICE) : honest->submit(honest, session, job);
      };
      table.prepare = [](const neb_pow_backend *, neb_pow_session *, const neb_pow_epoch *, neb_error *) {
         return static_cast<neb_status>(lost.load() == in_prepare ? NEB_E_DEVICE : NEB_OK);
      };
   }
   [[nodiscard]] Provided provided() const {
      Provided provided = backend.provided("guest");
      provided.table = &table;
      return provided;
   }
};

neb_status prepare(Consumer &consumer) {
   const JobCopy any = job(0, 1, 0);
   const neb_pow_epoch epoch = any.epoch.wire();
   return consumer.table().prepare(&consumer.table(), consumer.session(), &epoch, nullptr);
}

} // namespace

TEST(Swap, GivesTheJobsOfALostDeviceBackAndItsFallbackServes) {
   Bench bench;
   Losable device;
   ASSERT_TRUE(bench.pow.backend_added(device.provided()));
   bench.pow.instance_ready("guest");
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "guest/device");
   Consumer consumer(slot, 2);
   ASSERT_EQ(consumer.submit(1, 0, 1000, 4), NEB_OK);
   ASSERT_EQ(consumer.submit(2, 1000, 1000, 4), NEB_OK);
   Losable::lost.store(Losable::in_wait);
   for (int i = 0; i < 2; ++i) {
      const Answer answer = consumer.wait();
      EXPECT_EQ(answer.status, NEB_E_CANCELLED);
      EXPECT_EQ(answer.hashes_done, 0u);
   }
   EXPECT_EQ(bench.serving(slot), "toy/reference");
   EXPECT_TRUE(bench.said("guest/device is quarantined: lost its device in a batch"));
   ASSERT_EQ(consumer.submit(3, 0, 1000, 4, 4096), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_OK);
}

TEST(Swap, NoticesADeviceThatIsLostOutsideABatch) {
   for (const auto where : {Losable::in_submit, Losable::in_prepare}) {
      Bench bench;
      Losable device;
      ASSERT_TRUE(bench.pow.backend_added(device.provided()));
      bench.pow.instance_ready("guest");
      Slot &slot = bench.find();
      ASSERT_EQ(bench.serving(slot), "guest/device");
      Consumer consumer(slot);
      Losable::lost.store(where);
      EXPECT_EQ(where == Losable::in_submit ? consumer.submit(1, 0, 1000, 4) : prepare(consumer), NEB_E_BUSY);
      EXPECT_EQ(bench.serving(slot), "toy/reference");
      ASSERT_EQ(consumer.submit(2, 0, 1000, 4, 4096), NEB_OK);
      EXPECT_EQ(consumer.wait().status, NEB_OK);
   }
}

TEST(Swap, TakesALostDeviceBackWhenItsInstanceOffersItAgain) {
   Bench bench;
   Losable device;
   ASSERT_TRUE(bench.pow.backend_added(device.provided()));
   bench.pow.instance_ready("guest");
   Slot &slot = bench.find();
   Consumer consumer(slot);
   Losable::lost.store(Losable::in_submit);
   EXPECT_EQ(consumer.submit(1, 0, 1000, 4), NEB_E_BUSY);
   ASSERT_EQ(bench.serving(slot), "toy/reference");
   Losable::lost.store(Losable::nowhere);
   ASSERT_TRUE(bench.pow.instance_removed("guest", 1'000'000'000));
   ASSERT_TRUE(bench.pow.backend_added(device.provided()));
   bench.pow.instance_ready("guest");
   EXPECT_EQ(bench.serving(slot), "guest/device");
   ASSERT_EQ(consumer.submit(2, 0, 1000, 4, 4096), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_OK);
}

TEST(Swap, RefusesTicketsThatDoNotGrowAndJobsThatMakeNoSense) {
   Bench bench;
   Consumer consumer(bench.find());
   ASSERT_EQ(consumer.submit(5, 0, 10, 4), NEB_OK);
   (void)consumer.wait();
   EXPECT_EQ(consumer.submit(5, 0, 10, 4), NEB_E_INVALID);
   EXPECT_EQ(consumer.submit(6, 0xFFFFFFFFu, 2, 4), NEB_E_INVALID);
   EXPECT_EQ(consumer.submit(6, 0, 0, 4), NEB_E_INVALID);
   EXPECT_EQ(consumer.submit(UINT64_MAX, 0, 10, 4), NEB_E_INVALID);
   neb_pow_result result{};
   result.size = sizeof result;
   EXPECT_EQ(consumer.table().wait(&consumer.table(), consumer.session(), &result, 0), NEB_E_STATE);
}

} // namespace nebula::host::toy
