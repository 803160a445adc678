#include <gtest/gtest.h>

#include "answers.h"
#include "pages.h"
#include "reference.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

std::string first(std::span<const std::uint8_t> bytes, std::size_t count) {
   return hex(bytes.first(count));
}

std::string first_of_hash(std::span<const std::uint8_t> bytes) {
   return first(common::sha256(bytes), 8);
}

TEST(Reference, gives_every_known_answer) {
   const std::vector<Vector> vectors = all_vectors();
   EXPECT_EQ(vectors.size(), 44u);
   for (const Vector &v : vectors)
      EXPECT_EQ(hex(reference(v.parameters, v.input)), hex(v.digest)) << member_name(v.parameters);
}

TEST(Reference, tells_absent_empty_and_other_personalities_apart_in_0_5_only) {
   const CountingInput input = counting_input();
   const auto with = [&](Version version, Personality pers) {
      return hex(reference({version, 2048, 8, std::move(pers)}, input));
   };
   const Personality absent, empty{Personality::Kind::bytes, {}}, self{Personality::Kind::input};
   EXPECT_EQ(with(Version::v0_5, absent), "5ecbd8e8d7c90baed4bbf8916a1225dcc3c65f5c9165bae81cdde3cffad128e8");
   EXPECT_EQ(with(Version::v0_5, empty), "8f7e926dc4398fc671b9977ad98b2818e25af6688402aa6671fddd59926c0731");
   EXPECT_EQ(with(Version::v0_5, self), "5ea2b2956a9eace30a3237ff1d441edee1dc25aab8f0ea15c12165f83a7bc265");
   EXPECT_EQ(with(Version::v0_5, {Personality::Kind::bytes, std::string(input.begin(), input.end())}),
             with(Version::v0_5, self));
   EXPECT_EQ(with(Version::v1_0, absent), "69e0e895b3df7aeeb837d71fe199e9d34f7ec46ecbca7a2c4308e51857ae9b46");
   EXPECT_EQ(with(Version::v1_0, empty), with(Version::v1_0, absent));
   EXPECT_NE(with(Version::v1_0, self), with(Version::v1_0, absent));
}

/// What the specification says lies where on the way: docs/algorithms/yescrypt.md.
struct Checkpoints {
   Parameters parameters;
   const char *h0, *b, *s, *s_hash, *b_filled, *b_smix1, *b_smix, *b_end;
};

void PrintTo(const Checkpoints &c, std::ostream *out) {
   *out << member_name(c.parameters);
}

class ReferenceSteps : public testing::TestWithParam<Checkpoints> {};

TEST_P(ReferenceSteps, pass_every_checkpoint_of_the_specification) {
   const Checkpoints &want = GetParam();
   const CountingInput input = counting_input();
   const Pages memory(reference_memory_bytes(want.parameters));
   Reference hash(want.parameters, input, memory.data());
   hash.derive();
   EXPECT_EQ(first(hash.prehash(), 8), want.h0);
   EXPECT_EQ(first(hash.b(), 16), want.b);
   hash.fill_boxes();
   EXPECT_EQ(first(hash.boxes(), 16), want.s);
   EXPECT_EQ(first_of_hash(hash.boxes()), want.s_hash);
   EXPECT_EQ(first(hash.b(), 16), want.b_filled);
   hash.fill_rows();
   EXPECT_EQ(first_of_hash(hash.b()), want.b_smix1);
   hash.mix_rows();
   EXPECT_EQ(first_of_hash(hash.b()), want.b_smix);
   EXPECT_EQ(hex(hash.b().last(16)), want.b_end);
}

INSTANTIATE_TEST_SUITE_P(Versions, ReferenceSteps,
                         testing::Values(Checkpoints{{Version::v0_5, 2048, 8, {Personality::Kind::bytes, "Client Key"}},
                                                     "e87f467288e2f0b3",
                                                     "2edffad924041997ce199ada41b7905f",
                                                     "2edffad910f561c8a450f22039c18d54",
                                                     "140e56153ffff96f",
                                                     "deb028c0d9b5a4592359613b721c00e5",
                                                     "dba32d84d1e8cc3b",
                                                     "b6d955758b3847b5",
                                                     "a2d1b4b35ddd0ce6efc1d77992796f12"},
                                         Checkpoints{{Version::v1_0, 2048, 8, {}},
                                                     "e87f467288e2f0b3",
                                                     "189e54e317d8f05fa67cf102fde8c112",
                                                     "189e54e3f472a98a157399fce1512979",
                                                     "b078f31c9b0d48bc",
                                                     "a46e9a365650e5294abbaf0f32577871",
                                                     "e4b42c4a5d625bed",
                                                     "ef486c9c4f29c1a1",
                                                     "a7b447d5b0ce846736c07b1b703fb9e2"}));

TEST(Rules, give_the_turns_of_smix2_for_each_n) {
   const auto turns = [](Version version, std::uint32_t n) {
      const Turns t = smix2_turns(version, n);
      return std::pair(t.writing, t.reading);
   };
   using Pair = std::pair<std::uint32_t, std::uint32_t>;
   EXPECT_EQ(turns(Version::v0_5, 1024), Pair(342, 0));
   EXPECT_EQ(turns(Version::v0_5, 2048), Pair(682, 2));
   EXPECT_EQ(turns(Version::v0_5, 4096), Pair(1366, 0));
   EXPECT_EQ(turns(Version::v0_5, 8192), Pair(2730, 2));
   EXPECT_EQ(turns(Version::v1_0, 1024), Pair(342, 0));
   EXPECT_EQ(turns(Version::v1_0, 2048), Pair(684, 0));
   EXPECT_EQ(turns(Version::v1_0, 4096), Pair(1366, 0));
   EXPECT_EQ(turns(Version::v1_0, 8192), Pair(2732, 0));
}

TEST(Rules, wrap_to_the_latest_power_of_two_of_rows) {
   EXPECT_EQ(wrap(7, 1), 0u);
   EXPECT_EQ(wrap(7, 2), 1u);
   EXPECT_EQ(wrap(0, 3), 1u);
   EXPECT_EQ(wrap(5, 3), 2u);
   EXPECT_EQ(wrap(0xFFFFFFFFu, 700), 699u);
   EXPECT_EQ(wrap(0x200u, 700), 700u - 512u);
}

} // namespace
} // namespace nebula::test
