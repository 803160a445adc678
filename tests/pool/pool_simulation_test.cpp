#include "stand_in_miner.h"

#include <memory>
#include <random>

/// The whole core under thousands of random events: miners of every dialect come, share, lie, repeat themselves, vanish
/// and resume, while work changes, digests take their time and bookings are late. What must hold whatever happens is
/// checked after each event. A failure prints its seed.

namespace nebula::pool::test {
namespace {

class Simulation {
public:
   explicit Simulation(std::uint64_t seed) : random_(seed), world_(settings()) {
      world_.submit_all = world_.slow = world_.hold = true;
      world_.give_all_work(true);
   }

   void run(int events) {
      for (int i = 0; i < events && !::testing::Test::HasFatalFailure(); ++i) {
         event();
         check();
      }
      finish();
   }

   std::size_t accepted() const { return accepted_.size(); }
   std::size_t resumed() const { return resumed_; }

private:
   enum class Expected { good, low, duplicate, refused };
   struct Live {
      std::unique_ptr<StandInMiner> miner;
      std::deque<Expected> expected; // of its shares, in their order
      std::size_t heard = 0;         // of its answers
   };

   static PoolSettings settings() {
      PoolSettings out = StandInWorld::settings();
      out.ban.shares = 1'000'000; // bans have a test of their own
      out.connections_max = 40;
      out.resume_ns = 60 * k_second;
      return out;
   }

   std::uint64_t below(std::uint64_t bound) {
      return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
   }

   void event() {
      switch (below(16)) {
      case 0:
         return connect();
      case 1:
         if (below(2) == 0)
            disconnect();
         return;
      case 2:
         world_.now += below(3 * k_second);
         while (world_.pool.tick(world_.now, 1 + below(50)))
            ;
         return;
      case 3:
         if (below(3) == 0)
            world_.extranonce_size = below(8) == 0 ? 5 : 16; // of another upstream for a while
         world_.give_work(static_cast<std::uint8_t>(below(k_algorithms)), below(3) == 0);
         return hear_all();
      case 4:
         world_.pool.booked(world_.receipts - below(world_.receipts + 1) / 4, world_.now);
         return hear_all();
      case 5:
      case 6:
      case 7:
         return compute(1 + below(4));
      default:
         return talk();
      }
   }

   void connect() {
      if (live_.size() >= 30)
         return;
      constexpr std::pair<Dialect, std::uint8_t> k_kinds[] = {{Dialect::cosmic, 0},
                                                              {Dialect::cosmic, 1 + k_cosmic},
                                                              {Dialect::xmrig, 0},
                                                              {Dialect::xmrig, 1 + k_randomx},
                                                              {Dialect::bitcoin, 1 + k_header},
                                                              {Dialect::bitcoin, 0},
                                                              {Dialect::ergo, 1 + k_message}};
      const auto [dialect, port] = k_kinds[below(std::size(k_kinds))];
      const ConnectionId number = ++last_connection_;
      Live fresh;
      fresh.miner = std::make_unique<StandInMiner>(world_, number, dialect, port);
      StandInMiner &miner = *fresh.miner;
      miner.user = "W" + std::to_string(below(5)) + ".rig";
      if (dialect == Dialect::bitcoin && port == 0)
         miner.agent = "cpuminer/2.5";
      miner.short_form = dialect == Dialect::ergo && below(2) == 0;
      if ((dialect == Dialect::bitcoin || dialect == Dialect::ergo) && !tokens_.empty() && below(2) == 0)
         miner.session = tokens_[tokens_.size() - 1 - below(std::min<std::size_t>(tokens_.size(), 6))];
      const std::string wanted = miner.session;
      if (!wanted.empty())
         miner.begin_at(number * std::uint64_t{1'000'000});
      miner.log_in();
      if (!world_.closing.contains(number)) {
         resumed_ += !wanted.empty() && miner.session == wanted;
         if (dialect == Dialect::bitcoin && below(2) == 0)
            miner.say(R"({"id":3,"method":"mining.extranonce.subscribe","params":[]})");
      }
      fresh.heard = miner.answers.size();
      live_.emplace(number, std::move(fresh));
   }

   void disconnect() {
      if (live_.empty())
         return;
      auto one = live_.begin();
      std::advance(one, static_cast<std::ptrdiff_t>(below(live_.size())));
      if (const StandInMiner &miner = *one->second.miner; !miner.session.empty() && miner.dialect != Dialect::xmrig)
         tokens_.push_back(miner.session);
      world_.pool.closed(one->first, world_.now);
      live_.erase(one);
   }

   void talk() {
      if (live_.empty())
         return;
      auto one = live_.begin();
      std::advance(one, static_cast<std::ptrdiff_t>(below(live_.size())));
      Live &live = one->second;
      StandInMiner &miner = *live.miner;
      if (world_.closing.contains(one->first) || miner.jobs() == 0)
         return;
      const std::size_t age = below(std::min<std::size_t>(miner.jobs(), below(4) == 0 ? 8 : 1));
      switch (below(8)) {
      case 0:
         live.expected.push_back(Expected::low);
         (void)miner.submit_low(age);
         break;
      case 1:
         if (miner.has_shared()) {
            live.expected.push_back(Expected::duplicate);
            (void)miner.repeat();
         }
         break;
      case 2:
         live.expected.push_back(Expected::refused);
         miner.say(miner.dialect == Dialect::xmrig
                      ? R"({"id":4,"jsonrpc":"2.0","method":"submit","params":{"id":"x","job_id":"1","nonce":"zz"}})"
                      : R"({"id":4,"method":"mining.submit","params":["W","1"]})");
         break;
      default:
         live.expected.push_back(Expected::good);
         (void)miner.submit_good(age);
      }
      hear(live);
   }

   /// Some of the digests that are owed, in any order; now and then one cannot be computed.
   void compute(std::uint64_t most) {
      for (; most > 0 && !world_.tasks.empty(); --most) {
         const auto at = static_cast<std::ptrdiff_t>(below(world_.tasks.size()));
         const HashTask task = world_.tasks[static_cast<std::size_t>(at)];
         world_.tasks.erase(world_.tasks.begin() + at);
         if (below(50) == 0)
            world_.pool.hashed(task.ticket, std::nullopt, "the algorithm is being exchanged", world_.now);
         else
            world_.pool.hashed(task.ticket, StandInWorld::stand_in_hash(task), {}, world_.now);
      }
      hear_all();
   }

   void hear_all() {
      for (auto &[number, live] : live_)
         hear(live);
   }

   /// The answers of a connection are those of its questions, one after the other.
   void hear(Live &live) {
      live.miner->read_sent();
      for (; live.heard < live.miner->answers.size(); ++live.heard) {
         const std::string &answer = live.miner->answers[live.heard];
         ASSERT_FALSE(live.expected.empty()) << "an answer to nothing: " << answer;
         const Expected expected = live.expected.front();
         live.expected.pop_front();
         const auto says = [&](std::string_view words) { return answer.find(words) != std::string::npos; };
         const bool late = says("Stale") || says("exchanged") || says("too many shares at once");
         const bool yes = says("\"result\":true") || says("\"status\":\"OK\"");
         switch (expected) {
         case Expected::good:
            EXPECT_TRUE(yes || late) << answer;
            break;
         case Expected::low:
            EXPECT_TRUE(says("Low difficulty") || late) << answer;
            break;
         case Expected::duplicate:
            EXPECT_TRUE(says("Duplicate") || says("Low difficulty") || late) << answer;
            break;
         case Expected::refused:
            EXPECT_TRUE(says("Invalid params") || late) << answer;
         }
      }
   }

   void check() {
      // Nothing is accepted twice: all that a hash depends on is in a solution.
      for (; seen_ < world_.solutions.size(); ++seen_) {
         const Solution &one = world_.solutions[seen_];
         ASSERT_TRUE(
            accepted_.emplace(one.template_id, one.extranonce, (std::uint64_t{one.ntime} << 32), one.nonce).second)
            << "template " << one.template_id << " nonce " << one.nonce;
      }
      std::set<std::uint32_t> extranonces;
      world_.pool.sessions().each([&](ConnectionId, const Session &session) {
         EXPECT_TRUE(extranonces.insert(session.extranonce).second) << session.extranonce;
         EXPECT_LE(session.awaiting.size(), 4 * Session::k_awaiting_max);
      });
      ASSERT_LE(world_.pool.connections(), live_.size());
      ASSERT_LE(world_.tasks.size(), Session::k_awaiting_max * last_connection_);
      ASSERT_LE(world_.pool.workers().size(), 5u * k_algorithms);
      for (auto one = live_.begin(); one != live_.end();) {
         if (!world_.closing.contains(one->first)) {
            ++one;
            continue;
         }
         world_.pool.closed(one->first, world_.now);
         one = live_.erase(one);
      }
   }

   /// Every question of whoever is still there is answered, and every accepted share reached the source.
   void finish() {
      compute(~0ull);
      world_.pool.booked(world_.receipts, world_.now);
      hear_all();
      check();
      for (const auto &[number, live] : live_)
         EXPECT_TRUE(live.expected.empty())
            << live.expected.size() << " shares of connection " << number << " unanswered";
      const auto good = std::ranges::count(world_.facts, Verdict::accepted, &ShareFact::verdict);
      EXPECT_EQ(static_cast<std::size_t>(good), accepted_.size());
   }

   std::mt19937_64 random_;
   StandInWorld world_;
   std::map<ConnectionId, Live> live_;
   std::vector<std::string> tokens_;
   std::set<std::tuple<std::uint64_t, common::Bytes, std::uint64_t, std::uint64_t>> accepted_;
   std::size_t seen_ = 0, resumed_ = 0;
   ConnectionId last_connection_ = 0;
};

class PoolSimulation : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(PoolSimulation, keeps_what_must_hold) {
   Simulation simulation(GetParam());
   simulation.run(4'000);
   EXPECT_GT(simulation.accepted(), 300u) << "else it says little";
   EXPECT_GT(simulation.resumed(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PoolSimulation, ::testing::Range<std::uint64_t>(1, 7));

} // namespace
} // namespace nebula::pool::test
