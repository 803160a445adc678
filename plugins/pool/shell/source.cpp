#include "source.h"

#include <algorithm>

namespace nebula::pool {
namespace {

std::vector<std::string> algorithms_of(const neb_work_source *source) {
   neb_str names[NEB_WORK_ALGORITHMS_MAX] = {};
   const std::uint32_t count =
      std::min<std::uint32_t>(source->algorithms(source, names, NEB_WORK_ALGORITHMS_MAX), NEB_WORK_ALGORITHMS_MAX);
   std::vector<std::string> out;
   for (std::uint32_t i = 0; i < count; ++i)
      out.emplace_back(view(names[i]));
   return out;
}

Epoch owned(const neb_pow_epoch &epoch) {
   return {common::Bytes(epoch.key.ptr, epoch.key.ptr + epoch.key.len), epoch.height};
}

common::Bytes owned(neb_bytes bytes) {
   return {bytes.ptr, bytes.ptr + bytes.len};
}

Coinbase owned(const neb_work_coinbase &wire) {
   Coinbase out;
   out.coinb1 = owned(wire.coinb1);
   out.coinb2 = owned(wire.coinb2);
   out.branches.resize(wire.branch_count);
   for (std::uint32_t i = 0; i < wire.branch_count; ++i)
      std::ranges::copy(wire.branches[i], out.branches[i].begin());
   out.version = wire.version;
   out.bits = wire.bits;
   out.ntime = wire.ntime;
   std::ranges::copy(wire.previous, out.previous.begin());
   return out;
}

Template owned(const neb_work_template &wire) {
   Template out;
   out.id = wire.id;
   out.kind = wire.kind;
   out.extranonce_size = std::min(wire.extranonce_size, NEB_WORK_EXTRANONCE_MAX);
   out.height = wire.height;
   out.time_s = wire.time_s;
   out.reward = wire.reward;
   out.clean = (wire.flags & NEB_WORK_CLEAN) != 0;
   out.algorithm = view(wire.algorithm);
   out.coin = view(wire.coin);
   out.epoch = owned(wire.epoch);
   out.next_epoch = owned(wire.next_epoch);
   out.network_target = U256::from_big_endian(wire.network_target);
   out.submit_target = U256::from_big_endian(wire.submit_target);
   out.network_difficulty = difficulty_of(out.network_target);
   out.submit_difficulty = difficulty_of(out.submit_target);
   if (wire.kind == NEB_WORK_COINBASE && wire.coinbase)
      out.coinbase = owned(*wire.coinbase);
   return out;
}

/// Travels through the source with a solution.
struct Submitted {
   Loop *loop;
   Source::OnResult on_result;
   Solution solution;
};

void answered(void *user, const neb_work_result *wire) {
   const std::unique_ptr<Submitted> submitted(static_cast<Submitted *>(user));
   SolutionResult result{wire->outcome,
                         submitted->solution.algorithm,
                         submitted->solution.block,
                         submitted->solution.receipt,
                         wire->height,
                         std::string(view(wire->block_id)),
                         std::string(view(wire->text)),
                         std::move(submitted->solution.worker)};
   submitted->loop->post(
      [on_result = std::move(submitted->on_result), result = std::move(result)] { on_result(result); });
}

} // namespace

struct Source::Watch {
   Source *source;
   std::uint8_t algorithm;
   std::uint64_t generation;
   neb_watch *handle = nullptr;
};

Source::Source(Host host, std::string instance, Loop &loop, Log log, OnWork on_work, OnResult on_result)
   : services_(host), health_(host), instance_(std::move(instance)), loop_(loop), log_(log),
     on_work_(std::move(on_work)), on_result_(std::move(on_result)) {}

Source::~Source() = default;

void Source::find() {
   slot_ = services_.find<neb_work_source>(NEB_SVC_WORK_SOURCE, concat("instance=", instance_));
}

std::vector<std::string> Source::algorithms() const {
   const auto source = slot_.enter();
   return source ? algorithms_of(source.get()) : std::vector<std::string>();
}

void Source::follow(std::vector<std::string> algorithms) {
   algorithms_ = std::move(algorithms);
   slot_.watch([this](std::uint64_t) { subscribe(); });
   subscribe();
}

void Source::subscribe() {
   const std::lock_guard lock(mutex_);
   if (ended_)
      return;
   const auto source = slot_.enter();
   if (!source) {
      health_.not_ready("work", concat("waiting for the work source '", instance_, "', which is not running"));
      return;
   }
   if (source.generation() == generation_)
      return;
   generation_ = source.generation();
   for (std::size_t i = 0; i < algorithms_.size(); ++i) {
      watches_.push_back(std::make_unique<Watch>(Watch{this, static_cast<std::uint8_t>(i), generation_}));
      Watch &watch = *watches_.back();
      const auto on_template = [](void *user, const neb_work_template *wire) {
         const auto &one = *static_cast<const Watch *>(user);
         (void)guarded(nullptr, [&] {
            one.source->loop_.post([source = one.source, algorithm = one.algorithm, work = owned(*wire)] {
               source->on_work_(algorithm, work);
            });
         });
      };
      if (source->watch(source.get(), str(algorithms_[i]), on_template, &watch, &watch.handle) != NEB_OK) {
         log_.warn("the work source '", instance_, "' gives no work for ", algorithms_[i]);
         watches_.pop_back();
      }
   }
   health_.ok("work");
}

void Source::unfollow() {
   const std::lock_guard lock(mutex_);
   ended_ = true;
   const auto source = slot_.enter();
   for (const auto &watch : watches_)
      if (source && source.generation() == watch->generation)
         source->unwatch(source.get(), watch->handle);
}

bool Source::derive(std::uint64_t template_id, std::span<const std::uint8_t> extranonce, Input &out) const {
   const auto source = slot_.enter();
   if (!source)
      return false;
   neb_work_job job;
   job.size = sizeof job;
   if (source->derive(source.get(), template_id, {extranonce.data(), extranonce.size()}, &job) != NEB_OK)
      return false;
   out.bytes.assign(job.input, job.input + std::min(job.input_size, NEB_WORK_INPUT_MAX));
   out.nonce_offset = job.nonce_offset;
   out.nonce_bytes = job.nonce_bytes;
   out.nonce_first = job.nonce_first;
   out.nonce_last = job.nonce_last;
   return true;
}

void Source::submit(const Solution &solution) {
   const auto source = slot_.enter();
   neb_work_solution wire{};
   wire.size = sizeof wire;
   wire.template_id = solution.template_id;
   wire.nonce = solution.nonce;
   wire.ntime = solution.ntime;
   wire.extranonce = {solution.extranonce.data(), solution.extranonce.size()};
   wire.digest = {solution.digest.data(), solution.digest.size()};
   wire.worker = str(solution.worker);
   auto submitted = std::make_unique<Submitted>(Submitted{&loop_, on_result_, solution});
   const neb_status status = source ? source->submit(source.get(), &wire, &answered, submitted.get()) : NEB_E_STATE;
   if (status == NEB_OK)
      (void)submitted.release(); // `answered` has it
   else
      on_result_({NEB_WORK_LOST,
                  solution.algorithm,
                  solution.block,
                  solution.receipt,
                  0,
                  {},
                  "the work source does not take it now",
                  solution.worker});
}

} // namespace nebula::pool
