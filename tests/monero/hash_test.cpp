#include "core/keccak.h"
#include "core/tree_hash.h"
#include "core/varint.h"
#include "vectors.h"

#include <gtest/gtest.h>

#include <bit>

namespace nebula::monero::test {

TEST(Keccak, pads_with_01_as_the_original_did) {
   EXPECT_EQ(to_hex(keccak256(Bytes{})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

TEST(Keccak, of_parts_is_that_of_their_concatenation_around_the_rate) {
   for (std::size_t size = 0; size < 300; ++size) {
      const Bytes data(size, 0xa7);
      const ByteView view(data);
      EXPECT_EQ(keccak256(view), keccak256({view.first(size / 3), view.subspan(size / 3)})) << size;
   }
}

TEST(TreeHash, of_1_to_20_leaves_is_that_of_the_daemon) {
   const auto &roots = vectors().at("tree").as_object().at("roots").as_object();
   std::vector<Hash> leaves;
   for (std::uint8_t count = 1; count <= 20; ++count) {
      leaves.push_back(keccak256(Bytes{static_cast<std::uint8_t>(count - 1)}));
      const Hash expected = hash(roots, std::to_string(count));
      EXPECT_EQ(tree_root(leaves), expected) << int{count};
      const auto branch = tree_branch(std::span(leaves).subspan(1));
      EXPECT_EQ(root_from_branch(leaves[0], branch), expected) << int{count};
      EXPECT_EQ(branch.size(), std::bit_width(count) - 1u) << "one entry per halving";
   }
}

TEST(Varint, round_trips_at_every_width) {
   for (unsigned bits = 0; bits <= 64; ++bits)
      for (int delta = -1; delta <= 1; ++delta) {
         const std::uint64_t value = (bits == 64 ? 0 : std::uint64_t{1} << bits) + static_cast<std::uint64_t>(delta);
         Bytes written;
         append_varint(written, value);
         ByteReader reader(written);
         EXPECT_EQ(reader.varint(), value);
         EXPECT_EQ(reader.left(), 0u);
      }
}

TEST(Varint, refuses_padding_overflow_and_a_missing_end) {
   for (const Bytes &bad :
        {Bytes{0x80, 0x00}, Bytes{0x80}, Bytes{}, Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
         Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x00}}) {
      ByteReader reader(bad);
      EXPECT_EQ(reader.varint(), std::nullopt) << to_hex(bad);
      EXPECT_EQ(reader.byte(), std::nullopt) << "a failed reader stays failed";
   }
}

TEST(Hex, refuses_odd_lengths_other_characters_and_short_hashes) {
   EXPECT_EQ(from_hex("abc", "blob").error().text, "blob has an odd number of hexadecimal digits");
   EXPECT_EQ(from_hex("0g", "blob").error().text, "blob is not hexadecimal");
   EXPECT_EQ(hash_from_hex("00", "seed_hash").error().text, "seed_hash must have 64 hexadecimal digits, it has 2");
   EXPECT_EQ(to_hex(*from_hex("00FFaB", "blob")), "00ffab");
}

} // namespace nebula::monero::test
