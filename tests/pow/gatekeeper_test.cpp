#include "pow/toy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace nebula::host::toy {

namespace {

/// A device that answers nothing as long as it is held.
struct Silent {
   static inline std::atomic<bool> held{false};
   static inline const neb_pow_backend *honest = nullptr;

   ToyBackend backend{"guest/silent", "device=cpu,kind=simd"};
   neb_pow_backend table = backend.table();

   Silent() {
      held.store(true);
      honest = &backend.table();
      table.wait = [](const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result, std::uint64_t ns) {
         if (!held.load())
            return honest->wait(honest, session, result, ns);
         std::this_thread::sleep_for(std::chrono::nanoseconds(std::min<std::uint64_t>(ns, 1'000'000)));
         return static_cast<neb_status>(NEB_E_TIMEOUT);
      };
   }
   ~Silent() { held.store(false); }

   void add_to(Bench &bench) const {
      Provided provided = backend.provided("guest");
      provided.table = &table;
      ASSERT_TRUE(bench.pow.backend_added(provided));
      bench.pow.instance_ready("guest");
   }
};

/// Without waiting for a gate.
Slot &find_now(Bench &bench) {
   Slot *slot = nullptr;
   (void)bench.pow.find_backend(Selection::parse("algorithm=toy").value(), "miner", &slot);
   return *slot;
}

void wait_until_serving(Bench &bench, const std::string &name) {
   while (bench.pow.explain(k_name).value().find("computed by " + name + " for miner") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

TEST(Gatekeeper, LetsTheFallbackServeWhileAGateDoesNotEnd) {
   Bench bench;
   const Silent device;
   device.add_to(bench);
   Slot &slot = find_now(bench);
   wait_until_serving(bench, "toy/reference");
   EXPECT_NE(bench.pow.explain(k_name).value().find("\"checking\":true"), std::string::npos);
   Consumer consumer(slot);
   ASSERT_EQ(consumer.submit(1, 0, 1000, 4, 4096), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_OK);
   Silent::held.store(false);
   EXPECT_EQ(bench.serving(slot), "guest/silent");
   EXPECT_EQ(bench.pow.explain(k_name).value().find("\"checking\""), std::string::npos);
}

TEST(Gatekeeper, MovesAwayFromALiarWhileAnotherGateDoesNotEnd) {
   Bench bench;
   ToyBackend liar("toy/liar", "device=cpu,kind=scalar",
                   {[](std::uint64_t, std::uint8_t *digest) { digest[8] ^= 1; }, {}});
   liar.set_faulty(false);
   bench.add(liar);
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "toy/liar");
   const Silent device;
   device.add_to(bench);
   liar.set_faulty(true);
   Consumer consumer(slot);
   ASSERT_EQ(consumer.submit(1, 0, 100'000, 4, 4096), NEB_OK);
   EXPECT_EQ(consumer.wait().status, NEB_E_CANCELLED);
   wait_until_serving(bench, "toy/reference");
}

TEST(Gatekeeper, ChecksWhatWouldServeNextAheadOfNeed) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd"), gpu("toy/gpu", "device=gpu");
   bench.add(simd);
   bench.add(gpu);
   EXPECT_EQ(bench.serving(bench.find()), "toy/simd");
   EXPECT_TRUE(bench.said("backend toy/reference passed its gate"));
   EXPECT_EQ(gpu.hashes(), 0u) << "no step of the plan leads there";
}

TEST(Gatekeeper, DoesNotTakeAnotherBackendOfTheSameRunnerForAFallback) {
   Bench bench;
   const ToyBackend first("guest/a", "device=cpu,kind=simd,isolation=process"),
      second("guest/b", "device=cpu,kind=scalar,isolation=process");
   bench.add(first, "guest");
   bench.add(second, "guest");
   EXPECT_EQ(bench.serving(bench.find()), "guest/a");
   EXPECT_EQ(second.hashes(), 0u);
   EXPECT_TRUE(bench.said("backend toy/reference passed its gate"));
}

TEST(Gatekeeper, LetsUseWaitForItsGate) {
   Bench bench;
   const Silent device;
   device.add_to(bench);
   Slot &slot = find_now(bench);
   wait_until_serving(bench, "toy/reference");
   std::jthread release([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      Silent::held.store(false);
   });
   EXPECT_TRUE(bench.pow.use(k_name, "kind=simd"));
   EXPECT_EQ(bench.serving(slot), "guest/silent");
}

TEST(Gatekeeper, HoldsNothingAgainstABackendThatIsLostInItsGate) {
   Bench bench;
   const Silent device;
   device.add_to(bench);
   Slot &slot = find_now(bench);
   wait_until_serving(bench, "toy/reference");
   bench.pow.instance_lost("guest", "its runner died: it was ended by signal 11 (Segmentation fault)");
   EXPECT_EQ(bench.serving(slot), "toy/reference");
   EXPECT_TRUE(bench.said("guest/silent was lost in its gate: its runner died: it was ended by signal 11"));
   EXPECT_NE(bench.pow.explain(k_name).value().find("gone: its runner died"), std::string::npos);
   Silent::held.store(false);
   bench.pow.instance_renewed("guest");
   bench.pow.settle(); // renewed, and its gate asked for
   EXPECT_EQ(bench.serving(slot), "guest/silent");
}

} // namespace nebula::host::toy
