#pragma once

/// A test double: a work source that gives the templates a test tells it to, and judges solutions by the toy algorithm.

#include <nebula/svc/work-source.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace nebula::miner::test {

struct ScriptedTemplate {
   std::uint64_t id = 1;
   bool clean = false;
   unsigned target_bits = 12;
   std::uint32_t extranonce_size = 4;
   std::uint64_t nonce_first = 0, nonce_last = 0xFFFFFFFFu;
   std::array<std::uint8_t, 4> epoch{1, 2, 3, 4};
   bool solo = false; // what is worth handing in is a block
};

class ScriptedSource {
public:
   ScriptedSource();

   [[nodiscard]] const neb_work_source &table() const noexcept { return table_; }

   /// The template that holds from now on; whoever watches is told.
   void announce(const ScriptedTemplate &work);
   /// `derive` of older templates answers NEB_E_GONE from now on.
   void forget_before(std::uint64_t id);
   /// The next `count` submissions are answered NEB_E_FULL.
   void be_full(int count) { full_.store(count); }
   /// Results wait until `release`.
   void hold_results(bool hold);
   void release();

   /// Everything handed in: (template, extranonce, nonce); twice is an error that `wrong` tells.
   using Key = std::tuple<std::uint64_t, std::string, std::uint64_t>;
   [[nodiscard]] std::set<Key> handed_in() const;
   [[nodiscard]] std::size_t handed_in_for(std::uint64_t id) const;
   [[nodiscard]] std::string wrong() const;
   [[nodiscard]] bool watched() const;
   [[nodiscard]] std::string worker() const;

   /// The input that a template and an extranonce give.
   [[nodiscard]] static std::array<std::uint8_t, 32> input_of(std::uint64_t id, const std::string &extranonce);
   /// Whether a nonce of it solves `work`.
   [[nodiscard]] static bool solves(const ScriptedTemplate &work, const std::string &extranonce, std::uint64_t nonce);

private:
   static std::uint32_t algorithms(const neb_work_source *, neb_str *, std::uint32_t);
   static neb_status watch(const neb_work_source *, neb_str, neb_on_template, void *, neb_watch **);
   static void unwatch(const neb_work_source *, neb_watch *);
   static neb_status derive(const neb_work_source *, std::uint64_t, neb_bytes, neb_work_job *);
   static neb_status submit(const neb_work_source *, const neb_work_solution *, neb_on_result, void *);
   static ScriptedSource &of(const neb_work_source *self) { return *static_cast<ScriptedSource *>(self->ctx); }
   void tell();
   [[nodiscard]] std::int32_t judge(const neb_work_solution &solution);

   neb_work_source table_{};
   std::atomic<int> full_{0};
   mutable std::recursive_mutex mutex_; // a result may come back inside submit
   std::map<std::uint64_t, ScriptedTemplate> templates_;
   std::uint64_t current_ = 0, oldest_ = 0;
   neb_on_template on_template_ = nullptr;
   void *user_ = nullptr;
   std::set<Key> handed_in_;
   std::string wrong_, worker_;
   bool hold_ = false;
   std::vector<std::pair<neb_on_result, void *>> held_;
};

} // namespace nebula::miner::test
