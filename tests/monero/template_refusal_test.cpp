#include "core/block_template.h"
#include "core/varint.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

// The second template of the vectors (one transaction, 16 reserved bytes), to be spoiled in one place.
class SpoiledTemplate : public testing::Test {
protected:
   const TemplateAnswer answer_ = answer_of(template_vector(1));
   Bytes blob_ = answer_.blob;
   TemplateClaims claims_{answer_.height, answer_.reserved_offset, 16, answer_.prev_hash, 16};

   std::string refusal() const {
      const auto layout = parse_block_template(blob_, claims_);
      if (layout)
         return "accepted";
      EXPECT_EQ(layout.error().fault, Fault::refused);
      return layout.error().text.substr(std::string("block template refused: ").size());
   }
};

} // namespace

TEST_F(SpoiledTemplate, is_accepted_before_it_is_spoiled) {
   EXPECT_EQ(refusal(), "accepted");
}

TEST_F(SpoiledTemplate, with_a_newer_major_version_is_refused_unless_configured) {
   blob_[0] = 17;
   EXPECT_EQ(refusal(),
             "its major version 17 is not in 12 to 16 (max_major_version), the proof of work may not be RandomX");
   claims_.max_major_version = 17;
   EXPECT_EQ(refusal(), "accepted");
}

TEST_F(SpoiledTemplate, from_before_randomx_is_refused) {
   blob_[0] = 11;
   EXPECT_TRUE(refusal().starts_with("its major version 11 is not in 12 to 16"));
}

TEST_F(SpoiledTemplate, with_another_parent_is_refused) {
   blob_[7] ^= 1;
   EXPECT_EQ(refusal(), "its parent is not the prev_hash of the answer");
}

TEST_F(SpoiledTemplate, with_a_longer_header_is_refused_because_miners_expect_the_nonce_at_39) {
   blob_[1] = 0x90;
   blob_.insert(blob_.begin() + 2, 0x01);
   EXPECT_EQ(refusal(), "its nonce is at offset 40, miners expect 39");
}

TEST_F(SpoiledTemplate, with_reserved_bytes_elsewhere_is_refused) {
   ++claims_.reserved_offset; // what daemons do for a reserve_size of 128 and more is one too few
   EXPECT_EQ(refusal(), "reserved_offset is " + std::to_string(answer_.reserved_offset + 1) +
                           ", the reserved bytes begin at " + std::to_string(answer_.reserved_offset));
}

TEST_F(SpoiledTemplate, without_the_announcement_of_the_reserved_bytes_is_refused) {
   blob_[answer_.reserved_offset - 2] = 3;
   EXPECT_EQ(refusal(), "the reserved bytes are not announced by 02 and their number in front of them");
   blob_[answer_.reserved_offset - 2] = 2;
   blob_[answer_.reserved_offset - 1] = 15;
   EXPECT_EQ(refusal(), "the reserved bytes are not announced by 02 and their number in front of them");
}

TEST_F(SpoiledTemplate, with_fewer_reserved_bytes_than_asked_for_is_refused) {
   claims_.reserve_size = 64;
   EXPECT_EQ(refusal(), "the extra field has no public key followed by 64 reserved bytes");
}

TEST_F(SpoiledTemplate, with_an_output_of_another_type_is_refused) {
   const std::size_t type = answer_.reserved_offset - 2 - 32 - 1 - 1 - 34; // key, 01, extra length, key and tag
   ASSERT_EQ(blob_[type], 3);
   blob_[type] = 2;
   EXPECT_EQ(refusal(), "the output of the miner transaction has type 2, expected 3");
}

TEST_F(SpoiledTemplate, with_a_ringct_type_other_than_0_is_refused) {
   blob_[number(template_vector(1), "miner_tx_prefix_end")] = 1;
   EXPECT_EQ(refusal(), "the RingCT type of the miner transaction is not 0");
}

TEST_F(SpoiledTemplate, for_another_height_is_refused) {
   ++claims_.height;
   EXPECT_EQ(refusal(), "the unlock time is 2191, expected 2192");
}

TEST_F(SpoiledTemplate, with_bytes_left_over_is_refused) {
   blob_.push_back(0);
   EXPECT_EQ(refusal(), "after the number of transactions come 33 bytes, 1 ids need 32");
}

TEST_F(SpoiledTemplate, with_more_transactions_than_any_block_has_is_refused_before_memory_is_taken) {
   blob_.resize(blob_.size() - 33);
   append_varint(blob_, std::uint64_t{1} << 62);
   EXPECT_TRUE(refusal().ends_with("at most 16384 are accepted"));
}

TEST_F(SpoiledTemplate, cut_anywhere_is_refused) {
   for (const Bytes whole = blob_; !blob_.empty();) {
      blob_.pop_back();
      EXPECT_NE(refusal(), "accepted") << blob_.size() << " of " << whole.size() << " bytes";
   }
}

TEST(BlockWorkMake, refuses_a_template_whose_hashing_blob_it_cannot_rebuild) {
   TemplateAnswer answer = answer_of(template_vector(2));
   answer.hashing_blob.back() ^= 1;
   const auto work = BlockWork::make(std::move(answer), number(template_vector(2), "reserve_size"), 16);
   ASSERT_FALSE(work);
   EXPECT_EQ(work.error().text,
             "block template refused: the hashing blob built from it is not the daemon's blockhashing_blob");
}

} // namespace nebula::monero::test
