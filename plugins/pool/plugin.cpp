/// The pool as a plugin: finds the work source and the algorithms, and joins the core with sockets, hashes and the
/// host's tables.

#include "core/pool.h"
#include "shell/advice.h"
#include "shell/facts.h"
#include "shell/hasher.h"
#include "shell/ledger.h"
#include "shell/open_files.h"
#include "shell/requests.h"
#include "shell/routes.h"
#include "shell/server.h"
#include "shell/settings.h"
#include "shell/source.h"
#include "shell/time_slice.h"

#include <nebula/command.hpp>
#include <nebula/handover.hpp>
#include <nebula/health.hpp>
#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace nebula::pool {
namespace {

constexpr int k_idle_ms = 200;
/// For the last words to miners that read slowly.
constexpr std::uint64_t k_farewell_ns = 500'000'000;
constexpr std::uint64_t k_tick_ns = 1'000'000'000;
/// Jobs that are sent between two looks at the sockets: a broadcast to ten thousand takes a tenth of a second, and no
/// share waits longer than one slice of it.
constexpr std::size_t k_broadcast_slice = 32;

} // namespace

class PoolPlugin final : public Plugin, private Command, private Handover, private Surroundings {
public:
   explicit PoolPlugin(const neb_host *raw) : Plugin(raw), status_([this] { return status_text(); }) {
      status_.attach(*this);
      Command::attach(*this);
      Handover::attach(*this);
   }

protected:
   void init() override {
      clock_.emplace(host());
      settings_ = read_settings(config());
      executor_.emplace(host());
      loop_.emplace();
      hasher_.emplace(host(), *loop_, *executor_,
                      [this](std::uint64_t ticket, const std::optional<Digest> &digest, std::string_view why) {
                         pool_->hashed(ticket, digest, why, clock_->monotonic_ns());
                      });
      source_.emplace(
         host(), settings_.work, *loop_, log(),
         [this](std::uint8_t algorithm, Template work) { take(algorithm, std::move(work)); },
         [this](const SolutionResult &result) {
            --solutions_out_;
            facts_->settled(result, clock_->monotonic_ns());
            ledger_->settled(result);
         });
      source_->find();
      find_algorithms();
      facts_.emplace(host(), settings_.pool.algorithms);
      Ledger::Hooks hooks;
      hooks.booked = [this](std::uint64_t receipt) {
         loop_->post([this, receipt] { pool_->booked(receipt, clock_->monotonic_ns()); });
      };
      hooks.payout = [this](const accounts::BatchView &batch) { facts_->payout(batch, ledger_->totals()); };
      ledger_.emplace(host(), settings_.ledger, std::move(hooks));
      ledger_->open();
      routes_.emplace(host());
   }

   void start() override {
      facts_->started(clock_->monotonic_ns());
      pool_.emplace(settings_.pool, static_cast<Surroundings &>(*this));
      prepare_server();
      server_.emplace(settings_.server, *loop_, *clock_, log());
      server_->serve(*pool_);
      if (inherited_) {
         server_->adopt(*std::exchange(inherited_, std::nullopt));
         idle_ = true; // until resume
      } else {
         server_->open();
      }
      ledger_->start();
      thread_ = std::thread([this] {
         ask_for_prompt_turns();
         loop_->run([this] { return turn(); }, k_idle_ms);
      });
      std::vector<std::string> names;
      for (const PoolAlgorithm &one : settings_.pool.algorithms)
         names.push_back(one.name);
      source_->follow(std::move(names));
      advice_.emplace(host(), *loop_, [this](const Advice &advice) { pool_->advise(advice, clock_->monotonic_ns()); });
      queries_.emplace(identity(), *loop_, *pool_, *server_, *facts_, *ledger_, *clock_);
      requests_.emplace(*queries_);
      answering_ = &*requests_;
      routes_->start(*queries_);
      for (const std::string &address : server_->addresses())
         log().info("miners connect to stratum+tcp://", address);
      if (const std::string fingerprint = server_->tls_fingerprint(); !fingerprint.empty())
         log().info("the same with stratum+ssl://; the certificate's SHA-256 fingerprint is ", fingerprint);
   }

   neb_status drain(std::uint64_t deadline_ns) override {
      if (gave_)
         return NEB_OK;
      health_.not_ready("drain", "the pool is going down: miners are being sent away");
      const std::uint64_t now = clock_->monotonic_ns(), until = now + settings_.drain_ns;
      std::future<void> empty = empty_.emplace().get_future();
      loop_->post([this, until] {
         draining_ = true;
         server_->drain(until);
      });
      // Who is left at the deadline goes on leaving until `stop`.
      const std::chrono::nanoseconds patience(std::min(until + k_farewell_ns, std::max(deadline_ns, now)) - now);
      return empty.wait_for(patience) == std::future_status::ready ? NEB_OK : NEB_E_TIMEOUT;
   }

   neb_status stop(std::uint64_t) override {
      answering_ = nullptr;
      if (routes_)
         routes_->stop();
      advice_.reset();
      if (source_)
         source_->unfollow();
      if (thread_.joinable()) {
         loop_->post([this] {
            server_->stop_listening();
            server_->close_all();
         });
         loop_->stop();
         thread_.join();
      }
      if (ledger_)
         ledger_->stop();
      return NEB_OK;
   }

   HandoverState give(std::uint64_t deadline_ns) override {
      Giving giving;
      giving.deadline_ns = deadline_ns;
      auto given = giving.given.get_future();
      loop_->post([this, shared = std::make_shared<Giving>(std::move(giving))] {
         giving_.emplace(std::move(*shared));
         server_->freeze();
      });
      if (auto state = given.get()) {
         gave_ = true;
         return std::move(*state);
      }
      throw Error(NEB_E_TIMEOUT, "shares are still being verified, or nobody has said yet what became of a block");
   }

   void take(HandoverState state) override { inherited_ = std::move(state); }

   void resume() override {
      loop_->post([this] {
         idle_ = false;
         server_->resume();
      });
   }

private:
   /// Once everything that miners sent is answered, or it is too late for that.
   void give_if_settled(std::uint64_t now_ns) {
      if (pool_->settled() && solutions_out_ == 0) {
         idle_ = true;
         giving_->given.set_value(server_->give(*pool_));
      } else if (now_ns >= giving_->deadline_ns) {
         server_->resume();
         giving_->given.set_value(std::nullopt);
      } else {
         return;
      }
      giving_.reset();
   }

   /// Which algorithms there are, and which of them each port has.
   void find_algorithms() {
      const std::vector<std::string> offered = source_->algorithms();
      for (std::size_t i = 0; i < settings_.ports.size(); ++i) {
         PortConfig &port = settings_.ports[i];
         const std::vector<std::string> &wanted = port.algorithms.empty() ? offered : port.algorithms;
         if (wanted.empty())
            throw Error(NEB_E_CONFIG, "ports[", i, "].algorithms: the work source '", settings_.work,
                        "' does not say yet what it gives work for; name the algorithms");
         for (const std::string &name : wanted) {
            const auto index = index_of(name);
            if (!index)
               throw Error(NEB_E_CONFIG, "ports[", i, "].algorithms: no plugin of this node computes '", name,
                           "'; the work source '", settings_.work, "' gives work for ", listed(offered));
            port.settings.algorithms.push_back(*index);
         }
         settings_.pool.ports.push_back(port.settings);
      }
   }

   static std::string listed(const std::vector<std::string> &names) {
      std::string out;
      for (const std::string &name : names)
         out += (out.empty() ? "" : ", ") + name;
      return out.empty() ? "nothing yet" : out;
   }

   /// Nothing: no plugin computes it.
   std::optional<std::uint8_t> index_of(const std::string &name) {
      auto &all = settings_.pool.algorithms;
      const auto named = [&](const PoolAlgorithm &one) {
         return one.name == name || std::ranges::find(one.aliases, name) != one.aliases.end();
      };
      if (const auto known = std::ranges::find_if(all, named); known != all.end())
         return static_cast<std::uint8_t>(known - all.begin());
      auto added = hasher_->add(name);
      if (!added)
         return std::nullopt;
      all.push_back(std::move(*added));
      return static_cast<std::uint8_t>(all.size() - 1);
   }

   [[nodiscard]] PoolIdentity identity() const {
      PoolIdentity out;
      out.name = host().instance();
      out.version = host().raw()->version;
      out.listening = server_->addresses();
      for (const PortSettings &port : settings_.pool.ports) {
         std::vector<std::string> &names = out.algorithms.emplace_back();
         for (const std::uint8_t algorithm : port.algorithms)
            names.push_back(settings_.pool.algorithms[algorithm].name);
      }
      out.fee_address = settings_.ledger.rules.fee_address;
      return out;
   }

   std::string answer(std::string_view method, std::string_view params) override {
      const Requests *const requests = answering_;
      if (!requests)
         throw Error(NEB_E_STATE, "the pool is not running");
      return requests->answer(method, params);
   }

   void prepare_server() {
      if (host().find<neb_ext_node>(NEB_EXT_NODE))
         settings_.server.data_folder = Node(host()).data_dir();
      const OpenFiles files = open_files_for(settings_.server.connections_max);
      settings_.server.connections_max = files.connections;
      if (!files.advice.empty())
         log().warn(files.advice);
   }

   // On the loop's thread from here on.

   bool turn() {
      if (idle_)
         return false;
      const std::uint64_t now = clock_->monotonic_ns();
      if (now - ticked_ns_ >= k_tick_ns) {
         ticked_ns_ = now;
         ticking_ = true;
         server_->tick();
         facts_->show(*pool_, server_->now(now), ledger_->totals_lately(), now);
      }
      if (ticking_)
         ticking_ = pool_->tick(now, k_broadcast_slice);
      const bool more = pool_->broadcast(k_broadcast_slice, now) || ticking_;
      server_->evict();
      server_->flush();
      if (giving_)
         give_if_settled(now);
      if (draining_ && server_->connections() == 0) {
         draining_ = false;
         empty_->set_value();
      }
      return more;
   }

   void take(std::uint8_t algorithm, Template work) {
      hasher_->prepare(algorithm, work.epoch, work.next_epoch);
      facts_->work(algorithm, work, clock_->monotonic_ns());
      if (work.height > 0)
         ledger_->tip(work.height - 1);
      pool_->work(algorithm, std::move(work));
   }

   void send(ConnectionId connection, std::string_view lines) override { server_->send(connection, lines); }
   void close(ConnectionId connection, std::string_view) override { server_->close_after_sending(connection); }
   bool derive(std::uint64_t id, std::span<const std::uint8_t> extranonce, Input &out) override {
      return source_->derive(id, extranonce, out);
   }
   void hash(const HashTask &task) override { hasher_->hash(task); }
   bool allows(ConnectionId connection, Ask ask) override { return server_->allows(connection, ask); }
   void struck(ConnectionId connection) override { server_->struck(connection); }
   void submit(const Solution &solution) override {
      ++solutions_out_;
      source_->submit(solution);
   }
   std::uint64_t share(const ShareFact &fact) override {
      facts_->share(fact, clock_->monotonic_ns());
      return ledger_->share(fact, settings_.pool.algorithms[fact.algorithm].name);
   }
   void session(const SessionFact &fact) override { facts_->session(fact); }

   std::string status_text() const {
      if (!facts_)
         return R"({"summary":"starting"})";
      const auto now = facts_->overview();
      const ShareCounts shares = now->shares();
      return concat(R"({"summary":")", now->server.connections, " connections, ", now->workers, " workers, ",
                    shares.accepted, " shares, ", shares.blocks, R"( blocks","connections":)", now->server.connections,
                    R"(,"workers":)", now->workers, R"(,"shares":)", shares.accepted, R"(,"rejected":)",
                    shares.rejected(), R"(,"blocks":)", shares.blocks, "}");
   }

   Status status_;
   std::optional<Clock> clock_;
   Health health_{host()};
   Settings settings_;
   std::uint64_t ticked_ns_ = 0;
   bool gave_ = false;               // all to another process
   bool idle_ = false;               // it waits for `resume`, or has given all away
   std::uint64_t solutions_out_ = 0; // that the source has not answered yet
   std::optional<HandoverState> inherited_;
   struct Giving {
      std::promise<std::optional<HandoverState>> given;
      std::uint64_t deadline_ns = 0;
   };
   std::optional<Giving> giving_;
   bool ticking_ = false;                    // the loop's: the second's look at everyone is not over
   bool draining_ = false;                   // the loop's
   std::optional<std::promise<void>> empty_; // of connections, after `drain`

   // In order of construction; each uses those above it.
   std::optional<Facts> facts_;
   std::optional<Executor> executor_;
   std::optional<Loop> loop_;
   std::optional<Hasher> hasher_;
   std::optional<Source> source_;
   std::optional<Pool> pool_;
   std::optional<Server> server_;
   std::optional<Ledger> ledger_;
   std::optional<AdviceFeed> advice_;
   std::optional<Queries> queries_;
   std::optional<Requests> requests_;
   std::atomic<const Requests *> answering_{nullptr}; // null: not running
   std::optional<Routes> routes_;
   std::thread thread_;
};

} // namespace nebula::pool

NEBULA_PLUGIN(nebula::pool::PoolPlugin);
