#include <gtest/gtest.h>

#include "common/blake3.h"
#include "common/sha3.h"
#include "vectors.h"

namespace nebula::test {
namespace {

template <std::size_t N>
Bytes bytes_of(const std::array<std::uint8_t, N> &digest) {
   return {digest.begin(), digest.end()};
}

/// The message of the official test vectors: 0, 1, ... 250, 0, 1, ...
Bytes counting(std::size_t length) {
   Bytes message(length);
   for (std::size_t i = 0; i < length; ++i)
      message[i] = static_cast<std::uint8_t>(i % 251);
   return message;
}

TEST(Blake3, agrees_with_the_official_vectors_on_both_sides_of_every_tree_border) {
   const std::pair<std::size_t, const char *> answers[] = {
      {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
      {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
      {1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
      {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
      {1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
      {2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"},
      {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
      {3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"},
      {3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"},
      {4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969"},
      {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995"},
      {5120, "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833"},
      {5121, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff"},
      {6145, "f1323a8631446cc50536a9f705ee5cb619424d46887f3c376c695b70e0f0507f"},
      {7168, "61da957ec2499a95d6b8023e2b0e604ec7f6b50e80a9678b89d2628e99ada77a"},
      {7169, "a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817"},
   };
   for (const auto &[length, digest] : answers)
      EXPECT_EQ(hex(bytes_of(common::blake3_256(counting(length)))), digest) << length << " bytes";
}

TEST(Sha3, agrees_with_the_standard_s_examples) {
   EXPECT_EQ(hex(bytes_of(common::sha3_256({}))), "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
   EXPECT_EQ(hex(bytes_of(common::sha3_512({}))), "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
                                                  "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26");
}

} // namespace
} // namespace nebula::test
