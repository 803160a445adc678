#include "host/isolation/keeper.h"

#include "host/util/clock.h"

#include <nebula/ext/events.h>
#include <nebula/ext/health.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <sys/prctl.h>

namespace nebula::host {
namespace {

constexpr char k_component[] = "runner"; // of the instance's health
constexpr char k_topic[] = "node.runner";

std::uint64_t now_ns() {
   return RealClock().monotonic_ns();
}

neb_str str(std::string_view text) {
   return {text.data(), text.size()};
}

/// Everything that others may have taken from it is there again.
bool covers(const Described &now, const Described &before) {
   const auto has = [](const auto &all) {
      return [&all](const auto &one) { return std::find(all.begin(), all.end(), one) != all.end(); };
   };
   return std::all_of(before.algorithms.begin(), before.algorithms.end(), has(now.algorithms)) &&
          std::all_of(before.families.begin(), before.families.end(), has(now.families));
}

} // namespace

Keeper::Keeper(const neb_host *host, ServiceDirectory &directory, KeeperSpec spec)
   : host_(host), directory_(directory), spec_(std::move(spec)), thread_([this] { run(); }) {}

Keeper::~Keeper() {
   stop(now_ns() + k_last_words_ns);
}

void Keeper::say(std::uint32_t level, const std::string &text) const {
   host_->log(host_, level, str(text));
}

void Keeper::health(std::int32_t level, const std::string &text) const {
   if (const auto *table = static_cast<const neb_ext_health *>(host_->get_extension(host_, NEB_EXT_HEALTH)))
      (void)table->report(host_, level, str(k_component), str(text));
}

void Keeper::publish(const char *what, const std::string &why) const {
   const auto *events = static_cast<const neb_ext_events *>(host_->get_extension(host_, NEB_EXT_EVENTS));
   const View now = view();
   const auto text = boost::json::serialize(boost::json::object{
      {"instance", host_->instance}, {"change", what}, {"reason", why}, {"restarts", now.restarts}, {"pid", now.pid}});
   neb_event *event = nullptr;
   std::uint8_t *buffer = nullptr;
   if (!events || events->loan(host_, str(k_topic), text.size(), &event, &buffer) != NEB_OK)
      return; // the log and the health have it
   std::copy(text.begin(), text.end(), buffer);
   (void)events->publish(host_, event);
}

// ---- RunnerListener

void Keeper::logged(const LogLine &line) {
   say(line.level, line.text);
}

void Keeper::reported(const HealthReport &report) {
   if (const auto *table = static_cast<const neb_ext_health *>(host_->get_extension(host_, NEB_EXT_HEALTH)))
      (void)table->report(host_, report.level, str(report.component), str(report.text));
}

void Keeper::progressed(const ProgressReport &report) {
   if (const auto *table = static_cast<const neb_ext_health *>(host_->get_extension(host_, NEB_EXT_HEALTH)))
      table->progress(host_, str(report.what), report.done, report.total, str(report.unit));
}

void Keeper::lost(const std::string &why) {
   directory_.lost(host_->instance, "its runner died: " + why);
   const std::lock_guard lock(mutex_);
   lost_ = true;
   view_.last_reason = why;
   view_.pid = 0;
   changed_.notify_all();
}

std::uint32_t Keeper::log_level() const {
   return __atomic_load_n(host_->log_level, __ATOMIC_RELAXED);
}

// ---- the thread

void Keeper::run() {
   prctl(PR_SET_NAME, "runner keeper");
   std::unique_lock lock(mutex_);
   changed_.wait(lock, [this] { return begun_ || quitting_; });
   if (!begun_)
      return;
   lock.unlock();
   auto first = bring_up();
   lock.lock();
   const bool up = first.has_value();
   first_.emplace(std::move(first));
   changed_.notify_all();
   while (up && !quitting_) {
      changed_.wait(lock, [this] { return lost_ || quitting_; });
      if (quitting_)
         break;
      lock.unlock();
      bring_back();
      lock.lock();
      if (view_.quarantined)
         break;
   }
   changed_.wait(lock, [this] { return quitting_; });
   const std::uint64_t deadline = end_deadline_;
   lock.unlock();
   end_runner(deadline);
}

/// Process, plugin and init; with start when the instance runs.
Result<Described> Keeper::bring_up() {
   auto spawned = RunnerProcess::spawn(spec_.program, spec_.setup.instance, *this);
   if (!spawned)
      return spawned.error();
   const auto process = std::move(*spawned);
   {
      const std::lock_guard lock(mutex_);
      runner_ = process;
      view_.pid = process->pid();
      lost_ = false;
      bringing_up_ = true;
      if (quitting_)
         process->kill("the node stops");
   }
   Answer answer = make_ready(*process);
   {
      const std::lock_guard lock(mutex_);
      bringing_up_ = false;
   }
   if (answer.status == NEB_OK)
      return std::move(answer.described);
   end_runner(0);
   return Error{answer.text.empty() ? "status " + std::to_string(answer.status) : answer.text, ErrorKind::unavailable};
}

Answer Keeper::make_ready(RunnerProcess &process) const {
   Setup setup = spec_.setup;
   setup.log_level = log_level();
   Answer answer = process.ask(MessageKind::setup, to_payload(setup), spec_.file.get(), now_ns() + k_life_cycle_ns);
   bool running = false;
   {
      const std::lock_guard lock(mutex_);
      running = running_;
   }
   if (answer.status == NEB_OK)
      if (Answer made = make_members(process); made.status != NEB_OK)
         return made;
   if (answer.status != NEB_OK || !running)
      return answer;
   const Answer started = process.ask(MessageKind::start, {}, -1, now_ns() + k_life_cycle_ns);
   answer.status = started.status;
   answer.text = started.text;
   return answer;
}

/// Those that the node has of the former runner.
Answer Keeper::make_members(RunnerProcess &process) const {
   std::vector<std::pair<MemberRequest, Described>> members;
   {
      const std::lock_guard lock(mutex_);
      members = members_;
   }
   for (const auto &[request, before] : members) {
      Answer answer = process.ask(MessageKind::member, to_payload(request), -1, now_ns() + k_life_cycle_ns);
      if (answer.status == NEB_OK && !covers(answer.described, before)) {
         answer.status = NEB_E_FAIL;
         answer.text = "it makes another algorithm of " + request.family + ":" + request.parameters;
      }
      if (answer.status != NEB_OK)
         return answer;
   }
   return {};
}

/// Keeper's thread only, so that one thread ends a runner.
void Keeper::end_runner(std::uint64_t deadline_ns) {
   std::shared_ptr<RunnerProcess> process;
   {
      const std::lock_guard lock(mutex_);
      process = std::move(runner_);
      runner_ = nullptr;
      view_.pid = 0;
   }
   if (process)
      process->end(deadline_ns);
}

/// False: the node stops.
bool Keeper::pause(std::uint64_t pause_ns) {
   std::unique_lock lock(mutex_);
   return !changed_.wait_for(lock, std::chrono::nanoseconds(pause_ns), [this] { return quitting_; });
}

/// After a death: pauses and attempts until it serves again, or the budget is spent.
void Keeper::bring_back() {
   for (;;) {
      end_runner(0);
      const std::string why = view().last_reason;
      const auto pause_ns = budget_.died(now_ns());
      if (!pause_ns)
         return give_up(why);
      const std::string text = why + "; it is started again in " + std::to_string(*pause_ns / 1'000'000) + " ms (" +
                               std::to_string(budget_.used()) + " of " + std::to_string(RestartBudget::k_restarts_max) +
                               " restarts in 10 minutes)";
      say(NEB_LOG_ERROR, "its runner died: " + text);
      health(NEB_HEALTH_DEGRADED, text);
      publish("lost", why);
      if (!pause(*pause_ns))
         return;
      auto again = bring_up();
      if (again && !covers(*again, provided()))
         again = Error{"it no longer provides the algorithms that it provided before", ErrorKind::unavailable};
      {
         const std::lock_guard lock(mutex_);
         if (quitting_)
            return;
         if (!again)
            view_.last_reason = again.error().message;
         if (!again || lost_)
            continue;
         ++view_.restarts;
         described_ = std::move(*again);
      }
      say(NEB_LOG_INFO, "its runner serves again");
      health(NEB_HEALTH_OK, "serves again, after " + why);
      publish("restarted", why);
      directory_.renewed(host_->instance);
      return;
   }
}

void Keeper::give_up(const std::string &why) {
   {
      const std::lock_guard lock(mutex_);
      view_.quarantined = true;
   }
   const std::string text = "quarantined: its runner died " + std::to_string(RestartBudget::k_restarts_max + 1) +
                            " times within 10 minutes, at last because " + why +
                            "; repair or replace the plugin, then: nebula ctl restart " + host_->instance;
   say(NEB_LOG_ERROR, text);
   directory_.lost(host_->instance, text);
   const Described all = provided();
   const bool needed = spec_.offers_algorithms && !(all.algorithms.empty() && all.families.empty());
   health(needed ? NEB_HEALTH_NOT_READY : NEB_HEALTH_DEGRADED, text);
   publish("quarantined", why);
}

// ---- the host's main thread

Result<Described> Keeper::begin() {
   std::unique_lock lock(mutex_);
   begun_ = true;
   changed_.notify_all();
   changed_.wait(lock, [this] { return first_.has_value(); });
   if (!*first_)
      return Error{"in its runner: " + first_->error().message, first_->error().kind};
   described_ = **first_;
   return described_;
}

Result<void> Keeper::start() {
   std::shared_ptr<RunnerProcess> process;
   {
      const std::lock_guard lock(mutex_);
      running_ = true;
      process = runner_;
   }
   if (!process)
      return {};
   const Answer answer = process->ask(MessageKind::start, {}, -1, now_ns() + k_life_cycle_ns);
   if (answer.status == NEB_OK || answer.status == NEB_E_DEVICE) // it died: it will be started again
      return {};
   return Error{answer.text.empty() ? "status " + std::to_string(answer.status) : answer.text, ErrorKind::unavailable};
}

neb_status Keeper::drain(std::uint64_t deadline_ns) {
   const auto process = runner();
   if (!process)
      return NEB_OK;
   const Answer answer = process->ask(MessageKind::drain, to_payload(deadline_ns), -1, deadline_ns);
   return answer.status == NEB_E_DEVICE ? NEB_OK : answer.status;
}

void Keeper::stop(std::uint64_t deadline_ns) {
   if (!thread_.joinable())
      return;
   std::shared_ptr<RunnerProcess> process;
   bool running = false, bringing_up = false;
   {
      const std::lock_guard lock(mutex_);
      process = runner_;
      running = running_;
      bringing_up = bringing_up_;
   }
   if (process && running && !bringing_up) {
      const Answer answer = process->ask(MessageKind::stop, to_payload(deadline_ns), -1, deadline_ns);
      if (answer.status != NEB_OK && answer.status != NEB_E_DEVICE)
         say(NEB_LOG_WARN, "did not stop in its runner (" + answer.text + "); the runner is ended");
   }
   {
      const std::lock_guard lock(mutex_);
      quitting_ = true;
      end_deadline_ = std::min(deadline_ns, now_ns() + k_last_words_ns);
      if (bringing_up_ && runner_)
         runner_->kill("the node stops");
      changed_.notify_all();
   }
   thread_.join();
}

std::shared_ptr<RunnerProcess> Keeper::runner() const {
   const std::lock_guard lock(mutex_);
   return runner_;
}

Described Keeper::provided() const {
   const std::lock_guard lock(mutex_);
   return described_;
}

Answer Keeper::member(const MemberRequest &request) {
   std::shared_ptr<RunnerProcess> process;
   {
      const std::lock_guard lock(mutex_);
      if (!bringing_up_)
         process = runner_;
   }
   Answer answer;
   answer.status = NEB_E_DEVICE;
   answer.text = "its runner is down";
   if (!process)
      return answer;
   answer = process->ask(MessageKind::member, to_payload(request), -1, now_ns() + k_member_ns);
   if (answer.status == NEB_E_TIMEOUT)
      process->kill("it did not make " + request.family + ":" + request.parameters + " within 5 s");
   if (answer.status != NEB_OK)
      return answer;
   if (answer.described.algorithms.size() != 1) {
      process->kill("it made no algorithm, or several, of " + request.family + ":" + request.parameters);
      answer.status = NEB_E_FAIL;
      answer.text = "its runner broke the contract";
      return answer;
   }
   const std::lock_guard lock(mutex_);
   const auto known = [&](const auto &one) { return covers(one.second, answer.described); };
   if (std::any_of(members_.begin(), members_.end(), known))
      return answer;
   if (members_.size() < k_described_max) {
      members_.emplace_back(request, answer.described);
   } else {
      answer.status = NEB_E_FULL;
      answer.text = "an instance in a process of its own has at most 256 members of families";
   }
   return answer;
}

Keeper::View Keeper::view() const {
   const std::lock_guard lock(mutex_);
   return view_;
}

} // namespace nebula::host
