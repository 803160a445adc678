#pragma once

/// What stands in a consumer's slot for nebula.pow.backend/1: the host's own table, behind which the real backends
/// change.
///
/// A change between backends of one kind (the same `lanes`) is invisible: the table, its generation and its sessions
/// stay; the watchers of the slot hear of it all the same, so that they try again what was refused in between. A change
/// of kind, from a backend with one session per core to one with a device of its own, is another occupant, so that the
/// consumer opens as many sessions as pay now.

#include "host/pow/algorithm_entry.h"
#include "host/pow/facade_session.h"
#include "host/slots/select.h"
#include "host/slots/slot.h"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_facade_sessions_max =
   4096; // of one slot: four per thread of the largest machine we know

class Facade final : public FacadePort {
public:
   /// `condemned` is called, on any thread, when a backend must not serve any more.
   using Condemned =
      std::function<void(const std::shared_ptr<Contender> &contender, const std::string &why, const JobCopy &job)>;

   Facade(std::string algorithm, std::string consumer, Selection select, Condemned condemned);
   ~Facade() override;

   /// As the consumer wrote it.
   [[nodiscard]] const std::string &algorithm() const noexcept { return algorithm_; }
   /// The instance that the slot was made for.
   [[nodiscard]] const std::string &consumer() const noexcept { return consumer_; }
   [[nodiscard]] const Selection &select() const noexcept { return select_; }
   [[nodiscard]] Slot &slot() noexcept { return slot_; }

   /// Puts a backend behind the table (nullptr: none, the slot is emptied). True: the slot's occupant is another one
   /// now, and its watchers want to know. Any thread.
   [[nodiscard]] bool serve(std::shared_ptr<Contender> contender, std::shared_ptr<const AlgorithmEntry> algorithm);
   /// No session calls into this contender's table after it returned. False: one still does, after `timeout_ns`.
   [[nodiscard]] bool leave(const Contender &contender, std::uint64_t timeout_ns);

   [[nodiscard]] std::shared_ptr<Contender> serving() const override;
   void condemn(const std::shared_ptr<Contender> &contender, const std::string &why, const JobCopy &job) override;
   [[nodiscard]] std::uint64_t now_ns() const override;

private:
   struct Incarnation; // one occupant of the slot, with its sessions

   void retire(Incarnation &incarnation);

   const std::string algorithm_;
   const std::string consumer_;
   const Selection select_;
   const Condemned condemned_;
   Slot slot_;
   std::mutex serve_mutex_; // one change at a time
   mutable std::mutex mutex_;
   std::shared_ptr<Contender> serving_; // guarded by mutex_
   // Kept until the end, because a late reader may hold a table. The last one is in the slot unless that is empty.
   std::vector<std::unique_ptr<Incarnation>> incarnations_; // guarded by mutex_
   bool installed_ = false;                                 // guarded by mutex_
};

} // namespace nebula::host
