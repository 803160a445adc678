#include <gtest/gtest.h>

#include "core/input.h"

#include "common/hex.h"

#include <nebula/svc/pow-algorithm.h>

#include <algorithm>

namespace nebula::upstream {

TEST(UpstreamInput, a_header_is_built_as_bitcoin_has_it) {
   // Block 170 of Bitcoin, whose coinbase has another transaction beside it.
   Job job;
   job.coinbase.emplace();
   CoinbaseParts &parts = *job.coinbase;
   parts.coinb1 = *common::bytes_from_hex(
      "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0704ffff001d");
   job.extranonce1 = *common::bytes_from_hex("01");
   parts.coinb2 = *common::bytes_from_hex("ffffffff0100f2052a01000000434104d46c4968bde02899d2aa0963367c7a6ce34eec332b32"
                                          "e42e5f3407e052d64ac625da6f0718e7b30214"
                                          "0434bd725706957c092db53805b821a85b23a7ac61725bac00000000");
   Hash branch = *common::array_from_hex<32>("f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16");
   std::ranges::reverse(branch);
   parts.branches = {branch};
   parts.version = 1;
   parts.bits = 0x1d00ffff;
   parts.ntime = 1'231'731'025;
   Hash previous = *common::array_from_hex<32>("000000002a22cfee1f2c846adbd12b3e183d4f97683f85dad08a79780a84bd55");
   std::ranges::reverse(previous);
   parts.previous = previous;
   const Bytes extranonce2 = {0x02};
   const Input input = header_input(job, extranonce2, parts.ntime);
   EXPECT_EQ(common::to_hex(input.bytes), "0100000055bd840a78798ad0da853f68974f3d183e2bd1db6a842c1feecf222a00000000ff10"
                                          "4ccb05421ab93e63f8c3ce5c2c2e9dbb37de2764b3"
                                          "a3175c8166562cac7d51b96a49ffff001d00000000");
   EXPECT_EQ(input.nonce_offset, 76u);
   EXPECT_EQ(input.nonce_last, 0xFFFFFFFFu);
}

TEST(UpstreamInput, a_blob_leaves_its_top_nonce_byte_to_tell_sinks_apart) {
   Job job;
   job.input = Bytes(76, 0xAA);
   std::fill_n(job.input.begin() + k_blob_nonce_offset, 4, std::uint8_t{0});
   const Slices slices = slices_of(job, Dialect::xmrig, Split::nonces);
   EXPECT_EQ(slices.count, 256u);
   const Input last = sliced_input(job, Dialect::xmrig, slices, 255);
   EXPECT_EQ(last.nonce_first, 0xFF000000u);
   EXPECT_EQ(last.nonce_last, 0xFFFFFFFFu);
   EXPECT_EQ(last.bytes[42], 0xFF);
   EXPECT_EQ(last.bytes[39], 0);
   // A pool that keeps the byte for itself leaves one sink's part.
   job.input[42] = 7;
   const Slices rest = slices_of(job, Dialect::xmrig, Split::nonces);
   EXPECT_EQ(rest.count, 1u);
   EXPECT_EQ(sliced_input(job, Dialect::xmrig, rest, 0).nonce_first, 0x07000000u);
}

TEST(UpstreamInput, a_nonce_of_autolykos_begins_with_what_the_pool_gave) {
   Job job;
   job.input = Bytes(32, 1);
   job.extranonce1 = {0xA1, 0xB2};
   job.extranonce2_size = 6;
   const Slices slices = slices_of(job, Dialect::ergo, Split::nonces);
   EXPECT_EQ(slices.count, 65'536u);
   const Input input = sliced_input(job, Dialect::ergo, slices, 0x0102);
   EXPECT_EQ(input.nonce_first, 0xA1B2010200000000u);
   EXPECT_EQ(input.nonce_last, 0xA1B20102FFFFFFFFu);
   EXPECT_EQ(input.nonce_offset, NEB_POW_NONCE_APPENDED);
   job.extranonce1 = {};
   job.extranonce2_size = 8;
   const Input whole = sliced_input(job, Dialect::ergo, slices_of(job, Dialect::ergo, Split::connections), 0);
   EXPECT_EQ(whole.nonce_first, 0u);
   EXPECT_EQ(whole.nonce_last, ~0ull);
}

TEST(UpstreamInput, cosmic_harmony_gives_whole_nonces_or_slices_of_them) {
   Job job;
   job.input = Bytes(32, 1);
   EXPECT_EQ(slices_of(job, Dialect::cosmic, Split::connections).count, 1u);
   const Slices slices = slices_of(job, Dialect::cosmic, Split::nonces);
   EXPECT_EQ(slices.count * slices.size, 1ull << 32);
}

} // namespace nebula::upstream
