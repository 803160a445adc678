#include "shell/reporter.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <ctime>
#include <limits>

namespace nebula::monero {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds k_beat_within{30}; // the link shows itself every second
constexpr TimeMs k_progress_shown_every = 30'000; // a synchronising daemon changes its text all the time
constexpr std::array k_states = {DaemonState::connecting,  DaemonState::serving,         DaemonState::syncing,
                                 DaemonState::unreachable, DaemonState::bad_credentials, DaemonState::wrong_wallet,
                                 DaemonState::refusing};
constexpr std::array<std::string_view, 7> k_outcomes = {"accepted",  "block",   "stale", "low",
                                                        "duplicate", "invalid", "lost"};
constexpr std::array k_verdicts = {BlockFate::in_chain, BlockFate::orphaned, BlockFate::refused, BlockFate::lost};

std::string utc_text(std::int64_t wall_s) {
   const std::time_t time = wall_s;
   std::tm parts{};
   std::array<char, 32> text{};
   if (gmtime_r(&time, &parts) == nullptr || std::strftime(text.data(), text.size(), "%FT%TZ", &parts) == 0)
      return "an unknown time";
   return text.data();
}

// Gauges are signed 64-bit; nothing that is counted here comes near.
std::int64_t gauge_value(std::uint64_t value) {
   constexpr std::uint64_t k_most = std::numeric_limits<std::int64_t>::max();
   return static_cast<std::int64_t>(std::min(value, k_most));
}

// In the words that every publisher of mining.block uses.
std::string_view outcome_of(BlockFate fate) {
   switch (fate) {
   case BlockFate::in_chain:
      return "block";
   case BlockFate::orphaned:
      return "stale";
   case BlockFate::refused:
      return "invalid";
   default:
      return "lost";
   }
}

std::string difficulty_text(const Difficulty &difficulty) {
   std::array<std::uint8_t, 16> number{};
   for (std::size_t i = 0; i < 8; ++i) {
      number[i] = static_cast<std::uint8_t>(difficulty.high >> (56 - 8 * i));
      number[8 + i] = static_cast<std::uint8_t>(difficulty.low >> (56 - 8 * i));
   }
   const std::string digits = to_hex(number);
   return "0x" + digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

} // namespace

Reporter::Reporter(Host host, std::string url)
   : log_(host), clock_(host), health_(host), events_(host), url_(std::move(url)) {
   const Metrics metrics(host);
   height_ = metrics.gauge("monero_height", "Blocks in the daemon's chain");
   difficulty_ = metrics.gauge("monero_difficulty", "Network difficulty of the current template, at most 2^63-1");
   transactions_ =
      metrics.gauge("monero_template_transactions", "Transactions in the current template, without the miner's own");
   unconfirmed_ =
      metrics.gauge("monero_tip_unconfirmed_seconds", "Time since the daemon last confirmed the tip", {}, 1000);
   unresolved_ = metrics.gauge("monero_blocks_unresolved", "Blocks whose fate the daemon has not told yet");
   templates_ = metrics.counter("monero_templates_total", "Templates handed to sinks");
   wakes_ = metrics.counter("monero_wakes_total", "Wake-ups by the daemon's ZMQ publisher");
   for (std::size_t i = 0; i < k_states.size(); ++i)
      states_[i] = metrics.gauge("monero_daemon_state", "1 for the state the daemon is in",
                                 concat("state=\"", name_of(k_states[i]), '"'));
   for (std::size_t i = 0; i < k_question_names.size(); ++i) {
      const std::string label = concat("question=\"", k_question_names[i], '"');
      for (std::size_t good = 0; good < 2; ++good)
         answers_[i][good] = metrics.counter("monero_answers_total", "Requests to the daemon by outcome",
                                             concat(label, ",result=\"", good != 0 ? "ok" : "error", '"'));
      durations_[i] = metrics.histogram("monero_answer_seconds", "Time a request to the daemon took",
                                        {1, 5, 20, 100, 500, 2000, 10'000, 60'000}, label, 1000);
   }
   for (const BlockFate fate : k_verdicts)
      blocks_[fate] = metrics.counter("monero_blocks_total", "Blocks found by what the daemon made of them",
                                      concat("fate=\"", name_of(fate), '"'));
   for (std::size_t i = 0; i < k_outcomes.size(); ++i)
      outcomes_[i] = metrics.counter("monero_solutions_total", "Solutions handed in by outcome",
                                     concat("outcome=\"", k_outcomes[i], '"'));
}

void Reporter::set_url(std::string url) {
   const std::lock_guard lock(mutex_);
   url_ = std::move(url);
}

void Reporter::on_answer(Question question, bool good, TimeMs took) {
   const auto index = static_cast<std::size_t>(question);
   answers_[index][good ? 1 : 0].add();
   durations_[index].record(static_cast<std::uint64_t>(std::max<TimeMs>(took, 0)));
}

std::string Reporter::time_text(TimeMs monotonic) const {
   const auto now_ms = static_cast<TimeMs>(clock_.monotonic_ns() / 1'000'000);
   return utc_text(clock_.wall_ns() / 1'000'000'000 - (now_ms - monotonic) / 1000);
}

std::string Reporter::health_text(const DaemonView &view) const {
   switch (view.state) {
   case DaemonState::connecting:
      return "connecting to the daemon";
   case DaemonState::serving:
      return "the daemon gives templates";
   case DaemonState::syncing:
      return concat("the daemon is syncing: ", view.detail);
   case DaemonState::unreachable:
      return concat("the daemon is unreachable since ", since_text_, ": ", view.detail);
   case DaemonState::bad_credentials:
      return concat("bad credentials: ", view.detail, "; set user and password as in the daemon's --rpc-login");
   case DaemonState::wrong_wallet:
      return concat("wrong network address: the daemon refuses the wallet (", view.detail,
                    "); set a primary address of its network");
   case DaemonState::refusing:
      return concat("the daemon's answers cannot be used: ", view.detail);
   }
   return {};
}

void Reporter::show_health(const DaemonView &view) {
   const bool serving = view.state == DaemonState::serving;
   std::string text = health_text(view);
   const auto now = static_cast<TimeMs>(clock_.monotonic_ns() / 1'000'000);
   const bool progress = view.state == DaemonState::syncing && view_.state == DaemonState::syncing;
   if (text != shown_ && (!progress || now - shown_at_ >= k_progress_shown_every)) {
      health_.report(serving ? NEB_HEALTH_OK : NEB_HEALTH_NOT_READY, "daemon", text);
      shown_ = std::move(text);
      shown_at_ = now;
   }
   if (view.stale != view_.stale) {
      if (view.stale)
         health_.not_ready("template",
                           concat("stale: the daemon last confirmed its tip ", view.unconfirmed_for.value_or(0) / 1000,
                                  " s ago; what is mined now may be worthless"));
      else
         health_.ok("template", "fresh");
   }
}

void Reporter::on_view(const DaemonView &view) {
   height_.set(gauge_value(view.height));
   unconfirmed_.set(view.unconfirmed_for.value_or(0));
   unresolved_.set(gauge_value(view.blocks_unresolved));
   for (std::size_t i = 0; i < k_states.size(); ++i)
      states_[i].set(view.state == k_states[i] ? 1 : 0);
   if (since_text_.empty() || view.since != view_.since) {
      // Once, as two readings of two clocks can differ by a second and each other text would be logged.
      const std::lock_guard lock(mutex_);
      since_text_ = time_text(view.since);
   }
   show_health(view);
   health_.beat("link", k_beat_within);
   const std::lock_guard lock(mutex_);
   view_ = view;
}

void Reporter::on_end() {
   health_.beat("link", std::chrono::nanoseconds(0));
}

void Reporter::on_broken(std::string_view why) {
   log_.error("the thread that talks to the daemon ended: ", why);
   health_.failed("daemon", concat("the thread that talks to the daemon ended (", why, "); restart this instance"));
}

void Reporter::on_template(const StoredTemplate &stored) {
   const TemplateAnswer &answer = stored.work->answer();
   templates_.add();
   difficulty_.set(answer.difficulty.high != 0 ? std::numeric_limits<std::int64_t>::max()
                                               : gauge_value(answer.difficulty.low));
   transactions_.set(gauge_value(stored.work->layout().transactions.size()));
   if (stored.clean)
      log_.info("template ", stored.id, " for height ", answer.height, " on ", to_hex(answer.prev_hash),
                ", difficulty ", difficulty_text(answer.difficulty), ", ", stored.work->layout().transactions.size(),
                " transactions");
   else
      log_.debug("template ", stored.id, " for height ", answer.height, " renewed");
   const std::lock_guard lock(mutex_);
   template_ = stored;
}

void Reporter::on_block(const SolvedBlock &block) {
   log_.info("block ", to_hex(block.id), " found at height ", block.height, block.worker.empty() ? "" : " by ",
             block.worker, ", handing it to the daemon");
}

void Reporter::on_judgement(const Judgement &judgement) {
   if (judgement.outcome >= 0 && static_cast<std::size_t>(judgement.outcome) < outcomes_.size())
      outcomes_[static_cast<std::size_t>(judgement.outcome)].add();
}

void Reporter::on_fate(const FateChange &change) {
   const std::string id = to_hex(change.id);
   if (change.fate == BlockFate::in_chain)
      log_.info("block ", id, " at height ", change.height, " is in the chain");
   else
      log_.warn("block ", id, " at height ", change.height, " is ", name_of(change.fate), ": ", change.text);
   if (const auto counter = blocks_.find(change.fate); counter != blocks_.end())
      counter->second.add();
   {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < k_verdicts.size(); ++i)
         if (k_verdicts[i] == change.fate)
            ++fates_[i];
   }
   publish(change);
}

void Reporter::publish(const FateChange &change) const {
   const json::object event{{"coin", "monero"},
                            {"algorithm", "randomx"},
                            {"height", change.height},
                            {"block_id", to_hex(change.id)},
                            {"outcome", outcome_of(change.fate)},
                            {"state", name_of(change.fate)},
                            {"depth", change.depth},
                            {"first", change.first},
                            {"text", change.text},
                            {"worker", change.worker},
                            {"reward", change.reward}};
   if (guarded(nullptr, [&] { events_.publish("mining.block", json::serialize(event)); }) != NEB_OK)
      log_.warn("the event mining.block of ", to_hex(change.id), " could not be published");
}

std::string Reporter::status_json() const {
   const std::lock_guard lock(mutex_);
   json::object daemon{{"address", url_},
                       {"state", name_of(view_.state)},
                       {"since", since_text_},
                       {"detail", view_.detail},
                       {"height", view_.height}};
   json::object document{
      {"summary", concat("height ", view_.height, ", daemon ", name_of(view_.state),
                         view_.stale ? ", template stale" : "", ", ", fates_[0], " blocks in chain")},
      {"daemon", std::move(daemon)},
      {"blocks", json::object{{"in_chain", fates_[0]},
                              {"orphaned", fates_[1]},
                              {"refused", fates_[2]},
                              {"lost", fates_[3]},
                              {"unresolved", view_.blocks_unresolved}}}};
   if (template_) {
      const TemplateAnswer &answer = template_->work->answer();
      document["template"] =
         json::object{{"id", template_->id},
                      {"height", answer.height},
                      {"previous", to_hex(answer.prev_hash)},
                      {"difficulty", difficulty_text(answer.difficulty)},
                      {"reward", answer.expected_reward},
                      {"transactions", template_->work->layout().transactions.size()},
                      {"seed", to_hex(answer.seed_hash)},
                      {"next_seed", answer.next_seed_hash ? to_hex(*answer.next_seed_hash) : std::string{}},
                      {"stale", view_.stale}};
   }
   return json::serialize(document);
}

} // namespace nebula::monero
