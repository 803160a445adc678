#include "miner/scripted_source.h"

#include "host/pow/eased_target.h"
#include "pow/toy.h"

#include <algorithm>
#include <cstring>

namespace nebula::miner::test {

namespace toy = host::toy;

namespace {

constexpr std::string_view k_algorithm = toy::k_name;

std::string text(neb_bytes bytes) {
   return {reinterpret_cast<const char *>(bytes.ptr), bytes.len};
}

std::array<std::uint8_t, 32> digest_of(const ScriptedTemplate &work, const std::string &extranonce,
                                       std::uint64_t nonce) {
   const auto input = ScriptedSource::input_of(work.id, extranonce);
   std::uint8_t full[36];
   std::copy(input.begin(), input.end(), full);
   write_nonce(full + 32, 4, nonce);
   std::array<std::uint8_t, 32> digest{};
   const neb_pow_epoch epoch{{work.epoch.data(), work.epoch.size()}, 0};
   (void)toy::algorithm().hash(&toy::algorithm(), &epoch, {full, sizeof full}, digest.data(), nullptr);
   return digest;
}

} // namespace

ScriptedSource::ScriptedSource() {
   table_ = {sizeof table_, 0, this, algorithms, watch, unwatch, derive, submit};
}

std::array<std::uint8_t, 32> ScriptedSource::input_of(std::uint64_t id, const std::string &extranonce) {
   std::array<std::uint8_t, 32> input{};
   std::memcpy(input.data(), &id, sizeof id);
   std::copy_n(extranonce.begin(), std::min<std::size_t>(extranonce.size(), 24), input.begin() + 8);
   return input;
}

bool ScriptedSource::solves(const ScriptedTemplate &work, const std::string &extranonce, std::uint64_t nonce) {
   const auto digest = digest_of(work, extranonce, nonce);
   return meets_target(digest.data(), NEB_POW_ORDER_WORDS32, host::target_of_bits(work.target_bits).target.data());
}

void ScriptedSource::announce(const ScriptedTemplate &work) {
   const std::lock_guard lock(mutex_);
   templates_[work.id] = work;
   current_ = work.id;
   tell();
}

void ScriptedSource::forget_before(std::uint64_t id) {
   const std::lock_guard lock(mutex_);
   oldest_ = id;
}

void ScriptedSource::tell() {
   if (!on_template_ || current_ == 0)
      return;
   const ScriptedTemplate &work = templates_[current_];
   const Number256 target = host::target_of_bits(work.target_bits).target;
   neb_work_template wire{};
   wire.size = sizeof wire;
   wire.kind = NEB_WORK_COMMITMENT;
   wire.flags = work.clean ? NEB_WORK_CLEAN : 0;
   wire.extranonce_size = work.extranonce_size;
   wire.id = work.id;
   wire.height = work.id;
   wire.algorithm = {k_algorithm.data(), k_algorithm.size()};
   wire.epoch = {{work.epoch.data(), work.epoch.size()}, 0};
   wire.next_epoch = wire.epoch;
   std::copy(target.begin(), target.end(), wire.submit_target);
   if (work.solo) // else no solution is ever a block: a share, as an upstream pool takes them
      std::copy(target.begin(), target.end(), wire.network_target);
   wire.coin = {"test", 4};
   on_template_(user_, &wire);
}

std::uint32_t ScriptedSource::algorithms(const neb_work_source *, neb_str *out, std::uint32_t capacity) {
   if (capacity > 0)
      out[0] = {k_algorithm.data(), k_algorithm.size()};
   return 1;
}

neb_status ScriptedSource::watch(const neb_work_source *self, neb_str algorithm, neb_on_template on_template,
                                 void *user, neb_watch **out) {
   ScriptedSource &source = of(self);
   const std::lock_guard lock(source.mutex_);
   if (std::string_view(algorithm.ptr, algorithm.len) != k_algorithm)
      return NEB_E_NOT_FOUND;
   source.on_template_ = on_template;
   source.user_ = user;
   *out = reinterpret_cast<neb_watch *>(&source);
   source.tell();
   return NEB_OK;
}

void ScriptedSource::unwatch(const neb_work_source *self, neb_watch *) {
   ScriptedSource &source = of(self);
   const std::lock_guard lock(source.mutex_);
   source.on_template_ = nullptr;
}

neb_status ScriptedSource::derive(const neb_work_source *self, std::uint64_t id, neb_bytes extranonce,
                                  neb_work_job *out) {
   ScriptedSource &source = of(self);
   const std::lock_guard lock(source.mutex_);
   const auto work = source.templates_.find(id);
   if (work == source.templates_.end() || id < source.oldest_)
      return NEB_E_GONE;
   if (extranonce.len != work->second.extranonce_size)
      return NEB_E_INVALID;
   const auto input = input_of(id, text(extranonce));
   out->input_size = 32;
   out->nonce_offset = NEB_POW_NONCE_APPENDED;
   out->nonce_bytes = 4;
   out->nonce_first = work->second.nonce_first;
   out->nonce_last = work->second.nonce_last;
   std::copy(input.begin(), input.end(), out->input);
   return NEB_OK;
}

std::int32_t ScriptedSource::judge(const neb_work_solution &solution) {
   const auto work = templates_.find(solution.template_id);
   const std::string extranonce = text(solution.extranonce);
   if (work == templates_.end() || work->first < oldest_)
      return NEB_WORK_STALE;
   worker_.assign(solution.worker.ptr, solution.worker.len);
   if (!handed_in_.emplace(work->first, extranonce, solution.nonce).second) {
      wrong_ = "nonce " + std::to_string(solution.nonce) + " was handed in twice";
      return NEB_WORK_DUPLICATE;
   }
   const auto digest = digest_of(work->second, extranonce, solution.nonce);
   if (!solves(work->second, extranonce, solution.nonce) || solution.digest.len != 32 ||
       std::memcmp(digest.data(), solution.digest.ptr, 32) != 0) {
      wrong_ = "nonce " + std::to_string(solution.nonce) + " is no solution";
      return NEB_WORK_INVALID;
   }
   return NEB_WORK_BLOCK;
}

neb_status ScriptedSource::submit(const neb_work_source *self, const neb_work_solution *solution,
                                  neb_on_result on_result, void *user) {
   ScriptedSource &source = of(self);
   if (source.full_.fetch_sub(1) > 0)
      return NEB_E_FULL;
   neb_work_result result{};
   {
      const std::lock_guard lock(source.mutex_);
      result.outcome = source.judge(*solution);
      if (source.hold_) {
         source.held_.emplace_back(on_result, user);
         return NEB_OK;
      }
   }
   result.size = sizeof result;
   result.template_id = result.height = solution->template_id;
   on_result(user, &result);
   return NEB_OK;
}

void ScriptedSource::hold_results(bool hold) {
   const std::lock_guard lock(mutex_);
   hold_ = hold;
}

void ScriptedSource::release() {
   std::vector<std::pair<neb_on_result, void *>> held;
   {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
   }
   neb_work_result result{};
   result.size = sizeof result;
   for (const auto &[on_result, user] : held)
      on_result(user, &result);
}

std::set<ScriptedSource::Key> ScriptedSource::handed_in() const {
   const std::lock_guard lock(mutex_);
   return handed_in_;
}

std::size_t ScriptedSource::handed_in_for(std::uint64_t id) const {
   const auto all = handed_in();
   return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Key &key) { return std::get<0>(key) == id; }));
}

std::string ScriptedSource::wrong() const {
   const std::lock_guard lock(mutex_);
   return wrong_;
}

bool ScriptedSource::watched() const {
   const std::lock_guard lock(mutex_);
   return on_template_ != nullptr;
}

std::string ScriptedSource::worker() const {
   const std::lock_guard lock(mutex_);
   return worker_;
}

} // namespace nebula::miner::test
