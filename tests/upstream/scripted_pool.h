#pragma once

/// Pools and a world around a client of theirs: connections that take time and break, sinks that derive and hand in,
/// and a judge of what each side may never do. All from one seed.

#include "core/client.h"

#include <functional>
#include <queue>
#include <random>
#include <set>

namespace nebula::upstream::test {

inline constexpr std::uint64_t k_ms = 1'000'000;
inline constexpr std::uint64_t k_second = 1'000 * k_ms;

/// How a pool behaves at the moment.
enum class Mood {
   well,
   refusing, ///< nobody listens
   silent,   ///< connects, and says nothing
   garbled,  ///< what it says is no JSON
   barring   ///< refuses the user
};

class World;

class ScriptedPool {
public:
   ScriptedPool(World &world, std::size_t index, Dialect dialect) : world_(world), index_(index), dialect_(dialect) {}

   Mood mood = Mood::well;
   std::uint64_t difficulty = 100;
   std::uint64_t accepted = 0, stale = 0;

   /// A new block; `clean` in so far as the dialect can say so.
   void new_block();
   /// The same work at another difficulty.
   void change_difficulty(std::uint64_t to);
   void drop_all();
   void tell_all(const std::string &line);

   void connected(LaneId lane);
   void heard(LaneId lane, const std::string &line);
   void hung_up(LaneId lane) { guests_.erase(lane); }
   [[nodiscard]] std::size_t guests() const { return guests_.size(); }

private:
   struct GivenJob {
      std::uint64_t block, difficulty;
   };
   struct Guest {
      bool in = false;
      std::uint64_t number = 0; ///< makes its work unlike that of others
      std::map<std::string, GivenJob> jobs;
      std::set<std::string> shares;
   };
   void say(LaneId lane, std::string line);
   void give_job(LaneId lane, Guest &guest);
   [[nodiscard]] std::string job_of(Guest &guest);
   void judge(LaneId lane, Guest &guest, std::uint64_t id, const std::string &job, const std::string &what);

   World &world_;
   std::size_t index_;
   Dialect dialect_;
   std::map<LaneId, Guest> guests_;
   std::uint64_t block_ = 1, jobs_ = 0, numbers_ = 0;
};

class World {
public:
   World(ClientSettings settings, std::uint64_t seed);

   ScriptedPool &pool(std::size_t index) { return *pools_[index]; }
   /// Another process goes on with the client's state and connections, as soon as no share waits for its answer.
   /// Nothing happens while one does.
   void take_over();
   [[nodiscard]] std::string state();
   /// Lets time pass.
   void run(std::uint64_t ns);
   void stop();
   [[nodiscard]] std::string summary() const;

   ClientSettings settings;

private:
   std::optional<Client> life_;

public:
   Client &client; ///< the one that lives
   std::mt19937_64 random;
   std::uint64_t now = 1'000 * k_second;
   std::size_t sinks = 4;
   std::uint64_t share_every_ns = 200 * k_ms; ///< over all sinks; 0: none

   // What was seen.
   std::optional<Offer> offer;
   std::uint64_t offered_ns = 0;
   std::vector<Note> notes;
   std::map<std::int32_t, std::uint64_t> outcomes;
   std::vector<std::string> wrong; ///< broken rules
   std::uint64_t taken_over = 0;

   void later(std::uint64_t ns, std::function<void()> what) { events_.push({now + ns, ++order_, std::move(what)}); }
   void to_client(LaneId lane, std::string line);
   void close(LaneId lane, const std::string &why);
   void blame(std::string what) { wrong.push_back(std::move(what)); }

private:
   struct Event {
      std::uint64_t at_ns, order;
      std::function<void()> what;
      bool operator<(const Event &other) const { return std::tie(at_ns, order) > std::tie(other.at_ns, other.order); }
   };
   void perform();
   void find_share();
   void derived(std::uint64_t id, const Bytes &name, const Input &input);

   std::vector<std::unique_ptr<ScriptedPool>> pools_;
   std::map<LaneId, std::size_t> lanes_;
   std::priority_queue<Event> events_;
   std::uint64_t order_ = 0, tickets_ = 0;
   bool started_ = false;
   std::set<std::uint64_t> open_tickets_;
   std::map<Bytes, std::map<std::uint64_t, std::pair<std::uint64_t, std::pair<std::uint64_t, Bytes>>>> ranges_;
};

[[nodiscard]] ClientSettings settings(Dialect dialect, std::size_t pools, std::uint64_t seed);

} // namespace nebula::upstream::test
