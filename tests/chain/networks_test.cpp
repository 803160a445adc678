#include "support.h"

#include "common/hex.h"

namespace nebula::chain {
namespace {

class Networks : public ::testing::TestWithParam<NetworkParams> {};

TEST_P(Networks, genesis_block_has_the_id_that_stands_in_the_code) {
   const Block genesis = genesis_block(GetParam());
   EXPECT_EQ(common::to_hex(block_id(genesis.header, genesis.proof)), common::to_hex(genesis_id(GetParam())));
}

TEST_P(Networks, genesis_block_survives_its_encoding) {
   const Block genesis = genesis_block(GetParam());
   const auto decoded = decode_block(encode_block(genesis), GetParam().chain_id, GetParam().max_block_bytes);
   ASSERT_TRUE(decoded.ok()) << decoded.error().text;
   EXPECT_EQ((*decoded)->header, genesis.header);
}

TEST_P(Networks, algorithms_have_a_known_mold_and_distinct_ids) {
   std::set<std::uint16_t> ids;
   for (const AlgorithmParams &algorithm : GetParam().algorithms) {
      EXPECT_TRUE(ids.insert(algorithm.id).second);
      EXPECT_TRUE(mold_input(algorithm, genesis_block(GetParam()).header).ok()) << algorithm.name;
   }
}

TEST_P(Networks, can_be_found_by_name) {
   EXPECT_EQ(network_by_name(GetParam().name)->chain_id, GetParam().chain_id);
}

INSTANTIATE_TEST_SUITE_P(All, Networks, ::testing::Values(nebula_dev(), nebula_main()),
                         [](const auto &one) { return one.param.chain_id == 1 ? "main" : "dev"; });

TEST(NetworkParams, hash_changes_with_every_admitted_algorithm_and_its_terms) {
   std::set<Hash> seen = {parameters_hash(nebula_main()), parameters_hash(nebula_dev())};
   for (const ExtraAlgorithm &extra :
        {ExtraAlgorithm{"mine", 5, AlgorithmStatus::supported}, ExtraAlgorithm{"mine", 6, AlgorithmStatus::supported},
         ExtraAlgorithm{"mine", 5, AlgorithmStatus::deprecated},
         ExtraAlgorithm{"yours", 5, AlgorithmStatus::supported}}) {
      NetworkParams network = nebula_dev();
      ASSERT_TRUE(admit_algorithms(network, {&extra, 1}).ok());
      EXPECT_TRUE(seen.insert(parameters_hash(network)).second);
   }
   EXPECT_EQ(seen.size(), 6u);
}

TEST(NetworkParams, extra_algorithms_are_refused_on_main_and_when_they_repeat) {
   NetworkParams main = nebula_main();
   NetworkParams dev = nebula_dev();
   const ExtraAlgorithm extra{"mine", 1, AlgorithmStatus::supported};
   const ExtraAlgorithm known{"randomx", 1, AlgorithmStatus::supported};
   EXPECT_FALSE(admit_algorithms(main, {&extra, 1}).ok());
   EXPECT_FALSE(admit_algorithms(dev, {&known, 1}).ok());
   ASSERT_TRUE(admit_algorithms(dev, {&extra, 1}).ok());
   EXPECT_EQ(dev.algorithm("mine")->id, 128);
}

TEST(NetworkParams, seed_height_follows_the_rule_of_monero) {
   EXPECT_EQ(seed_height(0), 0u);
   EXPECT_EQ(seed_height(2'112), 0u);
   EXPECT_EQ(seed_height(2'113), 2'048u);
   EXPECT_EQ(seed_height(4'160), 2'048u);
   EXPECT_EQ(seed_height(4'161), 4'096u);
}

} // namespace
} // namespace nebula::chain
