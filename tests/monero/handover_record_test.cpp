// What one process writes for its successor, and what the successor refuses to read. Also the seed of a fuzz target.

#include "../fuzz/seed.h"
#include "core/handover_record.h"
#include "vectors.h"

#include <nebula/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace nebula::monero::test {

namespace {

constexpr std::uint64_t k_tickets = 1'000;

FollowedBlock followed(std::uint64_t ticket) {
   FollowedBlock out;
   out.block = {ticket, 2'000 + ticket, Hash{1}, Hash{2}, {}, "rig-1", 35'047'191'010'993};
   out.fate = BlockFate::in_chain;
   out.looks = ticket % 2;
   out.due = false;
   out.phase_began = 5'000;
   return out;
}

// Of the vectors with eight reserved bytes, of which the sink owns four.
HandoverRecord some_record() {
   HandoverRecord out;
   out.reserve_size = 8;
   out.random = {9, 8, 7, 6};
   out.last_template_id = 40;
   for (const std::size_t index : {0u, 7u, 8u, 9u, 10u})
      out.templates.push_back({20 + index, false, work_of(template_vector(index))});
   TemplateAnswer ahead = answer_of(template_vector(10));
   ahead.next_seed_hash = Hash{5};
   out.templates.push_back({40, false, *BlockWork::make(ahead, 8, 16)});
   out.last_ticket = k_tickets;
   out.taken_parent = Hash{3};
   for (std::uint64_t nonce = 0; nonce < 3; ++nonce)
      out.seen.push_back(solution_key(30, Bytes{0, 0, 0, 1}, nonce));
   out.blocks = {followed(7), followed(8), followed(k_tickets), followed(9)};
   out.blocks[1].fate = BlockFate::orphaned;
   out.blocks[2].looks = k_looks_again_at.size();
   out.blocks[2].due = out.blocks[3].due = true;
   out.blocks[3].fate = BlockFate::submitting;
   out.blocks[3].block.blob = {1, 2, 3};
   return out;
}

// The reason why it is refused; empty: it is not.
std::string refusal(ByteView bytes) {
   try {
      (void)decode_handover(bytes);
      return {};
   } catch (const ::nebula::Error &error) {
      EXPECT_EQ(error.status(), NEB_E_CORRUPT) << error.what();
      return error.what();
   }
}
std::string refusal(const HandoverRecord &record) {
   return refusal(encode_handover(record));
}
bool says(const std::string &text, std::string_view part) {
   return text.find(part) != std::string::npos;
}

} // namespace

TEST(HandoverRecord, comes_back_as_it_was) {
   const HandoverRecord record = some_record();
   const Bytes bytes = encode_handover(record);
   const HandoverRecord read = decode_handover(bytes);
   EXPECT_EQ(encode_handover(read), bytes);
   EXPECT_EQ(read.reserve_size, record.reserve_size);
   EXPECT_EQ(read.random, record.random);
   EXPECT_EQ(read.last_template_id, record.last_template_id);
   EXPECT_EQ(read.last_ticket, record.last_ticket);
   EXPECT_EQ(read.taken_parent, record.taken_parent);
   EXPECT_EQ(read.seen, record.seen);
   ASSERT_EQ(read.templates.size(), record.templates.size());
   const Bytes reserved = {1, 2, 3, 4, 9, 8, 7, 6};
   for (std::size_t i = 0; i < read.templates.size(); ++i) {
      EXPECT_EQ(read.templates[i].id, record.templates[i].id);
      const BlockWork &now = *read.templates[i].work, &before = *record.templates[i].work;
      EXPECT_EQ(now.block_blob(reserved, 5), before.block_blob(reserved, 5));
      EXPECT_EQ(now.hashing_blob(reserved, 5), before.hashing_blob(reserved, 5));
      EXPECT_EQ(now.target(), before.target());
      EXPECT_EQ(now.answer().next_seed_hash, before.answer().next_seed_hash);
      EXPECT_EQ(now.answer().expected_reward, before.answer().expected_reward);
   }
   ASSERT_EQ(read.blocks.size(), 4u);
   EXPECT_EQ(read.blocks[0].block.ticket, 7u);
   EXPECT_EQ(read.blocks[0].block.worker, "rig-1");
   EXPECT_EQ(read.blocks[0].block.reward, 35'047'191'010'993u);
   EXPECT_EQ(read.blocks[0].looks, 1u);
   EXPECT_EQ(read.blocks[1].fate, BlockFate::orphaned);
   EXPECT_TRUE(read.blocks[2].due);
   EXPECT_EQ(read.blocks[3].block.blob, (Bytes{1, 2, 3}));
   EXPECT_EQ(read.blocks[3].phase_began, 5'000);
}

TEST(HandoverRecord, of_another_version_is_refused) {
   Bytes bytes = encode_handover(some_record());
   ++bytes[0];
   EXPECT_TRUE(says(refusal(bytes), "another version"));
}

TEST(HandoverRecord, is_refused_when_it_is_cut_short_or_too_long) {
   Bytes bytes = encode_handover(some_record());
   for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_NE(refusal(ByteView(bytes).first(size)), "") << size;
   bytes.push_back(0);
   EXPECT_TRUE(says(refusal(bytes), "bytes follow"));
}

// A flipped bit is refused, or is a record that would be written just so: nothing is half understood.
TEST(HandoverRecord, is_refused_or_understood_to_the_last_bit) {
   HandoverRecord record = some_record();
   record.templates.resize(1);
   const Bytes bytes = encode_handover(record);
   for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
      if (refusal(flipped).empty()) {
         EXPECT_EQ(encode_handover(decode_handover(flipped)), flipped) << bit;
      }
   }
}

TEST(HandoverRecord, has_no_template_that_does_not_prove_itself) {
   HandoverRecord record = some_record();
   TemplateAnswer answer = record.templates.back().work->answer();
   Bytes bytes = encode_handover(record);
   // A transaction of the last template: its hashing blob is another one then.
   const auto found = std::search(bytes.begin(), bytes.end(), answer.blob.end() - 32, answer.blob.end());
   ASSERT_NE(found, bytes.end());
   ++*found;
   EXPECT_TRUE(says(refusal(bytes), "hashing blob")) << refusal(bytes);
}

TEST(HandoverRecord, has_no_more_than_any_process_keeps) {
   HandoverRecord record = some_record();
   record.reserve_size = k_reserve_size_max + 1;
   EXPECT_TRUE(says(refusal(record), "out of its range"));

   record = some_record();
   while (record.templates.size() <= k_templates_kept)
      record.templates.push_back({++record.last_template_id, false, record.templates.back().work});
   EXPECT_TRUE(says(refusal(record), "out of its range"));
   record.templates.pop_back();
   EXPECT_EQ(refusal(record), "");

   record = some_record();
   for (std::uint64_t nonce = 0; record.seen.size() <= k_solutions_remembered_max; ++nonce)
      record.seen.push_back(solution_key(31, Bytes{0, 0, 0, 1}, nonce));
   EXPECT_TRUE(says(refusal(record), "out of its range"));
   record.seen.pop_back();
   EXPECT_EQ(refusal(record), "");

   record = some_record();
   record.blocks.clear();
   for (std::uint64_t ticket = 1; record.blocks.size() <= k_blocks_tracked_max; ++ticket)
      record.blocks.push_back(followed(ticket));
   EXPECT_TRUE(says(refusal(record), "out of its range"));
   record.blocks.pop_back();
   EXPECT_EQ(refusal(record), "");
}

TEST(HandoverRecord, makes_sense_or_is_refused) {
   HandoverRecord record = some_record();
   record.random.resize(9);
   EXPECT_TRUE(says(refusal(record), "more random bytes"));

   record = some_record();
   std::swap(record.templates[0].id, record.templates[1].id);
   EXPECT_TRUE(says(refusal(record), "disorder"));
   record = some_record();
   record.templates.back().id = record.last_template_id + 1;
   EXPECT_TRUE(says(refusal(record), "disorder"));

   record = some_record();
   record.seen.back().pop_back();
   EXPECT_TRUE(says(refusal(record), "extranonce of another size"));

   record = some_record();
   record.blocks[1].block.ticket = record.blocks[0].block.ticket;
   EXPECT_TRUE(says(refusal(record), "two blocks"));
   record = some_record();
   record.blocks[0].block.ticket = record.last_ticket + 1;
   EXPECT_TRUE(says(refusal(record), "out of its range"));
   record = some_record();
   record.blocks[2].due = false;
   EXPECT_TRUE(says(refusal(record), "nothing is asked about"));
   record = some_record();
   record.blocks[3].due = false;
   EXPECT_TRUE(says(refusal(record), "nothing is asked about"));
   record = some_record();
   record.blocks[3].block.blob.clear();
   EXPECT_TRUE(says(refusal(record), "has no bytes"));
   record = some_record();
   record.blocks[0].block.blob = {1};
   EXPECT_TRUE(says(refusal(record), "another has some"));
   record = some_record();
   record.blocks[0].fate = BlockFate::refused;
   EXPECT_TRUE(says(refusal(record), "out of its range"));
}

TEST(HandoverRecordSeeds, are_records_of_this_version) {
   HandoverRecord unused;
   unused.reserve_size = 16;
   unused.random = Bytes(8, 1);
   for (const auto &[name, record] : {std::pair("work", some_record()), {"without_a_daemon", unused}}) {
      const Bytes made = encode_handover(record);
      const std::string kept = nebula::test::kept_seed("monero_handover", name, common::as_text(made));
      EXPECT_EQ(refusal(common::as_bytes(kept)), "") << name << ": run this test with NEBULA_UPDATE=1";
   }
}

} // namespace nebula::monero::test
