#include "shell/work_source.h"

#include "core/seed_height.h"

#include <nebula/error.hpp>
#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::monero {

namespace {

constexpr std::string_view k_algorithm = "randomx";
constexpr std::string_view k_coin = "monero";
constexpr std::string_view k_parent_taken = "another block on the same parent was handed in before";

Judgement judgement_of(const FateChange &change) {
   switch (change.fate) {
   case BlockFate::in_chain:
      return {NEB_WORK_BLOCK, change.text};
   case BlockFate::orphaned:
      return {NEB_WORK_STALE, change.text};
   case BlockFate::refused:
      return {NEB_WORK_INVALID, change.text};
   default:
      return {NEB_WORK_LOST, change.text};
   }
}

} // namespace

// One watcher. Its mutex makes the calls one at a time, and unwatch wait for the running one.
struct WorkSource::Watch {
   std::mutex mutex;
   neb_on_template on_template = nullptr; // null: ended
   void *user = nullptr;
   std::uint64_t last_id = 0;
};

WorkSource::WorkSource(const Settings &settings, Bytes random, WorkSourcePorts ports)
   : extranonce_size_(settings.extranonce_size()), random_(std::move(random)), ports_(std::move(ports)) {
   using Self = const neb_work_source *;
   table_ = {};
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.algorithms = [](Self, neb_str *out, std::uint32_t capacity) -> std::uint32_t {
      if (capacity > 0)
         out[0] = str(k_algorithm);
      return 1;
   };
   table_.watch = [](Self self, neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out) {
      return guarded(nullptr,
                     [&] { return static_cast<WorkSource *>(self->ctx)->watch(algorithm, on_template, user, out); });
   };
   table_.unwatch = [](Self self, neb_watch *handle) {
      (void)guarded(nullptr, [&] { static_cast<WorkSource *>(self->ctx)->unwatch(handle); });
   };
   table_.derive = [](Self self, std::uint64_t template_id, neb_bytes extranonce, neb_work_job *out) {
      return guarded(nullptr,
                     [&] { return static_cast<WorkSource *>(self->ctx)->derive(template_id, extranonce, out); });
   };
   table_.submit = [](Self self, const neb_work_solution *solution, neb_on_result on_result, void *user) {
      return guarded(nullptr, [&] { return static_cast<WorkSource *>(self->ctx)->submit(*solution, on_result, user); });
   };
}

WorkSource::~WorkSource() = default;

void WorkSource::open() {
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
      resolve(ticket, {NEB_WORK_LOST, "the node stops"});
}

neb_status WorkSource::watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out) {
   if (view(algorithm) != k_algorithm)
      return NEB_E_NOT_FOUND;
   const auto watch = std::make_shared<Watch>();
   watch->on_template = on_template;
   watch->user = user;
   std::optional<StoredTemplate> now;
   bool first = true;
   {
      const std::lock_guard lock(mutex_);
      watches_.push_back(watch);
      if (templates_.current() != nullptr)
         now = *templates_.current();
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

// The epochs carry no height: RandomX is keyed by the seed alone, and with a shorter epoch than mainnet's the height of
// the next one is not known here. Equal keys then are equal epochs.
void WorkSource::tell(Watch &watch, const StoredTemplate &stored, bool first) const {
   const TemplateAnswer &answer = stored.work->answer();
   neb_work_template work{};
   work.size = sizeof work;
   work.kind = NEB_WORK_BLOB;
   work.flags = stored.clean || first ? NEB_WORK_CLEAN : 0;
   work.extranonce_size = static_cast<std::uint32_t>(extranonce_size_);
   work.id = stored.id;
   work.height = answer.height;
   work.time_s = stored.work->layout().timestamp;
   work.reward = answer.expected_reward;
   work.algorithm = str(k_algorithm);
   work.coin = str(k_coin);
   work.epoch = {bytes(answer.seed_hash), 0};
   if (answer.next_seed_hash)
      work.next_epoch = {bytes(*answer.next_seed_hash), 0};
   std::ranges::copy(stored.work->target(), work.network_target);
   std::ranges::copy(stored.work->target(), work.submit_target);
   const std::lock_guard lock(watch.mutex);
   if (watch.on_template == nullptr || stored.id <= watch.last_id)
      return;
   watch.last_id = stored.id;
   watch.on_template(watch.user, &work);
}

std::optional<StoredTemplate> WorkSource::offer(std::shared_ptr<const BlockWork> work) {
   std::optional<StoredTemplate> news;
   std::vector<std::shared_ptr<Watch>> watches;
   {
      const std::lock_guard lock(mutex_);
      news = templates_.offer(std::move(work));
      if (!news)
         return std::nullopt;
      inherited_ = false;
      if (news->clean)
         seen_.clear(); // solutions of an older tip are stale, so they need no memory
      watches = watches_;
   }
   for (const auto &watch : watches)
      tell(*watch, *news, false);
   return news;
}

void WorkSource::save(HandoverRecord &out) const {
   const std::lock_guard lock(mutex_);
   out.random = random_;
   out.reserve_size = extranonce_size_ + random_.size();
   out.last_template_id = templates_.last_id();
   out.templates = templates_.kept();
   out.last_ticket = last_ticket_;
   out.taken_parent = taken_parent_;
   out.seen.assign(seen_.begin(), seen_.end());
}

bool WorkSource::restore(const Settings &settings, const HandoverRecord &record) {
   const auto mined = [&](const StoredTemplate &stored) {
      return stored.work->layout().major_version <= settings.max_major_version;
   };
   const bool fits = record.reserve_size == settings.reserve_size &&
                     record.random.size() == record.reserve_size - extranonce_size_ &&
                     std::ranges::all_of(record.templates, mined);
   const std::lock_guard lock(mutex_);
   templates_ = TemplateStore(record.last_template_id, fits ? record.templates : std::deque<StoredTemplate>());
   last_ticket_ = record.last_ticket;
   taken_parent_ = record.taken_parent;
   inherited_ = templates_.current() != nullptr;
   if (!fits)
      return false;
   random_ = record.random;
   seen_.insert(record.seen.begin(), record.seen.end());
   return true;
}

Bytes WorkSource::reserved_bytes(neb_bytes extranonce) const {
   Bytes reserved(extranonce.ptr, extranonce.ptr + extranonce.len);
   reserved.insert(reserved.end(), random_.begin(), random_.end());
   return reserved;
}

neb_status WorkSource::derive(std::uint64_t template_id, neb_bytes extranonce, neb_work_job *out) const {
   if (extranonce.len != extranonce_size_ || out == nullptr || out->size < sizeof *out)
      return NEB_E_INVALID;
   std::shared_ptr<const BlockWork> work;
   {
      const std::lock_guard lock(mutex_);
      work = templates_.find(template_id);
   }
   if (!work)
      return NEB_E_GONE;
   const Bytes blob = work->hashing_blob(reserved_bytes(extranonce), 0);
   out->input_size = static_cast<std::uint32_t>(blob.size());
   out->nonce_offset = k_nonce_offset;
   out->nonce_bytes = k_nonce_bytes;
   out->nonce_first = 0;
   out->nonce_last = 0xffffffff;
   std::ranges::copy(blob, out->input);
   return NEB_OK;
}

// What needs no hash: unknown template, wrong sizes, a claimed digest that misses the target, a repetition.
std::optional<Judgement> WorkSource::refuse_early(const neb_work_solution &solution,
                                                  std::shared_ptr<const BlockWork> &work) {
   if (solution.extranonce.len != extranonce_size_ || solution.nonce > 0xffffffff ||
       (solution.digest.len != 0 && solution.digest.len != 32))
      return Judgement{NEB_WORK_INVALID, "the extranonce, the nonce or the digest has the wrong size"};
   const std::lock_guard lock(mutex_);
   work = templates_.find(solution.template_id);
   if (!work)
      return Judgement{NEB_WORK_STALE, "the template is no longer kept"};
   if (!templates_.on_tip(*work))
      return Judgement{NEB_WORK_STALE, "the chain has a new tip"};
   if (taken_parent_ == work->answer().prev_hash)
      return Judgement{NEB_WORK_STALE, std::string(k_parent_taken)};
   Hash claimed{};
   std::copy_n(solution.digest.ptr, solution.digest.len, claimed.begin());
   if (solution.digest.len != 0 && !digest_meets_target(claimed, work->target()))
      return Judgement{NEB_WORK_LOW, "its own digest is above the target"};
   if (seen_.size() >= k_solutions_remembered_max)
      seen_.clear(); // a repetition is then hashed again and refused by the tracker
   const ByteView extranonce(solution.extranonce.ptr, solution.extranonce.len);
   if (!seen_.insert(solution_key(solution.template_id, extranonce, solution.nonce)).second)
      return Judgement{NEB_WORK_DUPLICATE, "it was handed in before"};
   return std::nullopt;
}

neb_status WorkSource::submit(const neb_work_solution &solution, neb_on_result on_result, void *user) {
   Solution taken{};
   {
      const std::lock_guard lock(mutex_);
      if (!running_)
         return NEB_E_STATE;
      if (waiting_.size() >= k_solutions_waiting_max)
         return NEB_E_FULL;
      taken.ticket = ++last_ticket_;
      waiting_.emplace(taken.ticket, Waiting{on_result, user, solution.template_id, 0});
   }
   if (const auto refusal = refuse_early(solution, taken.work)) {
      resolve(taken.ticket, *refusal);
      return NEB_OK;
   }
   taken.reserved = reserved_bytes(solution.extranonce);
   taken.nonce = static_cast<std::uint32_t>(solution.nonce);
   taken.digest.assign(solution.digest.ptr, solution.digest.ptr + solution.digest.len);
   taken.worker = view(solution.worker);
   const std::uint64_t ticket = taken.ticket;
   if (!ports_.run([this, solution = std::move(taken)] { verify(solution); }))
      resolve(ticket, {NEB_WORK_LOST, "the node has too much work waiting"});
   return NEB_OK;
}

void WorkSource::verify(const Solution &solution) {
   const Bytes blob = solution.work->hashing_blob(solution.reserved, solution.nonce);
   const auto digest = ports_.hash(solution.work->answer().seed_hash, blob);
   if (!digest)
      return resolve(solution.ticket, {NEB_WORK_LOST, digest.error().text});
   if (!solution.digest.empty() && !std::ranges::equal(*digest, solution.digest))
      return resolve(solution.ticket, {NEB_WORK_INVALID, "its digest is not the RandomX hash of its input"});
   if (!digest_meets_target(*digest, solution.work->target()))
      return resolve(solution.ticket, {NEB_WORK_LOW, "its hash is above the target"});

   const TemplateAnswer &answer = solution.work->answer();
   SolvedBlock block{solution.ticket,
                     answer.height,
                     block_id(blob),
                     answer.prev_hash,
                     solution.work->block_blob(solution.reserved, solution.nonce),
                     solution.worker,
                     answer.expected_reward};
   {
      const std::lock_guard lock(mutex_);
      const auto waiting = waiting_.find(solution.ticket);
      if (waiting == waiting_.end())
         return; // the node stops
      waiting->second.height = block.height;
      waiting->second.block_id = block.id;
   }
   ports_.hand_in(block, [this, block](Admission admission) { on_admission(block, admission); });
}

void WorkSource::on_admission(const SolvedBlock &block, Admission admission) {
   switch (admission) {
   case Admission::taken: {
      const std::lock_guard lock(mutex_);
      taken_parent_ = block.prev_hash;
      break;
   }
   case Admission::same_parent:
      return resolve(block.ticket, {NEB_WORK_STALE, std::string(k_parent_taken)});
   case Admission::full:
      return resolve(block.ticket, {NEB_WORK_LOST, "too many blocks wait for the daemon"});
   }
   if (ports_.on_block)
      ports_.on_block(block);
}

void WorkSource::on_fate(const FateChange &change) {
   if (change.fate == BlockFate::refused || change.fate == BlockFate::lost) {
      const std::lock_guard lock(mutex_);
      taken_parent_.reset(); // another solution may do better
   }
   if (change.first)
      resolve(change.ticket, judgement_of(change));
}

void WorkSource::resolve(std::uint64_t ticket, const Judgement &judgement) {
   Waiting waiting{};
   {
      const std::lock_guard lock(mutex_);
      const auto found = waiting_.find(ticket);
      if (found == waiting_.end())
         return; // answered already
      waiting = found->second;
      waiting_.erase(found);
   }
   if (ports_.on_judgement)
      ports_.on_judgement(judgement);
   const std::string id = waiting.height != 0 ? to_hex(waiting.block_id) : std::string{};
   neb_work_result result{};
   result.size = sizeof result;
   result.outcome = judgement.outcome;
   result.template_id = waiting.template_id;
   result.height = waiting.height;
   result.block_id = judgement.outcome == NEB_WORK_BLOCK ? str(id) : neb_str{};
   result.text = str(judgement.text);
   waiting.on_result(waiting.user, &result);
}

std::optional<StoredTemplate> WorkSource::current() const {
   const std::lock_guard lock(mutex_);
   if (templates_.current() == nullptr)
      return std::nullopt;
   return *templates_.current();
}

std::size_t WorkSource::waiting() const {
   const std::lock_guard lock(mutex_);
   return waiting_.size();
}

} // namespace nebula::monero
