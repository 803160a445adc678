#include "work_source.h"

#include <nebula/pow.hpp>

#include <algorithm>

namespace nebula::upstream {
namespace {

std::uint32_t kind_of(Dialect dialect) {
   switch (dialect) {
   case Dialect::xmrig:
      return NEB_WORK_BLOB;
   case Dialect::bitcoin:
      return NEB_WORK_COINBASE;
   case Dialect::ergo:
      return NEB_WORK_MESSAGE;
   case Dialect::cosmic:
      break;
   }
   return NEB_WORK_COMMITMENT;
}

neb_work_coinbase wire(const Offer &offer) {
   const CoinbaseParts &parts = *offer.coinbase->job.coinbase;
   neb_work_coinbase out{};
   out.coinb1 = bytes(offer.coinb1);
   out.coinb2 = bytes(parts.coinb2);
   out.branches = reinterpret_cast<const std::uint8_t(*)[32]>(parts.branches.data());
   out.branch_count = static_cast<std::uint32_t>(parts.branches.size());
   out.version = parts.version;
   out.bits = parts.bits;
   out.ntime = parts.ntime;
   std::ranges::copy(parts.previous, out.previous);
   return out;
}

} // namespace

/// One watcher. Its mutex makes the calls one at a time, and unwatch wait for the running one.
struct WorkSource::Watch {
   std::mutex mutex;
   neb_on_template on_template = nullptr; // null: ended
   void *user = nullptr;
   std::uint64_t last_id = 0;
   U256 last_target;
};

WorkSource::WorkSource(const Verifier &verifier, Executor &executor, Dialect dialect, OnJudged on_judged)
   : verifier_(verifier), executor_(executor), dialect_(dialect), on_judged_(std::move(on_judged)) {
   using Self = const neb_work_source *;
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.algorithms = [](Self self, neb_str *out, std::uint32_t capacity) noexcept -> std::uint32_t {
      if (capacity > 0)
         out[0] = str(static_cast<const WorkSource *>(self->ctx)->verifier_.name());
      return 1;
   };
   table_.watch = [](Self self, neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out) noexcept {
      return guarded(nullptr,
                     [&] { return static_cast<WorkSource *>(self->ctx)->watch(algorithm, on_template, user, out); });
   };
   table_.unwatch = [](Self self, neb_watch *handle) noexcept {
      (void)guarded(nullptr, [&] { static_cast<WorkSource *>(self->ctx)->unwatch(handle); });
   };
   table_.derive = [](Self self, std::uint64_t id, neb_bytes extranonce, neb_work_job *out) noexcept {
      return guarded(nullptr, [&] { return static_cast<WorkSource *>(self->ctx)->derive(id, extranonce, out); });
   };
   table_.submit = [](Self self, const neb_work_solution *solution, neb_on_result on_result, void *user) noexcept {
      return guarded(nullptr, [&] { return static_cast<WorkSource *>(self->ctx)->submit(*solution, on_result, user); });
   };
}

void WorkSource::open(Link &link) {
   link_ = &link;
   const std::lock_guard lock(mutex_);
   running_ = true;
}

void WorkSource::close() {
   const std::lock_guard lock(mutex_);
   running_ = false;
}

void WorkSource::abandon() {
   std::vector<std::uint64_t> left;
   {
      const std::lock_guard lock(mutex_);
      for (const auto &[ticket, waiting] : waiting_)
         left.push_back(ticket);
   }
   for (const std::uint64_t ticket : left)
      settled({ticket, NEB_WORK_LOST, "the node stops"});
}

std::size_t WorkSource::waiting() const {
   const std::lock_guard lock(mutex_);
   return waiting_.size();
}

U256 WorkSource::number_of(const Hash &digest) const {
   return U256::from_big_endian(digest_number(digest.data(), verifier_.digest_order()));
}

neb_status WorkSource::watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out) {
   if (std::ranges::find(verifier_.names(), view(algorithm)) == verifier_.names().end())
      return NEB_E_NOT_FOUND;
   const auto watch = std::make_shared<Watch>();
   watch->on_template = on_template;
   watch->user = user;
   std::optional<Offer> now;
   bool first = true;
   {
      const std::lock_guard lock(mutex_);
      watches_.push_back(watch);
      now = current_;
      first = !inherited_;
   }
   *out = reinterpret_cast<neb_watch *>(watch.get());
   if (now)
      tell(*watch, *now, first);
   return NEB_OK;
}

void WorkSource::unwatch(neb_watch *handle) {
   std::shared_ptr<Watch> ended;
   {
      const std::lock_guard lock(mutex_);
      const auto found = std::ranges::find_if(
         watches_, [&](const auto &watch) { return reinterpret_cast<neb_watch *>(watch.get()) == handle; });
      if (found == watches_.end())
         return;
      ended = std::move(*found);
      watches_.erase(found);
   }
   const std::lock_guard lock(ended->mutex);
   ended->on_template = nullptr;
}

void WorkSource::tell(Watch &watch, const Offer &offer, bool first) const {
   neb_work_template work{};
   work.size = sizeof work;
   work.kind = kind_of(dialect_);
   work.flags = offer.clean || first ? NEB_WORK_CLEAN : 0;
   work.extranonce_size = offer.extranonce_size;
   work.id = offer.id;
   work.height = offer.height;
   work.time_s = offer.time_s;
   work.algorithm = str(verifier_.name());
   if (verifier_.keyed())
      work.epoch.key = bytes(offer.key);
   if (verifier_.by_height())
      work.epoch.height = offer.height;
   std::ranges::copy(offer.submit_target.to_big_endian(), work.submit_target);
   // Blocks are the pool's: no share of ours is one, so its network target stays zero, the hardest there is.
   neb_work_coinbase coinbase{};
   if (offer.coinbase) {
      coinbase = wire(offer);
      work.coinbase = &coinbase;
   }
   const std::lock_guard lock(watch.mutex);
   const bool news =
      offer.id > watch.last_id || (offer.id == watch.last_id && offer.submit_target != watch.last_target);
   if (watch.on_template == nullptr || !news)
      return;
   watch.last_id = offer.id;
   watch.last_target = offer.submit_target;
   watch.on_template(watch.user, &work);
}

void WorkSource::prepare(const Bytes &key) {
   executor_.post([this, key] { verifier_.prepare(key); });
}

void WorkSource::inherit(const Offer &offer) {
   {
      const std::lock_guard lock(mutex_);
      current_ = offer;
      current_->clean = false;
      inherited_ = true;
   }
   if (verifier_.keyed())
      prepare(offer.key);
}

void WorkSource::offer(const Offer &offer) {
   std::vector<std::shared_ptr<Watch>> watches;
   bool new_key = false;
   {
      const std::lock_guard lock(mutex_);
      new_key = verifier_.keyed() && (!current_ || current_->key != offer.key);
      current_ = offer;
      inherited_ = false;
      watches = watches_;
   }
   if (new_key)
      prepare(offer.key);
   for (const auto &watch : watches)
      tell(*watch, offer, false);
}

neb_status WorkSource::derive(std::uint64_t template_id, neb_bytes extranonce, neb_work_job *out) {
   Link *link = link_;
   if (link == nullptr)
      return NEB_E_STATE;
   Input input;
   const Derived derived = link->locked([&](Client &client, std::uint64_t now_ns) {
      return client.book().derive(template_id, {extranonce.ptr, extranonce.len}, now_ns, input);
   });
   switch (derived) {
   case Derived::gone:
      return NEB_E_GONE;
   case Derived::full:
      return NEB_E_FULL;
   case Derived::wrong:
      return NEB_E_INVALID;
   case Derived::good:
      break;
   }
   out->input_size = static_cast<std::uint32_t>(input.bytes.size());
   out->nonce_offset = input.nonce_offset;
   out->nonce_bytes = input.nonce_bytes;
   out->nonce_first = input.nonce_first;
   out->nonce_last = input.nonce_last;
   std::ranges::copy(input.bytes, out->input);
   return NEB_OK;
}

neb_status WorkSource::submit(const neb_work_solution &solution, neb_on_result on_result, void *user) {
   Link *link = link_;
   std::uint64_t ticket = 0;
   {
      const std::lock_guard lock(mutex_);
      if (!running_ || link == nullptr)
         return NEB_E_STATE;
      if (waiting_.size() >= k_solutions_waiting_max)
         return NEB_E_FULL;
      ticket = ++last_ticket_;
      waiting_.emplace(ticket, Waiting{on_result, user, solution.template_id, 0});
   }
   const FoundSolution found{solution.template_id,
                             solution.nonce,
                             {solution.extranonce.ptr, solution.extranonce.len},
                             solution.ntime,
                             solution.version_bits};
   auto admitted = link->locked([&](Client &client, std::uint64_t) { return client.book().admit(found); });
   if (const auto *refused = std::get_if<Judgement>(&admitted)) {
      settled({ticket, refused->outcome, refused->text});
      return NEB_OK;
   }
   const auto share = std::make_shared<const Admitted>(std::move(std::get<Admitted>(admitted)));
   {
      const std::lock_guard lock(mutex_);
      if (const auto waiting = waiting_.find(ticket); waiting != waiting_.end())
         waiting->second.height = share->work->job.height;
   }
   const Bytes claimed(solution.digest.ptr, solution.digest.ptr + solution.digest.len);
   if (guarded(nullptr, [&] { executor_.post([this, ticket, share, claimed] { verify(ticket, share, claimed); }); }) !=
       NEB_OK)
      settled({ticket, NEB_WORK_LOST, "the node has too much work waiting"});
   return NEB_OK;
}

void WorkSource::verify(std::uint64_t ticket, const std::shared_ptr<const Admitted> &solution, const Bytes &claimed) {
   Hash digest{};
   if (const char *why = verifier_.digest(solution->work->job, solution->input, solution->share.nonce, digest))
      return settled({ticket, NEB_WORK_LOST, why});
   if (!claimed.empty() && !std::ranges::equal(claimed, digest))
      return settled({ticket, NEB_WORK_INVALID, "its digest is not the hash of its input"});
   Link *link = link_;
   link->post([this, ticket, solution, digest](Client &client, std::uint64_t now_ns) {
      client.hand_in(*solution, digest, number_of(digest), ticket, now_ns);
   });
}

void WorkSource::settled(const Settled &settled) {
   Waiting waiting{};
   {
      const std::lock_guard lock(mutex_);
      const auto found = waiting_.find(settled.ticket);
      if (found == waiting_.end())
         return; // abandoned before
      waiting = found->second;
      waiting_.erase(found);
   }
   on_judged_(settled.outcome);
   neb_work_result result{};
   result.size = sizeof result;
   result.outcome = settled.outcome;
   result.template_id = waiting.template_id;
   result.height = waiting.height;
   result.text = str(settled.text);
   waiting.on_result(waiting.user, &result);
}

} // namespace nebula::upstream
