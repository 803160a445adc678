#include "solutions.h"

#include "report.h"

#include <algorithm>
#include <chrono>

namespace nebula::miner {

/// Goes to the source as the user pointer, and comes back with the result.
struct Solutions::Pending {
   std::shared_ptr<Solutions> owner;
   std::shared_ptr<const Work> work;
   std::uint64_t nonce;
};

Solutions::Solutions(const HostView &host, neb_slot *source, std::string worker)
   : host_(host), source_(source), worker_(std::move(worker)) {
   for (std::int32_t outcome = NEB_WORK_ACCEPTED; outcome <= NEB_WORK_LOST; ++outcome) {
      const std::string label = std::string("outcome=\"") + outcome_name(outcome) + '"';
      cells_[outcome] =
         host_.cell(NEB_METRIC_COUNTER, "miner_solutions_total", "Solutions by what became of them", label);
   }
}

void Solutions::hand_in(Solution solution) {
   if (solution.work->solo() && solution.work->solved.exchange(true))
      return;
   const neb_status status = submit(solution);
   if (status == NEB_OK)
      return;
   if (status != NEB_E_FULL && status != NEB_E_BUSY)
      return lose("the work source is away");
   bool dropped = false;
   {
      const std::lock_guard lock(mutex_);
      dropped = waiting_.size() == k_waiting_solutions_max;
      if (dropped)
         waiting_.pop_front();
      waiting_.push_back(std::move(solution));
   }
   if (dropped)
      lose("the work source takes no more");
}

void Solutions::retry() {
   for (;;) {
      Solution solution;
      {
         const std::lock_guard lock(mutex_);
         if (waiting_.empty())
            return;
         solution = std::move(waiting_.front());
         waiting_.pop_front();
      }
      const neb_status status = submit(solution);
      if (status == NEB_E_FULL || status == NEB_E_BUSY) {
         const std::lock_guard lock(mutex_);
         waiting_.push_front(std::move(solution));
         return;
      }
      if (status != NEB_OK)
         lose("the work source is away");
   }
}

neb_status Solutions::submit(const Solution &solution) {
   const Entered<neb_work_source> source(host_, source_);
   if (!source || source.generation() != solution.work->source_generation)
      return NEB_E_GONE;
   const bool has_extra =
      std::any_of(solution.extra.begin(), solution.extra.end(), [](auto byte) { return byte != 0; });
   neb_work_solution wire{};
   wire.size = sizeof wire;
   wire.template_id = solution.work->id;
   wire.nonce = solution.nonce;
   wire.extranonce = {solution.job->extranonce.bytes.data(), solution.job->extranonce.size};
   wire.digest = {solution.digest.data(), solution.digest.size()};
   wire.extra = {has_extra ? solution.extra.data() : nullptr, has_extra ? solution.extra.size() : 0};
   wire.worker = text_of(worker_);

   auto pending = std::make_unique<Pending>(Pending{shared_from_this(), solution.work, solution.nonce});
   in_flight_.fetch_add(1, std::memory_order_relaxed);
   const neb_status status = source->submit(source.get(), &wire, &Solutions::on_result, pending.get());
   if (status == NEB_OK) {
      (void)pending.release(); // on_result owns it, and may have freed it already
      results_.submitted();
   } else {
      in_flight_.fetch_sub(1, std::memory_order_relaxed);
   }
   return status;
}

void Solutions::on_result(void *user, const neb_work_result *result) noexcept {
   const std::unique_ptr<Pending> pending(static_cast<Pending *>(user));
   pending->owner->judged(*pending, *result);
}

void Solutions::judged(const Pending &pending, const neb_work_result &result) {
   if (result.outcome != NEB_WORK_BLOCK && result.outcome != NEB_WORK_ACCEPTED)
      pending.work->solved.store(false); // the next one may do better
   results_.judged(result.outcome);
   in_flight_.fetch_sub(1, std::memory_order_relaxed);
   const std::lock_guard lock(host_mutex_);
   if (closed_)
      return;
   if (result.outcome >= 0 && result.outcome <= NEB_WORK_LOST)
      neb_cell_add(cells_[result.outcome], 1);
   announce(pending, result);
}

void Solutions::announce(const Pending &pending, const neb_work_result &result) {
   const ShareFact fact{pending.work->algorithm, pending.work->coin,       worker_,
                        pending.work->height,    pending.work->id,         pending.nonce,
                        result.outcome,          view_of(result.block_id), view_of(result.text)};
   host_.publish("mining.share", share_json(fact));
   if (result.outcome == NEB_WORK_BLOCK) {
      host_.publish("mining.block", share_json(fact));
      host_.log(NEB_LOG_INFO, "block " + std::to_string(pending.work->height) + " found (" + pending.work->algorithm +
                                 ") " + std::string(view_of(result.block_id)));
   } else if (result.outcome != NEB_WORK_ACCEPTED && host_.logs(NEB_LOG_WARN)) {
      complain(result.outcome, "solution of height " + std::to_string(pending.work->height) + ": " +
                                  outcome_name(result.outcome) + " (" + std::string(view_of(result.text)) + ")");
   }
}

void Solutions::complain(std::int32_t outcome, std::string text) {
   const auto now = std::chrono::steady_clock::now().time_since_epoch();
   const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
   if (const auto line = complaints_.line(outcome, std::move(text), static_cast<std::uint64_t>(now_ns)))
      host_.log(NEB_LOG_WARN, *line);
}

void Solutions::lose(const char *why) {
   results_.lost();
   const std::lock_guard lock(host_mutex_);
   if (closed_)
      return;
   neb_cell_add(cells_[NEB_WORK_LOST], 1);
   complain(NEB_WORK_LOST, std::string("a solution is lost: ") + why);
}

void Solutions::close() {
   const std::lock_guard lock(host_mutex_);
   closed_ = true;
}

std::uint64_t Solutions::pending() const {
   const std::lock_guard lock(mutex_);
   return in_flight_.load(std::memory_order_relaxed) + waiting_.size();
}

} // namespace nebula::miner
