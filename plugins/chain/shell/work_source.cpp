#include "work_source.h"

#include "core/mold.h"

#include "common/hex.h"

#include <algorithm>

namespace nebula::chain {
namespace {

constexpr std::uint64_t k_mempool_renewal_s = 5; // fees of new transfers are worth new work this often

// Only what the algorithm is keyed with: equal epochs mean that a miner has nothing to prepare anew.
neb_pow_epoch epoch_of(const Epoch &epoch, EpochKind kind) {
   return {kind == EpochKind::key ? bytes(epoch.key) : neb_bytes{nullptr, 0},
           kind == EpochKind::height ? epoch.height : 0};
}

std::uint32_t work_kind(const AlgorithmParams &algorithm) {
   switch (algorithm.mold) {
   case MoldId::appended:
      return NEB_WORK_COMMITMENT;
   case MoldId::bitcoin_coinbase:
      return NEB_WORK_COINBASE;
   case MoldId::autolykos_message:
      return NEB_WORK_MESSAGE;
   case MoldId::monero_blob:
   case MoldId::offset:
      break;
   }
   return NEB_WORK_BLOB;
}

neb_work_coinbase wire(const CoinbaseWork &work) {
   neb_work_coinbase out{};
   out.coinb1 = bytes(work.coinb1);
   out.coinb2 = bytes(work.coinb2);
   out.version = work.version;
   out.bits = work.bits;
   out.ntime = work.ntime;
   std::ranges::copy(work.previous, out.previous);
   return out;
}

std::int32_t outcome_of(Fault fault) {
   switch (fault) {
   case Fault::low:
      return NEB_WORK_LOW;
   case Fault::duplicate:
      return NEB_WORK_DUPLICATE;
   case Fault::too_late:
   case Fault::unknown_parent:
   case Fault::full:
      return NEB_WORK_STALE;
   case Fault::unavailable:
   case Fault::storage:
      return NEB_WORK_LOST;
   case Fault::missing:
   case Fault::invalid:
      break;
   }
   return NEB_WORK_INVALID;
}

} // namespace

WorkSource::WorkSource(const NetworkParams &network, const PowServices &pow, Executor &executor, Clock clock, Log log)
   : network_(network), pow_(pow), executor_(executor), clock_(clock), log_(log), table_{} {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.algorithms = [](const neb_work_source *table, neb_str *out, std::uint32_t capacity) noexcept {
      return static_cast<WorkSource *>(table->ctx)->algorithms(out, capacity);
   };
   table_.watch = [](const neb_work_source *table, neb_str algorithm, neb_on_template on_template, void *user,
                     neb_watch **out) noexcept {
      return guarded(nullptr,
                     [&] { return static_cast<WorkSource *>(table->ctx)->watch(algorithm, on_template, user, out); });
   };
   table_.unwatch = [](const neb_work_source *table, neb_watch *watch) noexcept {
      static_cast<WorkSource *>(table->ctx)->unwatch(watch);
   };
   table_.derive = [](const neb_work_source *table, std::uint64_t id, neb_bytes extranonce,
                      neb_work_job *out) noexcept {
      return guarded(nullptr, [&] { return static_cast<const WorkSource *>(table->ctx)->derive(id, extranonce, out); });
   };
   table_.submit = [](const neb_work_source *table, const neb_work_solution *solution, neb_on_result on_result,
                      void *user) noexcept {
      return guarded(nullptr,
                     [&] { return static_cast<WorkSource *>(table->ctx)->submit(*solution, on_result, user); });
   };
}

void WorkSource::start(Node &node, Options options, OnJudged on_judged) {
   options_ = options;
   on_judged_ = std::move(on_judged);
   node_ = &node;
}

bool WorkSource::stop(std::uint64_t deadline_ns) {
   node_ = nullptr;
   std::deque<Pending> left;
   {
      const std::lock_guard lock(queue_mutex_);
      left.swap(queue_);
   }
   for (const Pending &pending : left)
      answer(pending, NEB_WORK_LOST, 0, {}, "the chain is stopping");
   std::unique_lock lock(queue_mutex_);
   const std::uint64_t now = clock_.monotonic_ns();
   const std::uint64_t left_ns = std::min<std::uint64_t>(deadline_ns > now ? deadline_ns - now : 0, 600'000'000'000u);
   return idle_.wait_for(lock, std::chrono::nanoseconds(left_ns), [this] { return running_ == 0; });
}

bool WorkSource::offered(const AlgorithmParams &algorithm) const {
   return pow_.available(algorithm).ok();
}

std::uint32_t WorkSource::algorithms(neb_str *out, std::uint32_t capacity) const {
   std::uint32_t count = 0;
   for (const AlgorithmParams &algorithm : network_.algorithms) {
      if (!offered(algorithm))
         continue;
      if (count < capacity)
         out[count] = str(algorithm.name);
      ++count;
   }
   return count;
}

WorkSource::Kept WorkSource::find(std::uint64_t id) const {
   const std::lock_guard lock(book_mutex_);
   const auto found = std::ranges::find(book_, id, [](const Kept &one) { return one->id; });
   return found == book_.end() ? nullptr : *found;
}

/// Makes a template and keeps it. Under `notify_mutex_`.
WorkSource::Kept WorkSource::renew(const AlgorithmParams &algorithm) {
   Node *node = node_;
   if (node == nullptr)
      return nullptr;
   auto base = node->make_template(algorithm, options_.miner, options_.bonus, clock_.wall_s());
   if (!base) {
      log_.warn("no work for ", algorithm.name, ": ", base.error().text);
      return nullptr;
   }
   CoinbaseWork coinbase;
   if (algorithm.mold == MoldId::bitcoin_coinbase) {
      auto work = coinbase_work(base->header);
      if (!work) {
         log_.warn("no work for ", algorithm.name, ": ", work.error().text);
         return nullptr;
      }
      coinbase = std::move(*work);
   }
   const std::lock_guard lock(book_mutex_);
   auto kept =
      std::make_shared<const KeptTemplate>(KeptTemplate{next_id_++, &algorithm, std::move(*base), std::move(coinbase)});
   book_.push_back(kept);
   if (book_.size() > k_templates_kept)
      book_.pop_front();
   return kept;
}

void WorkSource::hand_out(const Watch &watch, const KeptTemplate &kept, bool clean) const {
   const Header &header = kept.base.header;
   neb_work_template out{};
   out.size = sizeof out;
   out.kind = work_kind(*kept.algorithm);
   out.flags = clean ? NEB_WORK_CLEAN : 0;
   out.extranonce_size = k_extranonce_bytes;
   out.id = kept.id;
   out.height = header.height;
   out.time_s = header.time_s;
   out.reward = kept.base.reward;
   out.algorithm = str(kept.algorithm->name);
   out.epoch = epoch_of(kept.base.epoch, kept.algorithm->epoch);
   out.next_epoch = epoch_of(kept.base.next_epoch, kept.algorithm->epoch);
   const auto target = header.target.to_big_endian();
   std::ranges::copy(target, out.network_target);
   std::ranges::copy(target, out.submit_target);
   out.coin = str(network_.name);
   out.bonus = kept.base.transactions.front()->coinbase()->bonus;
   const neb_work_coinbase coinbase = wire(kept.coinbase);
   if (out.kind == NEB_WORK_COINBASE)
      out.coinbase = &coinbase;
   watch.on_template(watch.user, &out);
}

/// Under `notify_mutex_`.
void WorkSource::renew_watched(bool clean) {
   Node *node = node_;
   if (node == nullptr)
      return;
   renewed_s_ = clock_.wall_s();
   renewed_version_ = node->mempool_version();
   for (const AlgorithmParams &algorithm : network_.algorithms) {
      const auto watched = [&](const Watch &watch) { return watch.algorithm == algorithm.name; };
      if (std::ranges::none_of(watches_, watched))
         continue;
      const Kept kept = renew(algorithm);
      for (const Watch &watch : watches_) {
         if (kept != nullptr && watched(watch))
            hand_out(watch, *kept, clean);
      }
   }
}

void WorkSource::tip_changed() {
   const std::lock_guard lock(notify_mutex_);
   renew_watched(true);
}

void WorkSource::tick() {
   const std::lock_guard lock(notify_mutex_);
   Node *node = node_;
   if (node == nullptr)
      return;
   const std::uint64_t age_s = clock_.wall_s() - std::min(renewed_s_, clock_.wall_s());
   if (age_s >= options_.refresh_s || (age_s >= k_mempool_renewal_s && node->mempool_version() != renewed_version_))
      renew_watched(false);
}

neb_status WorkSource::watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out) {
   const AlgorithmParams *params = network_.algorithm(view(algorithm));
   if (params == nullptr || !offered(*params))
      return NEB_E_NOT_FOUND;
   if (node_ == nullptr)
      return NEB_E_STATE;
   const std::lock_guard lock(notify_mutex_);
   watches_.push_back({params->name, on_template, user});
   *out = reinterpret_cast<neb_watch *>(&watches_.back());
   if (const Kept kept = renew(*params))
      hand_out(watches_.back(), *kept, !continues(*kept));
   return NEB_OK;
}

void WorkSource::unwatch(neb_watch *watch) {
   const std::lock_guard lock(notify_mutex_);
   watches_.remove_if([watch](const Watch &one) { return reinterpret_cast<const neb_watch *>(&one) == watch; });
}

neb_status WorkSource::derive(std::uint64_t id, neb_bytes extranonce, neb_work_job *out) const {
   const Kept kept = find(id);
   if (kept == nullptr)
      return NEB_E_GONE;
   if (extranonce.len != k_extranonce_bytes)
      return NEB_E_INVALID;
   Solution place;
   std::memcpy(place.extranonce.data(), extranonce.ptr, k_extranonce_bytes);
   auto input = search_input(network_, kept->base, place);
   if (!input || input->input.size() > NEB_WORK_INPUT_MAX)
      return NEB_E_UNSUPPORTED;
   out->input_size = static_cast<std::uint32_t>(input->input.size());
   out->nonce_offset = input->nonce_offset;
   out->nonce_bytes = input->nonce_bytes;
   out->nonce_first = 0;
   out->nonce_last = input->nonce_bytes >= 8 ? ~0ull : (1ull << (8 * input->nonce_bytes)) - 1;
   std::memcpy(out->input, input->input.data(), input->input.size());
   return NEB_OK;
}

neb_status WorkSource::submit(const neb_work_solution &solution, neb_on_result on_result, void *user) {
   if (node_ == nullptr)
      return NEB_E_STATE;
   if (solution.extranonce.len != k_extranonce_bytes)
      return NEB_E_INVALID;
   Pending pending{solution.template_id, {}, solution.version_bits, on_result, user};
   std::memcpy(pending.found.extranonce.data(), solution.extranonce.ptr, k_extranonce_bytes);
   pending.found.nonce = solution.nonce;
   pending.found.ntime = solution.ntime;
   {
      const std::lock_guard lock(queue_mutex_);
      if (queue_.size() >= k_solutions_waiting_max)
         return NEB_E_FULL;
      queue_.push_back(pending);
   }
   try {
      executor_.post([this] { process_one(); });
   } catch (const nebula::Error &error) {
      // Nobody will come for it: take it back, unless another task already did.
      const std::lock_guard lock(queue_mutex_);
      if (!queue_.empty() && queue_.back().user == user && queue_.back().found.nonce == pending.found.nonce) {
         queue_.pop_back();
         return error.status();
      }
   }
   return NEB_OK;
}

void WorkSource::process_one() {
   Pending pending;
   {
      const std::lock_guard lock(queue_mutex_);
      if (queue_.empty())
         return;
      pending = queue_.front();
      queue_.pop_front();
      ++running_;
   }
   try {
      judge(pending);
   } catch (const std::exception &error) {
      // Nothing after the answer throws, so this is the first one.
      answer(pending, NEB_WORK_LOST, 0, {}, error.what());
   }
   const std::lock_guard lock(queue_mutex_);
   if (--running_ == 0)
      idle_.notify_all();
}

/// A solution on an old tip is still a block: it is kept beside the main chain and called stale.
void WorkSource::judge(const Pending &pending) {
   Node *node = node_;
   if (node == nullptr)
      return answer(pending, NEB_WORK_LOST, 0, {}, "the chain is stopping");
   const Kept kept = find(pending.template_id);
   if (kept == nullptr)
      return answer(pending, NEB_WORK_STALE, 0, {}, "the template is no longer kept");
   const std::uint64_t height = kept->base.header.height;
   if (pending.version_bits != 0)
      return answer(pending, NEB_WORK_INVALID, height, {}, "the header's version is not the miner's to choose");
   auto block = solve(network_, kept->base, pending.found);
   if (!block)
      return answer(pending, NEB_WORK_INVALID, height, {}, block.error().text);
   const std::uint64_t began_ns = clock_.monotonic_ns();
   auto added = node->add_block(*block, clock_.wall_s());
   on_judged_(added, clock_.monotonic_ns() - began_ns);
   if (!added)
      return answer(pending, outcome_of(added.error().fault), height, {}, added.error().text);
   if (added->kind == Added::Kind::side)
      return answer(pending, NEB_WORK_STALE, height, common::to_hex(added->index.id),
                    "another block came first; this one is kept beside the main chain");
   answer(pending, NEB_WORK_BLOCK, height, common::to_hex(added->index.id), "block");
}

void WorkSource::answer(const Pending &pending, std::int32_t outcome, std::uint64_t height, std::string_view id,
                        std::string_view text) {
   neb_work_result out{};
   out.size = sizeof out;
   out.outcome = outcome;
   out.template_id = pending.template_id;
   out.height = height;
   out.block_id = str(id);
   out.text = str(text);
   pending.on_result(pending.user, &out);
}

} // namespace nebula::chain
