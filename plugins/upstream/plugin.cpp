/// The `upstream` plugin: a work source over other pools. It wires the parts; each part decides for itself.

#include "shell/reporter.h"
#include "shell/settings.h"
#include "shell/work_source.h"

#include <nebula/handover.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

#include <random>
#include <thread>

namespace nebula::upstream {
namespace {

std::uint64_t random_number() {
   std::random_device device;
   return std::uint64_t{device()} << 32 | device();
}

class UpstreamPlugin final : public Plugin, private Handover, private LinkListener {
public:
   explicit UpstreamPlugin(const neb_host *host) : Plugin(host), status_([this] { return status_json(); }) {
      status_.attach(*this);
      Handover::attach(*this);
   }

protected:
   void init() override {
      clock_.emplace(host());
      settings_ = read_settings(config());
      executor_.emplace(host());
      verifier_.emplace(host(), settings_.algorithm);
      complete();
      std::vector<std::string> urls;
      for (const PoolSettings &pool : settings_.client.pools)
         urls.push_back(pool.url());
      reporter_.emplace(host(), std::move(urls), verifier_->name());
      source_.emplace(*verifier_, *executor_, settings_.client.book.dialect,
                      [this](std::int32_t outcome) { reporter_->judged(outcome); });
      host().provide(NEB_SVC_WORK_SOURCE, source_->table(), nullptr,
                     concat("algorithm=", property_value(verifier_->name())).c_str());
   }

   void start() override {
      link_.emplace(
         settings_.client, settings_.tls, [clock = *clock_] { return clock.monotonic_ns(); },
         static_cast<LinkListener &>(*this));
      if (inherited_) {
         if (const auto offer = link_->take(*inherited_))
            source_->inherit(*offer);
         source_->open(*link_);
      } else {
         source_->open(*link_);
         link_->start();
      }
      log().info("mines ", verifier_->name(), " at ", settings_.client.pools.front().url(),
                 settings_.client.pools.size() > 1
                    ? concat(", with ", settings_.client.pools.size() - 1, " more to fall back on")
                    : "");
   }

   neb_status drain(std::uint64_t deadline_ns) override {
      source_->close();
      return settle(deadline_ns) ? NEB_OK : NEB_E_TIMEOUT;
   }

   neb_status stop(std::uint64_t) override {
      if (source_)
         source_->close();
      if (link_)
         link_->stop();
      if (source_)
         source_->abandon();
      return NEB_OK;
   }

   HandoverState give(std::uint64_t deadline_ns) override {
      source_->close();
      try {
         if (!settle(deadline_ns))
            throw Error(NEB_E_TIMEOUT, "a pool has not answered every share");
         return link_->give(deadline_ns);
      } catch (const Error &) {
         source_->open(*link_);
         throw;
      }
   }
   void take(HandoverState state) override { inherited_ = std::move(state); }
   void resume() override { link_->start(); }

private:
   /// False: a pool has not said in time what became of each share.
   bool settle(std::uint64_t deadline_ns) const {
      while (source_->waiting() > 0) {
         if (clock_->monotonic_ns() >= deadline_ns)
            return false;
         std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      return true;
   }

   /// What follows from the algorithm.
   void complete() {
      ClientSettings &client = settings_.client;
      client.algorithm = verifier_->name();
      const std::optional<Dialect> dialect = settings_.dialect ? settings_.dialect : verifier_->dialect();
      if (!dialect)
         throw Error(NEB_E_CONFIG, "algorithm: no pool's dialect carries work of ", verifier_->name());
      if (verifier_->dialect() != dialect)
         config().at("dialect").refuse("dialect",
                                       concat("auto: work of ", verifier_->name(), " does not come in this one"));
      client.book.dialect = *dialect;
      client.book.split = settings_.split.value_or(*dialect == Dialect::cosmic ? Split::connections : Split::nonces);
      client.needs_seed = verifier_->keyed();
      client.seed = random_number();
      for (PoolSettings &pool : client.pools) {
         // Ports that serve several algorithms know the one that is meant by its name in the agent.
         pool.account.agent = concat("nebula/" NEBULA_PLUGIN_VERSION " ", verifier_->name());
         pool.account.algorithms = verifier_->names();
         if (pool.account.password.empty())
            pool.account.password = *dialect == Dialect::cosmic ? "cosmic_harmony" : "x";
      }
   }

   void on_offer(const Offer &offer) override { source_->offer(offer); }
   void on_settled(const Settled &settled) override { source_->settled(settled); }
   void on_note(const Note &note) override { reporter_->note(note); }
   void on_tick(const ClientView &view) override { reporter_->view(view); }
   void on_broken(std::string_view why) override { reporter_->broken(why); }

   std::string status_json() const { return reporter_ ? reporter_->status_json() : R"({"summary":"not started"})"; }

   Status status_;
   Settings settings_;
   std::optional<Clock> clock_;
   std::optional<Executor> executor_;
   std::optional<Verifier> verifier_;
   std::optional<Reporter> reporter_;
   std::optional<WorkSource> source_;
   std::optional<Link> link_;
   std::optional<HandoverState> inherited_;
};

} // namespace
} // namespace nebula::upstream

NEBULA_PLUGIN(nebula::upstream::UpstreamPlugin);
