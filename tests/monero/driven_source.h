#pragma once

/// A work source whose ports are the test: tasks wait until they are run, the hash is what the test says.

#include "shell/work_source.h"
#include "vectors.h"

#include <gtest/gtest.h>

#include <deque>

namespace nebula::monero::test {

class DrivenSource {
public:
   struct Template {
      std::uint64_t id, height;
      std::uint32_t flags, extranonce_size;
      Hash key, target;
      std::uint64_t next_key_size;
   };
   struct Outcome {
      std::int32_t outcome;
      std::string text, block_id;
      std::uint64_t height;
   };

   DrivenSource() : source_(Settings{}, Bytes(reserved_.begin() + 8, reserved_.end()), ports()) { source_.open(); }
   /// One in another process, with random bytes of its own.
   DrivenSource(const Settings &settings, const HandoverRecord &inherited)
      : source_(settings, Bytes(settings.reserve_size - settings.extranonce_size(), 0xee), ports()) {
      goes_on_ = source_.restore(settings, inherited);
      source_.open();
   }

   WorkSourcePorts ports() {
      WorkSourcePorts ports;
      ports.run = [this](std::function<void()> task) {
         if (!takes_tasks_)
            return false;
         tasks_.push_back(std::move(task));
         return true;
      };
      ports.hash = [this](const Hash &seed, ByteView input) -> Result<Hash> {
         EXPECT_EQ(seed, hash(vector_, "seed_hash"));
         hashed_.assign(input.begin(), input.end());
         return hash_;
      };
      ports.hand_in = [this](SolvedBlock block, std::function<void(BlockTracker::Admission)> answer) {
         handed_in_.push_back(std::move(block));
         answer(admission_);
      };
      return ports;
   }

   neb_status follow(std::string_view algorithm, neb_watch **watch) {
      return table_->watch(table_, {algorithm.data(), algorithm.size()}, &DrivenSource::on_template, this, watch);
   }

   // The vector's solution: its reserved bytes are the extranonce and the source's random bytes.
   neb_work_solution solution() const {
      neb_work_solution solution{};
      solution.size = sizeof solution;
      solution.template_id = 1;
      solution.nonce = number(vector_, "solving_nonce");
      solution.extranonce = {reserved_.data(), 8};
      solution.digest = {digest_.data(), 32};
      return solution;
   }
   neb_status submit(const neb_work_solution &solution) {
      return table_->submit(table_, &solution, &DrivenSource::on_result, this);
   }
   void run_tasks() {
      for (; !tasks_.empty(); tasks_.pop_front())
         tasks_.front()();
   }

   const boost::json::object &vector_ = template_vector(1); // 16 reserved bytes, one transaction
   const Bytes reserved_ = bytes(vector_, "reserved_bytes");
   const Hash digest_ = hash(vector_, "randomx_hash");
   WorkSource source_;
   const neb_work_source *table_ = &source_.table();

   bool goes_on_ = false; // with inherited work
   bool takes_tasks_ = true;
   Result<Hash> hash_ = hash(vector_, "randomx_hash");
   BlockTracker::Admission admission_ = BlockTracker::Admission::taken;
   std::deque<std::function<void()>> tasks_;
   Bytes hashed_;
   std::vector<SolvedBlock> handed_in_;
   std::vector<Template> templates_;
   std::vector<Outcome> outcomes_;

private:
   static void on_template(void *user, const neb_work_template *work) {
      Template seen{work->id, work->height, work->flags, work->extranonce_size, {}, {}, work->next_epoch.key.len};
      std::copy_n(work->epoch.key.ptr, 32, seen.key.begin());
      std::copy_n(work->network_target, 32, seen.target.begin());
      EXPECT_EQ(work->kind, static_cast<std::uint32_t>(NEB_WORK_BLOB));
      static_cast<DrivenSource *>(user)->templates_.push_back(seen);
   }
   static void on_result(void *user, const neb_work_result *result) {
      const auto text = [](neb_str t) { return std::string(t.ptr, t.ptr + t.len); };
      static_cast<DrivenSource *>(user)->outcomes_.push_back(
         {result->outcome, text(result->text), text(result->block_id), result->height});
   }
};

} // namespace nebula::monero::test
