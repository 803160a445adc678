#include "work.h"

#include <algorithm>

namespace nebula::miner {

namespace {

constexpr std::size_t k_epoch_key_max = 256; // RandomX keys are 32 bytes; no algorithm we know comes near

std::string text(neb_str value) {
   return value.ptr ? std::string(value.ptr, value.len) : std::string();
}

/// A source's job may not claim more than its fields can hold.
bool sound(const neb_work_job &job) {
   const bool nonce_ok = job.nonce_bytes == 4 || job.nonce_bytes == 8;
   const bool last_ok = job.nonce_bytes == 8 || job.nonce_last <= 0xFFFFFFFFu;
   const bool place_ok =
      job.nonce_offset == NEB_POW_NONCE_APPENDED || std::uint64_t{job.nonce_offset} + job.nonce_bytes <= job.input_size;
   return nonce_ok && last_ok && place_ok && job.input_size <= NEB_WORK_INPUT_MAX && job.nonce_first <= job.nonce_last;
}

} // namespace

Epoch Epoch::of(const neb_pow_epoch &wire) {
   Epoch epoch;
   const std::size_t length = std::min<std::size_t>(wire.key.ptr ? wire.key.len : 0, k_epoch_key_max);
   epoch.key.assign(wire.key.ptr, wire.key.ptr + length);
   epoch.height = wire.height;
   return epoch;
}

Work::Work(const neb_work_template &wire, std::uint64_t generation, std::uint64_t start)
   : id(wire.id), height(wire.height), source_generation(generation), kind(wire.kind), algorithm(text(wire.algorithm)),
     coin(NEB_HAS(&wire, neb_work_template, coin) ? text(wire.coin) : std::string()), epoch(Epoch::of(wire.epoch)),
     next_epoch(Epoch::of(wire.next_epoch)),
     solo_(std::equal(wire.submit_target, wire.submit_target + 32, wire.network_target)),
     space_(wire.extranonce_size, start), target_{} {
   retarget(wire.submit_target);
}

void Work::retarget(const std::uint8_t (&target)[32]) {
   const std::lock_guard lock(target_mutex_);
   std::copy_n(target, 32, target_.begin());
}

void Work::refresh(Assignment &piece) const {
   const std::lock_guard lock(target_mutex_);
   piece.target = target_;
}

neb_status Work::derive_next(const neb_work_source *source) {
   const auto extranonce = space_.next_extranonce();
   if (!extranonce)
      return NEB_E_FULL;
   auto job = std::make_shared<Job>();
   job->extranonce = *extranonce;
   job->wire.size = sizeof job->wire;
   const neb_status status = source->derive(source, id, {extranonce->bytes.data(), extranonce->size}, &job->wire);
   if (status != NEB_OK)
      return status;
   if (!sound(job->wire))
      return NEB_E_CORRUPT;
   space_.admit(job->wire.nonce_first, job->wire.nonce_last);
   job_ = std::move(job);
   return NEB_OK;
}

neb_status Work::take(const neb_work_source *source, std::uint64_t count, Assignment &out) {
   const std::lock_guard lock(mutex_);
   auto range = space_.take(count);
   if (!range) {
      const neb_status status = derive_next(source);
      if (status != NEB_OK)
         return status;
      range = space_.take(count);
   }
   if (!range)
      return NEB_E_CORRUPT;
   out = {job_, *range, {}};
   refresh(out);
   return NEB_OK;
}

} // namespace nebula::miner
