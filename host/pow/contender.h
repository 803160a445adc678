#pragma once

/// One backend that wants to serve an algorithm, and what the gate and the audit found about it.

#include "host/pow/hit_rate.h"
#include "host/slots/provided.h"

#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace nebula::host {

enum class Standing {
   untried,     // nobody needed it yet
   passed,      // the gate found nothing; it may serve
   refused,     // the gate found something
   quarantined, // it passed, and answered wrongly while serving
   gone         // its instance left
};
[[nodiscard]] const char *standing_name(Standing standing) noexcept;

/// Thread-safe. Shared by the registry and every session on it.
class Contender {
public:
   Contender(Provided provided, const neb_pow_backend *table)
      : provided_(std::move(provided)), table_(table), name_(table->name), device_(table->device ? table->device : "") {
   }

   [[nodiscard]] const Provided &provided() const noexcept { return provided_; }
   [[nodiscard]] const neb_pow_backend *table() const noexcept { return table_; }
   /// Both outlive the instance, and with it the table: a consumer's slot shows who served it last.
   [[nodiscard]] std::string_view name() const noexcept { return name_; }
   [[nodiscard]] std::string_view device() const noexcept { return device_; }

   [[nodiscard]] Standing standing() const noexcept { return standing_.load(); }
   [[nodiscard]] bool serves() const noexcept { return standing() == Standing::passed; }
   [[nodiscard]] std::string reason() const;
   /// `gone` is final, and so is `quarantined` but for `gone`. False: nothing changed.
   bool move_to(Standing standing, std::string reason);

   /// Hashes per second of one session, as the gate measured it; 0: unknown.
   [[nodiscard]] std::uint64_t rate() const noexcept { return rate_.load(); }
   void set_rate(std::uint64_t rate) noexcept { rate_.store(rate); }

   /// Its gate is under way; until that ends it comes into no question.
   [[nodiscard]] bool checking() const noexcept { return checking_.load(); }
   void set_checking(bool checking) noexcept { checking_.store(checking); }

   /// The audit's running count, over all sessions.
   [[nodiscard]] HitRate &hit_rate() noexcept { return hit_rate_; }

   /// The gate or a measurement is inside its table as long as this object lives.
   class Hold {
   public:
      explicit Hold(Contender &contender) : contender_(contender) { contender_.holders_.fetch_add(1); }
      ~Hold() { contender_.holders_.fetch_sub(1); }
      Hold(const Hold &) = delete;
      Hold &operator=(const Hold &) = delete;

   private:
      Contender &contender_;
   };
   [[nodiscard]] bool held() const noexcept { return holders_.load() != 0; }

private:
   const Provided provided_;
   const neb_pow_backend *const table_;
   const std::string name_, device_;
   std::atomic<Standing> standing_{Standing::untried};
   std::atomic<std::uint64_t> rate_{0};
   std::atomic<bool> checking_{false};
   std::atomic<int> holders_{0};
   HitRate hit_rate_;
   mutable std::mutex mutex_;
   std::string reason_; // guarded by mutex_
};

} // namespace nebula::host
