#pragma once

/// A host that a work source can live with, driven by the test: its clock stands still, its tasks run when told to, and
/// the only algorithm is BLAKE2b-256 under the name cosmic-harmony.

#include "core/hash.h"

#include <nebula/clock.hpp>
#include <nebula/executor.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <algorithm>
#include <cstring>
#include <deque>

namespace nebula::chain::test {

class WorkHost {
public:
   WorkHost() {
      raw_.size = sizeof raw_;
      raw_.ctx = this;
      raw_.name = raw_.instance = "test";
      raw_.version = "0";
      raw_.log_level = &level_;
      raw_.log = [](const neb_host *, std::uint32_t, neb_str) {};
      raw_.get_extension = &WorkHost::extension;
      make_algorithm();
      make_tables();
   }
   WorkHost(const WorkHost &) = delete;
   WorkHost &operator=(const WorkHost &) = delete;

   [[nodiscard]] nebula::Host host() const { return nebula::Host(&raw_); }

   /// Runs the tasks that wait, and those they post.
   void run() {
      while (!tasks.empty()) {
         const auto [task, user] = tasks.front();
         tasks.pop_front();
         task(user);
      }
   }

   std::uint64_t now_s = 1'800'000'000;
   bool algorithm_present = true;
   std::deque<std::pair<neb_task_fn, void *>> tasks;

private:
   static WorkHost &of(const neb_host *host) { return *static_cast<WorkHost *>(host->ctx); }

   static const void *extension(const neb_host *host, const char *id) {
      const WorkHost &self = of(host);
      if (std::strcmp(id, NEB_EXT_CLOCK) == 0)
         return &self.clock_;
      if (std::strcmp(id, NEB_EXT_EXECUTOR) == 0)
         return &self.executor_;
      return std::strcmp(id, NEB_EXT_SERVICES) == 0 ? &self.services_ : nullptr;
   }

   void make_algorithm() {
      algorithm_.size = sizeof algorithm_;
      algorithm_.name = "cosmic-harmony";
      algorithm_.digest_order = NEB_POW_ORDER_WORDS32;
      algorithm_.digest_bytes = 32;
      algorithm_.nonce_bytes = 4;
      algorithm_.nonce_offset = NEB_POW_NONCE_APPENDED;
      algorithm_.scratch_bytes = 100;
      algorithm_.hash = [](const neb_pow_algorithm *, const neb_pow_epoch *, neb_bytes input, std::uint8_t *digest,
                           void *) -> neb_status {
         const Hash out = hash256(ByteView(input.ptr, input.len));
         std::ranges::copy(out, digest);
         return NEB_OK;
      };
   }

   void make_tables() {
      clock_ = {sizeof clock_, 0, [](const neb_host *host) { return of(host).now_s * 1'000'000'000u; },
                [](const neb_host *host) { return static_cast<std::int64_t>(of(host).now_s) * 1'000'000'000; }};
      executor_.size = sizeof executor_;
      executor_.post = [](const neb_host *host, neb_task_fn task, void *user) -> neb_status {
         of(host).tasks.emplace_back(task, user);
         return NEB_OK;
      };
      services_.size = sizeof services_;
      services_.find = [](const neb_host *host, neb_str, neb_str select, neb_slot **out, neb_error *) -> neb_status {
         const bool known = nebula::view(select) == "name=cosmic-harmony";
         *out = known ? reinterpret_cast<neb_slot *>(&of(host)) : nullptr;
         return known ? NEB_OK : NEB_E_NOT_FOUND;
      };
      services_.enter = [](neb_slot *slot, neb_guard *) -> const void * {
         const auto &self = *reinterpret_cast<const WorkHost *>(slot);
         return self.algorithm_present ? &self.algorithm_ : nullptr;
      };
      services_.leave = [](neb_guard *) {};
   }

   neb_host raw_{};
   std::uint32_t level_ = NEB_LOG_OFF;
   neb_pow_algorithm algorithm_{};
   neb_ext_clock clock_{};
   neb_ext_executor executor_{};
   neb_ext_services services_{};
};

} // namespace nebula::chain::test
