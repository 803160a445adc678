#pragma once

/// The table nebula.work.source/1 over the daemon's templates: derives jobs, judges solutions, hands blocks on.
///
/// It knows neither the host nor the daemon but through its ports, so tests drive it alone.

#include "core/handover_record.h"
#include "shell/settings.h"

#include <nebula/svc/work-source.h>

#include <functional>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace nebula::monero {

inline constexpr std::size_t k_solutions_waiting_max = 1024; // the contract's limit

/// What became of a solution, and why.
struct Judgement {
   std::int32_t outcome; // NEB_WORK_...
   std::string text;
};

struct WorkSourcePorts {
   /// Runs a task on a worker thread. False: it was not taken.
   std::function<bool(std::function<void()>)> run;
   /// The RandomX hash of `input` under `seed`; slow, called on a worker. An error: there is no algorithm, or it
   /// failed.
   std::function<Result<Hash>(const Hash &seed, ByteView input)> hash;
   /// Hands a block to the daemon; the verdict comes through on_fate, an admission other than taken through `answer`.
   std::function<void(SolvedBlock, std::function<void(BlockTracker::Admission)> answer)> hand_in;
   /// A block is on its way to the daemon. Called where `answer` is.
   std::function<void(const SolvedBlock &)> on_block;
   /// A solution was judged.
   std::function<void(const Judgement &)> on_judgement;
};

class WorkSource {
public:
   WorkSource(const Settings &settings, Bytes random, WorkSourcePorts ports);
   ~WorkSource();
   WorkSource(const WorkSource &) = delete;
   WorkSource &operator=(const WorkSource &) = delete;

   [[nodiscard]] const neb_work_source &table() const { return table_; }

   /// Solutions are taken between open and close. Idempotent.
   void open();
   void close();
   /// Answers everything that still waits with NEB_WORK_LOST.
   void abandon();

   /// What a successor in another process goes on with, but for the blocks.
   void save(HandoverRecord &out) const;
   /// Goes on with that, before `open`. False: these settings have no use for its templates; what is new begins anew,
   /// under ids that were not given before.
   bool restore(const Settings &settings, const HandoverRecord &record);

   /// A template of the daemon. Tells the watchers when it is news and returns it then. [one thread at a time]
   std::optional<StoredTemplate> offer(std::shared_ptr<const BlockWork> work);
   /// What became of a block handed in. [one thread at a time]
   void on_fate(const FateChange &change);

   [[nodiscard]] std::optional<StoredTemplate> current() const;
   [[nodiscard]] std::size_t waiting() const;

private:
   struct Watch;
   struct Waiting {
      neb_on_result on_result;
      void *user;
      std::uint64_t template_id;
      std::uint64_t height;
      Hash block_id{};
   };
   struct Solution {
      std::uint64_t ticket;
      std::shared_ptr<const BlockWork> work;
      Bytes reserved;
      std::uint32_t nonce;
      Bytes digest;
      std::string worker;
   };

   neb_status watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out);
   void unwatch(neb_watch *handle);
   neb_status derive(std::uint64_t template_id, neb_bytes extranonce, neb_work_job *out) const;
   neb_status submit(const neb_work_solution &solution, neb_on_result on_result, void *user);
   [[nodiscard]] std::optional<Judgement> refuse_early(const neb_work_solution &solution,
                                                       std::shared_ptr<const BlockWork> &work);
   using Admission = BlockTracker::Admission;
   void verify(const Solution &solution);
   void on_admission(const SolvedBlock &block, Admission admission);
   void resolve(std::uint64_t ticket, const Judgement &judgement);
   void tell(Watch &watch, const StoredTemplate &stored, bool first) const;
   [[nodiscard]] Bytes reserved_bytes(neb_bytes extranonce) const;

   const std::size_t extranonce_size_;
   Bytes random_; // what stands behind the extranonce in the reserved bytes; constant once there is a template
   const WorkSourcePorts ports_;
   neb_work_source table_;

   mutable std::mutex mutex_; // guards what follows; never held while calling out
   bool running_ = false;
   TemplateStore templates_;
   bool inherited_ = false; // the current template is one that watchers know from the process before
   std::vector<std::shared_ptr<Watch>> watches_;
   std::unordered_map<std::uint64_t, Waiting> waiting_; // by ticket
   std::uint64_t last_ticket_ = 0;
   std::optional<Hash> taken_parent_;     // of the last block the daemon got: a rival is worthless
   std::unordered_set<std::string> seen_; // solution_key() of every solution since the tip changed
};

} // namespace nebula::monero
