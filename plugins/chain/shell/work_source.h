#pragma once

/// nebula.work.source/1 of the chain: a template per algorithm that somebody watches, jobs from it, and solutions into
/// blocks.

#include "node.h"
#include "pow_services.h"

#include "core/coinbase_mold.h"

#include <nebula/clock.hpp>
#include <nebula/executor.hpp>
#include <nebula/svc/work-source.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>

namespace nebula::chain {

/// A template that miners may still work on, and what became of the solutions.
struct KeptTemplate {
   std::uint64_t id = 0;
   const AlgorithmParams *algorithm = nullptr;
   BlockTemplate base;
   CoinbaseWork coinbase; // of mold `bitcoin_coinbase`
};

class WorkSource {
public:
   struct Options {
      Address miner{};
      Amount bonus = 0;
      std::uint64_t refresh_s = 30; // a template is renewed after this long, so that its time is right
   };
   /// Told about every block that was judged and how long that took, before the solution's answer.
   using OnJudged = std::function<void(const Result<Added> &, std::uint64_t took_ns)>;

   WorkSource(const NetworkParams &network, const PowServices &pow, Executor &executor, Clock clock, Log log);

   [[nodiscard]] const neb_work_source &table() const { return table_; }

   void start(Node &node, Options options, OnJudged on_judged);
   /// Takes nothing new, answers what waits with NEB_WORK_LOST, and waits for what runs. False past the deadline.
   [[nodiscard]] bool stop(std::uint64_t deadline_ns);

   /// What miners work on, for a successor in another process; and back, before `start`. Throws when it is damaged.
   [[nodiscard]] std::string save() const;
   void restore(std::string_view state);

   /// The tip moved: new templates, the old ones are worthless.
   void tip_changed();
   /// Called about once a second: new templates when the mempool changed (every 5 s at most) or time passed.
   void tick();

private:
   struct Watch {
      std::string algorithm;
      neb_on_template on_template = nullptr;
      void *user = nullptr;
   };
   struct Pending {
      std::uint64_t template_id = 0;
      Solution found;
      std::uint32_t version_bits = 0;
      neb_on_result on_result = nullptr;
      void *user = nullptr;
   };
   using Kept = std::shared_ptr<const KeptTemplate>;

   [[nodiscard]] bool offered(const AlgorithmParams &algorithm) const;
   [[nodiscard]] Kept find(std::uint64_t id) const;
   [[nodiscard]] bool continues(const KeptTemplate &kept) const;
   [[nodiscard]] Kept renew(const AlgorithmParams &algorithm);
   void renew_watched(bool clean);
   void hand_out(const Watch &watch, const KeptTemplate &kept, bool clean) const;
   void process_one();
   void judge(const Pending &pending);
   static void answer(const Pending &pending, std::int32_t outcome, std::uint64_t height, std::string_view id,
                      std::string_view text);

   [[nodiscard]] std::uint32_t algorithms(neb_str *out, std::uint32_t capacity) const;
   [[nodiscard]] neb_status watch(neb_str algorithm, neb_on_template on_template, void *user, neb_watch **out);
   void unwatch(neb_watch *watch);
   [[nodiscard]] neb_status derive(std::uint64_t id, neb_bytes extranonce, neb_work_job *out) const;
   [[nodiscard]] neb_status submit(const neb_work_solution &solution, neb_on_result on_result, void *user);

   const NetworkParams &network_;
   const PowServices &pow_;
   Executor &executor_;
   Clock clock_;
   Log log_;
   neb_work_source table_;

   std::atomic<Node *> node_{nullptr}; // null: not running
   Options options_;
   OnJudged on_judged_;

   std::mutex notify_mutex_; // held while templates are made and handed out: their ids only grow for every watch
   std::list<Watch> watches_;
   std::uint64_t renewed_s_ = 0;
   std::uint64_t renewed_version_ = 0;

   mutable std::mutex book_mutex_;
   std::deque<Kept> book_; // newest last
   std::uint64_t next_id_ = 1;

   std::mutex queue_mutex_;
   std::condition_variable idle_;
   std::deque<Pending> queue_;
   unsigned running_ = 0;
};

/// Templates that are kept: eight renewals of eight algorithms.
inline constexpr std::size_t k_templates_kept = 64;
/// Solutions that wait, by contract. Each costs a hash.
inline constexpr std::size_t k_solutions_waiting_max = 1'024;

} // namespace nebula::chain
