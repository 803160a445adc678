#pragma once

/// The table nebula.work.source/1 over the client: gives its templates to sinks, judges what they find, hands on what
/// is worth a share and tells them what the pool said.

#include "link.h"
#include "verifier.h"

#include <nebula/executor.hpp>
#include <nebula/svc/work-source.h>

#include <atomic>
#include <unordered_map>

namespace nebula::upstream {

inline constexpr std::size_t k_solutions_waiting_max = 1'024; ///< the contract's limit

class WorkSource {
public:
   using OnJudged = std::function<void(std::int32_t outcome)>;

   WorkSource(const Verifier &verifier, Executor &executor, Dialect dialect, OnJudged on_judged);

   [[nodiscard]] const neb_work_source &table() const { return table_; }

   /// Solutions are taken between open and close. [main]
   void open(Link &link);
   void close();
   /// Everything that still waits is lost. After the link has stopped.
   void abandon();

   /// What the process before this one offered; sinks that it had go on with it. Before open.
   void inherit(const Offer &offer);

   // On the link's thread.
   void offer(const Offer &offer);
   void settled(const Settled &settled);

   [[nodiscard]] std::size_t waiting() const;

private:
   struct Watch;
   struct Waiting {
      neb_on_result on_result;
      void *user;
      std::uint64_t template_id, height;
   };

   neb_status watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out);
   void unwatch(neb_watch *handle);
   neb_status derive(std::uint64_t template_id, neb_bytes extranonce, neb_work_job *out);
   neb_status submit(const neb_work_solution &solution, neb_on_result on_result, void *user);
   void verify(std::uint64_t ticket, const std::shared_ptr<const Admitted> &solution, const Bytes &claimed);
   void prepare(const Bytes &key);
   void tell(Watch &watch, const Offer &offer, bool first) const;
   [[nodiscard]] U256 number_of(const Hash &digest) const;

   const Verifier &verifier_;
   Executor &executor_;
   Dialect dialect_;
   OnJudged on_judged_;
   neb_work_source table_{};
   std::atomic<Link *> link_{nullptr};
   mutable std::mutex mutex_;
   bool running_ = false;                               // with mutex_
   std::vector<std::shared_ptr<Watch>> watches_;        // with mutex_
   std::optional<Offer> current_;                       // with mutex_
   bool inherited_ = false;                             // with mutex_; so is current_: no sink has to begin anew
   std::unordered_map<std::uint64_t, Waiting> waiting_; // with mutex_
   std::uint64_t last_ticket_ = 0;                      // with mutex_
};

} // namespace nebula::upstream
