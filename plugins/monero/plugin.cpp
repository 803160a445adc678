// The `monero` plugin: a work source over a monerod's JSON-RPC. It wires the parts; each part decides for itself.

#include "shell/coin.h"
#include "shell/daemon_link.h"
#include "shell/hasher.h"
#include "shell/payout_store.h"
#include "shell/reporter.h"
#include "shell/work_source.h"

#include <nebula/command.hpp>
#include <nebula/executor.hpp>
#include <nebula/handover.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

#include <openssl/rand.h>

#include <utility>

namespace nebula::monero {

namespace {

Bytes random_bytes(std::size_t count) {
   Bytes random(count);
   if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
      throw ::nebula::Error(NEB_E_FAIL, "the system gives no random bytes");
   return random;
}

std::uint64_t random_number() {
   std::uint64_t number = 0;
   for (const std::uint8_t byte : random_bytes(8))
      number = number << 8 | byte;
   return number;
}

/// How long giving waits for the daemon's word on each block: others give after it.
constexpr std::uint64_t k_settle_ns = 5'000'000'000;
/// The link's thread answers at once, unless it has ended.
constexpr std::chrono::seconds k_link_patience{2};

class MoneroPlugin final : public Plugin, private LinkListener, private ::nebula::Command, private Handover {
public:
   explicit MoneroPlugin(const neb_host *host) : Plugin(host), status_([this] { return status_json(); }) {
      status_.attach(*this);
      Command::attach(*this);
      Handover::attach(*this);
   }

protected:
   void init() override {
      settings_ = read_settings(config());
      clock_.emplace(host());
      executor_.emplace(host());
      hasher_.emplace(host());
      reporter_.emplace(host(), settings_.url.authority());
      source_.emplace(settings_, random_bytes(settings_.reserve_size - settings_.extranonce_size()), ports());
      host().provide(NEB_SVC_WORK_SOURCE, source_->table(), nullptr, "coin=monero,algorithm=randomx");
      coin_.emplace(settings_);
      host().provide(NEB_SVC_COIN, coin_->table(), nullptr, "coin=monero");
   }

   void start() override {
      const auto now = [clock = *clock_] { return static_cast<TimeMs>(clock.monotonic_ns() / 1'000'000); };
      payouts_.emplace(host());
      payouts_->open();
      coin_link_.emplace(settings_, now, *payouts_);
      link_.emplace(settings_, now, random_number(), static_cast<LinkListener &>(*this));
      if (const auto opened = link_->open(); !opened)
         throw ::nebula::Error(NEB_E_CONFIG, opened.error().text);
      if (inherited_)
         go_on(*std::exchange(inherited_, std::nullopt));
      else
         link_->start();
      source_->open();
      coin_link_->start();
      coin_->start(*coin_link_);
      log().info("taking work from ", settings_.url.tls ? "https://" : "http://", settings_.url.authority(),
                 settings_.zmq.empty() ? "" : ", woken by ", settings_.zmq);
   }

   neb_status drain(std::uint64_t deadline_ns) override {
      source_->close();
      return settle(deadline_ns) ? NEB_OK : NEB_E_TIMEOUT;
   }

   neb_status stop(std::uint64_t) override {
      source_->close();
      coin_->stop();
      if (coin_link_)
         coin_link_->stop();
      if (link_)
         link_->stop();
      source_->abandon();
      reporter_->on_end();
      return NEB_OK;
   }

   neb_status reconfigure(const Config &config) override {
      Settings settings = read_settings(config);
      if (!can_switch(settings_, settings))
         return NEB_E_UNSUPPORTED; // the host starts a new instance
      settings_ = settings;
      reporter_->set_url(settings.url.authority());
      coin_link_->reconfigure(settings);
      link_->reconfigure(std::move(settings));
      return NEB_OK;
   }

   /// It goes on until it is drained: what others than a pool find until then is handed in here. Of a block that the
   /// daemon leaves without a verdict for too long, the successor hears. Payouts are in the store.
   HandoverState give(std::uint64_t deadline_ns) override {
      const bool settled = settle(std::min(deadline_ns, clock_->monotonic_ns() + k_settle_ns));
      auto followed = link_->followed();
      HandoverRecord record;
      if (followed.wait_for(k_link_patience) == std::future_status::ready)
         record.blocks = followed.get();
      else
         log().warn("the blocks that the daemon was asked about are forgotten, for nothing asks it any more");
      source_->save(record);
      if (!settled) {
         source_->close();
         link_->stop();
         source_->abandon();
      }
      return {std::string(common::as_text(encode_handover(record))), {}};
   }
   void take(HandoverState state) override { inherited_ = decode_handover(common::as_bytes(state.bytes)); }
   void resume() override { link_->start(); }

private:
   /// False: the daemon has not said in time what became of each block.
   bool settle(std::uint64_t deadline_ns) const {
      while (source_->waiting() > 0) {
         if (clock_->monotonic_ns() >= deadline_ns)
            return false;
         std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      return true;
   }

   /// With the work of the process before; the daemon is asked once that one can no longer come back.
   void go_on(HandoverRecord record) {
      const bool fits = source_->restore(settings_, record);
      link_->follow(std::move(record.blocks));
      if (!fits)
         log().warn("the work that miners have is given up, for `reserve_size` or `max_major_version` is another now: "
                    "what they find is stale until there is a new template");
      const auto current = source_->current();
      if (!current)
         return;
      prepare(*current->work);
      reporter_->on_template(*current);
      log().info("goes on with template ", current->id, " for height ", current->work->answer().height);
   }

   WorkSourcePorts ports() {
      WorkSourcePorts ports;
      ports.run = [this](std::function<void()> task) {
         return guarded(nullptr, [&] { executor_->post(std::move(task)); }) == NEB_OK;
      };
      ports.hash = [this](const Hash &seed, ByteView input) { return hasher_->hash(seed, input); };
      ports.hand_in = [this](SolvedBlock block, std::function<void(BlockTracker::Admission)> answer) {
         link_->hand_in(std::move(block), std::move(answer));
      };
      ports.on_block = [this](const SolvedBlock &block) { reporter_->on_block(block); };
      ports.on_judgement = [this](const Judgement &judgement) { reporter_->on_judgement(judgement); };
      return ports;
   }

   void on_work(const std::shared_ptr<const BlockWork> &work) override {
      prepare(*work);
      if (const auto news = source_->offer(work))
         reporter_->on_template(*news);
   }

   void on_fate(const FateChange &change) override {
      reporter_->on_fate(change);
      source_->on_fate(change);
   }

   void on_view(const DaemonView &view) override { reporter_->on_view(view); }
   void on_answer(Question question, bool good, TimeMs took) override { reporter_->on_answer(question, good, took); }
   void on_wake() override { reporter_->on_wake(); }
   void on_broken(std::string_view why) override { reporter_->on_broken(why); }

   void prepare(const BlockWork &work) {
      prepare(work.answer().seed_hash);
      if (work.answer().next_seed_hash)
         prepare(*work.answer().next_seed_hash);
   }

   // Once for each seed, on a worker; the last two asked for are remembered. [link thread, or before it starts]
   void prepare(const Hash &seed) {
      if (std::ranges::find(prepared_, seed) != prepared_.end())
         return;
      prepared_[next_prepared_++ % prepared_.size()] = seed;
      const auto task = [this, seed] {
         if (const auto done = hasher_->prepare(seed); !done)
            log().warn(done.error().text);
         else
            log().debug("randomx is prepared for the seed ", to_hex(seed));
      };
      if (guarded(nullptr, [&] { executor_->post(task); }) != NEB_OK)
         log().warn("randomx could not be prepared for the seed ", to_hex(seed), " ahead of time");
   }

   std::string answer(std::string_view method, std::string_view params_json) override {
      return coin_->answer(method, params_json);
   }

   std::string status_json() const { return reporter_ ? reporter_->status_json() : R"({"summary":"not started"})"; }

   Status status_;
   Settings settings_;
   std::optional<Clock> clock_;
   std::optional<Executor> executor_;
   std::optional<Hasher> hasher_;
   std::optional<Reporter> reporter_;
   std::optional<WorkSource> source_;
   std::optional<DaemonLink> link_;
   std::optional<KvPayoutStore> payouts_;
   std::optional<CoinLink> coin_link_;
   std::optional<Coin> coin_;
   std::optional<HandoverRecord> inherited_; // between take and start
   std::array<Hash, 2> prepared_{};
   std::size_t next_prepared_ = 0;
};

} // namespace

} // namespace nebula::monero

NEBULA_PLUGIN(nebula::monero::MoneroPlugin);
