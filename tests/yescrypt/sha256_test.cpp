#include <gtest/gtest.h>

#include "common/sha256.h"
#include "support.h"

namespace nebula::test {
namespace {

Bytes ascii(std::string_view text) {
   return {text.begin(), text.end()};
}

TEST(Sha256, gives_the_standard_s_examples) {
   EXPECT_EQ(hex(common::sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
   EXPECT_EQ(hex(common::sha256(ascii("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
   EXPECT_EQ(hex(common::sha256(ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
   EXPECT_EQ(hex(common::sha256(Bytes(1'000'000, 'a'))),
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, gives_the_same_however_the_input_is_cut) {
   Random random(1);
   const Bytes input = random.bytes(300);
   for (std::size_t length = 0; length <= input.size(); ++length) {
      const std::span<const std::uint8_t> whole(input.data(), length);
      const std::size_t cut = random.below(static_cast<std::uint32_t>(length) + 1);
      common::Sha256 parts;
      parts.update(whole.first(cut));
      common::Sha256 copy = parts; // a midstate
      parts.update(whole.subspan(cut));
      copy.update(whole.subspan(cut));
      const std::string want = hex(common::sha256(whole));
      EXPECT_EQ(hex(parts.finish()), want) << length << " bytes cut at " << cut;
      EXPECT_EQ(hex(copy.finish()), want) << length << " bytes cut at " << cut;
   }
}

TEST(Sha256, compresses_by_the_processor_as_it_does_without) {
   const common::Sha256Compress native = common::sha256_compress_native();
   if (!native)
      GTEST_SKIP() << "SKIPPED: this processor has no SHA instructions";
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   for (unsigned i = 0; i < 1000; ++i) {
      const Bytes blocks = random.bytes(64 * (1 + random.below(4)));
      std::uint32_t state[8], want[8];
      for (unsigned word = 0; word < 8; ++word)
         state[word] = want[word] = random();
      native(state, blocks.data(), blocks.size() / 64);
      common::sha256_compress_plain(want, blocks.data(), blocks.size() / 64);
      ASSERT_TRUE(std::equal(state, state + 8, want));
   }
}

TEST(HmacSha256, gives_the_answers_of_its_rfc) {
   EXPECT_EQ(hex(common::hmac_sha256(Bytes(20, 0x0b), ascii("Hi There"))),
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
   EXPECT_EQ(hex(common::hmac_sha256(ascii("Jefe"), ascii("what do ya want for nothing?"))),
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
   EXPECT_EQ(
      hex(common::hmac_sha256(Bytes(131, 0xaa), ascii("Test Using Larger Than Block-Size Key - Hash Key First"))),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Pbkdf2Sha256, gives_the_answers_of_its_rfc) {
   Bytes out(64);
   common::pbkdf2_sha256_once(ascii("passwd"), ascii("salt"), out);
   EXPECT_EQ(hex(out), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                       "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

} // namespace
} // namespace nebula::test
