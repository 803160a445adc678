#include "support.h"
#include "work_host.h"

#include "core/tables.h"
#include "shell/work_source.h"

namespace nebula::chain {
namespace {

/// A sink that writes everything down.
struct Sink {
   struct Template {
      std::uint64_t id, height;
      std::uint32_t flags;
      U256 target;
   };
   static void on_template(void *user, const neb_work_template *work) {
      EXPECT_EQ(view(work->algorithm), "cosmic-harmony");
      EXPECT_EQ(work->kind, static_cast<std::uint32_t>(NEB_WORK_COMMITMENT));
      EXPECT_EQ(work->extranonce_size, 16u);
      const std::span<const std::uint8_t, 32> target(work->network_target, 32);
      static_cast<Sink *>(user)->templates.push_back(
         {work->id, work->height, work->flags, U256::from_big_endian(target)});
   }
   static void on_result(void *user, const neb_work_result *result) {
      static_cast<Sink *>(user)->outcomes.push_back(result->outcome);
   }
   std::vector<Template> templates;
   std::vector<std::int32_t> outcomes;
};

class WorkSourceTest : public ::testing::Test {
protected:
   explicit WorkSourceTest(NetworkParams network = hard_network())
      : network_(std::move(network)), pow_(host_.host(), network_), executor_(host_.host()),
        node_(*Chain::open(network_, store_), pow_, signatures_valid_one_by_one, MempoolLimits{}),
        work_(network_, pow_, executor_, Clock(host_.host()), Log(host_.host())) {
      work_.start(node_, {test::address(1), 0, 30}, [this](const Result<Added> &added, std::uint64_t) {
         if (added && added->kind != Added::Kind::side)
            work_.tip_changed();
      });
   }

   /// About one nonce in a hundred solves.
   static NetworkParams hard_network() {
      NetworkParams out = test::easy_network();
      out.algorithms[0].start_difficulty = 100;
      return out;
   }

   neb_watch *watch(std::string_view algorithm = "cosmic-harmony") {
      neb_watch *out = nullptr;
      EXPECT_EQ(table().watch(&table(), str(algorithm), &Sink::on_template, &sink_, &out), NEB_OK);
      return out;
   }

   neb_status derive(std::uint64_t id, const Bytes &extranonce, neb_work_job &job) {
      job.size = sizeof job;
      return table().derive(&table(), id, bytes(extranonce), &job);
   }

   /// Searches a derived job as a miner would: from its bytes alone. `hit` false looks for a nonce that misses.
   std::uint64_t search(const neb_work_job &job, const U256 &target, bool hit = true) {
      EXPECT_EQ(job.nonce_offset, NEB_POW_NONCE_APPENDED);
      for (std::uint64_t nonce = job.nonce_first; nonce <= job.nonce_last; ++nonce) {
         Bytes input(job.input, job.input + job.input_size);
         for (unsigned i = 0; i < job.nonce_bytes; ++i)
            input.push_back(static_cast<std::uint8_t>(nonce >> (8 * i)));
         if ((digest_number(DigestOrder::words32, hash256(input)) <= target) == hit)
            return nonce;
      }
      return 0;
   }

   neb_status submit(std::uint64_t id, const Bytes &extranonce, std::uint64_t nonce) {
      neb_work_solution solution{};
      solution.size = sizeof solution;
      solution.template_id = id;
      solution.nonce = nonce;
      solution.extranonce = bytes(extranonce);
      return table().submit(&table(), &solution, &Sink::on_result, &sink_);
   }

   /// Derives, searches and hands in one solution of the newest template.
   std::int32_t solve_newest(const Bytes &extranonce) {
      const Sink::Template newest = sink_.templates.back();
      neb_work_job job{};
      EXPECT_EQ(derive(newest.id, extranonce, job), NEB_OK);
      EXPECT_EQ(submit(newest.id, extranonce, search(job, newest.target)), NEB_OK);
      host_.run();
      return sink_.outcomes.back();
   }

   const neb_work_source &table() { return work_.table(); }

   test::WorkHost host_;
   NetworkParams network_;
   PowServices pow_;
   Executor executor_;
   MemoryStore store_;
   Node node_;
   WorkSource work_;
   Sink sink_;
   const Bytes extranonce_ = Bytes(16, 7);
};

TEST_F(WorkSourceTest, offers_only_algorithms_that_this_node_can_compute) {
   std::array<neb_str, 4> names{};
   EXPECT_EQ(table().algorithms(&table(), names.data(), 4), 1u);
   EXPECT_EQ(view(names[0]), "cosmic-harmony");
   neb_watch *watch = nullptr;
   EXPECT_EQ(table().watch(&table(), str("randomx"), &Sink::on_template, &sink_, &watch), NEB_E_NOT_FOUND);
   host_.algorithm_present = false;
   EXPECT_EQ(table().algorithms(&table(), names.data(), 4), 0u);
}

TEST_F(WorkSourceTest, a_solution_becomes_a_block_and_a_new_template) {
   watch();
   ASSERT_EQ(sink_.templates.size(), 1u);
   EXPECT_EQ(solve_newest(extranonce_), NEB_WORK_BLOCK);
   ASSERT_EQ(sink_.templates.size(), 2u);
   EXPECT_EQ(sink_.templates[1].height, 2u);
   EXPECT_EQ(sink_.templates[1].flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
   EXPECT_GT(sink_.templates[1].id, sink_.templates[0].id);
}

TEST_F(WorkSourceTest, every_extranonce_gives_another_input) {
   watch();
   std::set<Bytes> inputs;
   for (std::uint8_t i = 0; i < 50; ++i) {
      neb_work_job job{};
      ASSERT_EQ(derive(sink_.templates[0].id, Bytes(16, i), job), NEB_OK);
      EXPECT_TRUE(inputs.insert(Bytes(job.input, job.input + job.input_size)).second);
   }
}

TEST_F(WorkSourceTest, tells_low_duplicate_stale_and_malformed_solutions_apart) {
   watch();
   const Sink::Template first = sink_.templates[0];
   neb_work_job job{};
   ASSERT_EQ(derive(first.id, extranonce_, job), NEB_OK);
   EXPECT_EQ(submit(first.id, extranonce_, search(job, first.target, false)), NEB_OK);
   host_.run();
   EXPECT_EQ(sink_.outcomes.back(), NEB_WORK_LOW);
   const std::uint64_t nonce = search(job, first.target);
   EXPECT_EQ(submit(first.id, extranonce_, nonce), NEB_OK);
   EXPECT_EQ(submit(first.id, extranonce_, nonce), NEB_OK);
   host_.run();
   EXPECT_EQ(sink_.outcomes, (std::vector<std::int32_t>{NEB_WORK_LOW, NEB_WORK_BLOCK, NEB_WORK_DUPLICATE}));
   const Bytes other(16, 9);
   ASSERT_EQ(derive(first.id, other, job), NEB_OK);
   EXPECT_EQ(submit(first.id, other, search(job, first.target)), NEB_OK);
   host_.run();
   EXPECT_EQ(sink_.outcomes.back(), NEB_WORK_STALE) << "a good block that came second";
   EXPECT_EQ(submit(999, extranonce_, 0), NEB_OK);
   host_.run();
   EXPECT_EQ(sink_.outcomes.back(), NEB_WORK_STALE) << "an unknown template";
   EXPECT_EQ(submit(sink_.templates.back().id, extranonce_, 1ull << 32), NEB_OK);
   host_.run();
   EXPECT_EQ(sink_.outcomes.back(), NEB_WORK_INVALID) << "a nonce wider than the algorithm's";
   EXPECT_EQ(submit(first.id, Bytes(15), 0), NEB_E_INVALID);
   EXPECT_EQ(derive(999, extranonce_, job), NEB_E_GONE);
   EXPECT_EQ(derive(first.id, Bytes(17), job), NEB_E_INVALID);
}

TEST_F(WorkSourceTest, renews_a_template_when_it_is_old_or_the_mempool_changed) {
   watch();
   ASSERT_EQ(solve_newest(extranonce_), NEB_WORK_BLOCK);
   const std::size_t before = sink_.templates.size();
   work_.tick();
   EXPECT_EQ(sink_.templates.size(), before);
   const auto sent = test::transfer(network_.chain_id, 1, 0, {{test::address(2), 5}});
   ASSERT_TRUE(node_.add_transaction(sent, host_.now_s).ok());
   work_.tick();
   EXPECT_EQ(sink_.templates.size(), before) << "not before five seconds passed";
   host_.now_s += 5;
   work_.tick();
   EXPECT_EQ(sink_.templates.size(), before + 1);
   EXPECT_EQ(sink_.templates.back().flags, 0u);
   host_.now_s += 29;
   work_.tick();
   EXPECT_EQ(sink_.templates.size(), before + 1);
   host_.now_s += 1;
   work_.tick();
   EXPECT_EQ(sink_.templates.size(), before + 2);
}

TEST_F(WorkSourceTest, sends_nothing_after_unwatch) {
   neb_watch *first = watch();
   table().unwatch(&table(), first);
   work_.tip_changed();
   EXPECT_EQ(sink_.templates.size(), 1u);
}

TEST_F(WorkSourceTest, answers_every_solution_once_also_when_it_stops) {
   watch();
   for (std::uint64_t i = 0; i < k_solutions_waiting_max; ++i)
      ASSERT_EQ(submit(sink_.templates[0].id, extranonce_, i), NEB_OK);
   EXPECT_EQ(submit(sink_.templates[0].id, extranonce_, 0), NEB_E_FULL);
   EXPECT_TRUE(work_.stop(0));
   EXPECT_EQ(sink_.outcomes, std::vector<std::int32_t>(k_solutions_waiting_max, NEB_WORK_LOST));
   EXPECT_EQ(submit(sink_.templates[0].id, extranonce_, 0), NEB_E_STATE);
   host_.run();
   EXPECT_EQ(sink_.outcomes.size(), k_solutions_waiting_max);
}

TEST_F(WorkSourceTest, keeps_a_bounded_number_of_templates) {
   watch();
   for (std::size_t i = 0; i < k_templates_kept; ++i)
      work_.tip_changed();
   neb_work_job job{};
   EXPECT_EQ(derive(sink_.templates[0].id, extranonce_, job), NEB_E_GONE);
   EXPECT_EQ(derive(sink_.templates[1].id, extranonce_, job), NEB_OK);
}

/// The same algorithm, mined as those of the yescrypt family are.
class CoinbaseWorkTest : public WorkSourceTest {
protected:
   CoinbaseWorkTest() : WorkSourceTest(network_with_a_header()) {
      EXPECT_EQ(table().watch(&table(), str("cosmic-harmony"), &CoinbaseWorkTest::on_template, this, &watch_), NEB_OK);
   }

   static NetworkParams network_with_a_header() {
      NetworkParams out = hard_network();
      out.algorithms[0].mold = MoldId::bitcoin_coinbase;
      out.algorithms[0].nonce_offset = 76;
      return out;
   }

   static void on_template(void *user, const neb_work_template *work) {
      auto &self = *static_cast<CoinbaseWorkTest *>(user);
      ASSERT_EQ(work->kind, static_cast<std::uint32_t>(NEB_WORK_COINBASE));
      ASSERT_NE(work->coinbase, nullptr);
      const neb_work_coinbase &parts = *work->coinbase;
      EXPECT_EQ(parts.branch_count, 0u);
      self.id_ = work->id;
      self.target_ = U256::from_big_endian(work->network_target);
      self.header_.version = parts.version;
      self.header_.bits = parts.bits;
      self.header_.time_s = parts.ntime;
      std::copy_n(parts.previous, 32, self.header_.previous.begin());
      self.coinb1_.assign(parts.coinb1.ptr, parts.coinb1.ptr + parts.coinb1.len);
      self.coinb2_.assign(parts.coinb2.ptr, parts.coinb2.ptr + parts.coinb2.len);
   }

   /// As a miner of Stratum v1 does: builds the header from the parts and searches.
   std::uint32_t search_header(common::BitcoinHeader header) {
      Bytes coinbase = coinb1_;
      coinbase.insert(coinbase.end(), extranonce_.begin(), extranonce_.end());
      coinbase.insert(coinbase.end(), coinb2_.begin(), coinb2_.end());
      header.merkle_root = common::bitcoin_merkle_root(coinbase, {});
      while (digest_number(DigestOrder::words32, hash256(header.encode())) > target_)
         ++header.nonce;
      return header.nonce;
   }

   std::int32_t hand_in(std::uint32_t nonce, std::uint32_t ntime, std::uint32_t version_bits = 0) {
      neb_work_solution solution{};
      solution.size = sizeof solution;
      solution.template_id = id_;
      solution.nonce = nonce;
      solution.ntime = ntime;
      solution.version_bits = version_bits;
      solution.extranonce = bytes(extranonce_);
      EXPECT_EQ(table().submit(&table(), &solution, &Sink::on_result, &sink_), NEB_OK);
      host_.run();
      return sink_.outcomes.back();
   }

   neb_watch *watch_ = nullptr;
   std::uint64_t id_ = 0;
   U256 target_;
   common::BitcoinHeader header_;
   Bytes coinb1_, coinb2_;
};

TEST_F(CoinbaseWorkTest, a_header_that_a_miner_built_becomes_a_block_with_its_witness) {
   header_.time_s += 17;
   const std::uint32_t ntime = header_.time_s, nonce = search_header(header_);
   EXPECT_EQ(hand_in(nonce, ntime + 1, 0), NEB_WORK_LOW) << "another time is another header";
   EXPECT_EQ(hand_in(nonce, ntime, 0x2000), NEB_WORK_INVALID);
   EXPECT_EQ(hand_in(nonce, ntime - 18), NEB_WORK_INVALID) << "earlier than the block";
   EXPECT_EQ(hand_in(nonce, ntime), NEB_WORK_BLOCK);
   const auto view = node_.store().read();
   ASSERT_TRUE(view.ok());
   const auto block = need_block(**view, network_, **stored_tip(**view));
   ASSERT_TRUE(block.ok());
   EXPECT_EQ((*block)->proof.mold, MoldId::bitcoin_coinbase);
   EXPECT_EQ((*block)->proof.witness,
             (CoinbaseWitness{Extranonce{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, ntime}.encode()));
   EXPECT_EQ((*block)->header.extranonce, Extranonce{});
}

TEST_F(CoinbaseWorkTest, a_sink_that_builds_no_header_gets_one_whole) {
   neb_work_job job{};
   ASSERT_EQ(derive(id_, extranonce_, job), NEB_OK);
   EXPECT_EQ(job.input_size, 80u);
   EXPECT_EQ(job.nonce_offset, 76u);
   EXPECT_EQ(job.nonce_bytes, 4u);
   EXPECT_EQ(hand_in(search_header(header_), 0), NEB_WORK_BLOCK) << "without a time it is that of the template";
}

} // namespace
} // namespace nebula::chain
