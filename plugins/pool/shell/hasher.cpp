#include "hasher.h"

#include "core/spoken.h"

#include "common/pow_hash.h"

namespace nebula::pool {
namespace {

neb_pow_epoch wire(const Epoch &epoch) {
   return {{epoch.key.data(), epoch.key.size()}, epoch.height};
}

} // namespace

Hasher::Hasher(Host host, Loop &loop, Executor &executor, Done done)
   : services_(host), loop_(loop), executor_(executor), done_(std::move(done)) {}

std::optional<PoolAlgorithm> Hasher::add(const std::string &name) {
   auto algorithm = std::make_unique<Algorithm>();
   algorithm->slot = services_.find<neb_pow_algorithm>(NEB_SVC_POW_ALGORITHM, concat("name=", name));
   PoolAlgorithm out;
   out.name = name;
   {
      const auto table = algorithm->slot.enter();
      if (!table)
         return std::nullopt;
      out.name = table->name;
      if (NEB_HAS(table.get(), neb_pow_algorithm, aliases)) // not of a host of the first release
         for (const char *const *alias = table->aliases; alias && *alias; ++alias)
            out.aliases.emplace_back(*alias);
      out.digest_order = table->digest_order;
      out.stratum = usual_dialect_of(*table.get());
      algorithm->quick = is_quick(*table.get());
   }
   algorithm->name = out.name;
   algorithms_.push_back(std::move(algorithm));
   return out;
}

Hasher::Answer Hasher::compute(const Algorithm &algorithm, const HashTask &task) const {
   const auto table = algorithm.slot.enter();
   if (!table)
      return {std::nullopt, "the plugin of " + algorithm.name + " is not running"};
   const neb_pow_epoch epoch = wire(task.epoch);
   const common::PowInput input{task.input.bytes, task.input.nonce_offset, task.input.nonce_bytes};
   Digest digest;
   if (const char *why = common::pow_digest(*table.get(), epoch, input, task.nonce, digest))
      return {std::nullopt, algorithm.name + ": " + why};
   return {digest, {}};
}

void Hasher::hash(const HashTask &task) {
   const Algorithm &algorithm = *algorithms_[task.algorithm];
   if (algorithm.quick) {
      const Answer answer = compute(algorithm, task);
      done_(task.ticket, answer.digest, answer.why);
      return;
   }
   waiting_.push(task.owner, task);
   start_some();
}

/// As many at a time as there are workers.
void Hasher::start_some() {
   while (running_ < executor_.concurrency() && !waiting_.empty()) {
      ++running_;
      executor_.post([this, task = waiting_.pop()] {
         const Answer answer = compute(*algorithms_[task.algorithm], task);
         loop_.post([this, ticket = task.ticket, answer] {
            --running_;
            done_(ticket, answer.digest, answer.why);
            start_some();
         });
      });
   }
}

void Hasher::prepare(std::uint8_t index, const Epoch &epoch, const Epoch &next) {
   Algorithm &algorithm = *algorithms_[index];
   if (algorithm.quick)
      return;
   const Epoch wanted[2] = {epoch, next};
   for (std::size_t i = 0; i < 2; ++i) {
      const bool empty = wanted[i].key.empty() && wanted[i].height == 0;
      if (empty || wanted[i] == algorithm.prepared[0] || wanted[i] == algorithm.prepared[1])
         continue;
      algorithm.prepared[i] = wanted[i];
      executor_.post([&algorithm, one = wanted[i]] {
         const auto table = algorithm.slot.enter();
         if (!table || !table->prepare)
            return;
         const neb_pow_epoch raw = wire(one);
         ErrorRecord record;
         record.check(table->prepare(table.get(), &raw, record.raw()), concat("prepare ", algorithm.name));
      });
   }
}

} // namespace nebula::pool
