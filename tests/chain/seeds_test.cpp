/// What the fuzz targets of the chain's records and of handed-over templates begin with.
#include "support.h"

#include "../fuzz/seed.h"

#include "core/amount.h"
#include "core/coinbase_mold.h"
#include "core/payout_batch.h"
#include "core/tables.h"
#include "core/template_record.h"
#include "wallet/keystore.h"

namespace nebula::chain {
namespace {

/// `reader`: its place in the fuzz target. What is kept of it, without that byte.
std::string record(char reader, const std::string &name, std::string_view made) {
   std::string kept = nebula::test::kept_seed("chain_records", name, reader + std::string(made));
   EXPECT_FALSE(kept.empty());
   return kept.empty() ? kept : kept.substr(1);
}

TEST(ChainTemplateSeeds, are_templates_of_every_mold_with_transfers) {
   test::Node node;
   node.mine();
   for (int i = 0; i < 10; ++i)
      node.mine({}, 9);
   TemplateRecords records;
   records.next_id = 9;
   const auto transfer = test::transfer(node.network().chain_id, 1, 1, {{test::address(2), 5'000}});
   for (std::size_t algorithm = 0; algorithm < node.network().algorithms.size(); ++algorithm)
      records.templates.push_back(
         {algorithm + 1, node.network().algorithms[algorithm].name, node.next({transfer}, 1, algorithm)});
   ASSERT_FALSE(records.templates.empty());
   const Bytes made = encode_templates(records);
   const std::string kept = nebula::test::kept_seed("chain_templates", "every_mold", common::as_text(made));
   const auto read = decode_templates(common::as_bytes(kept), node.network());
   ASSERT_TRUE(read.ok()) << "it is of another version: run this test with NEBULA_UPDATE=1";
   EXPECT_EQ(read->templates.size(), records.templates.size());
   EXPECT_EQ(encode_templates(*read), Bytes(kept.begin(), kept.end()));
}

TEST(ChainTemplateSeeds, are_refused_when_cut_short_or_of_another_version) {
   test::Node node;
   TemplateRecords records;
   records.templates.push_back({1, "cosmic-harmony", node.next()});
   const Bytes made = encode_templates(records);
   for (std::size_t size = 0; size < made.size(); ++size)
      EXPECT_FALSE(decode_templates(ByteView(made).first(size), node.network()).ok()) << size;
   Bytes other = made;
   ++other[0];
   EXPECT_FALSE(decode_templates(other, node.network()).ok());
   records.templates[0].algorithm = "randomx"; // and its header of another one
   EXPECT_FALSE(decode_templates(encode_templates(records), node.network()).ok());
   records.templates[0].algorithm = "forgotten";
   EXPECT_TRUE(decode_templates(encode_templates(records), node.network()).ok());
   other = made;
   other.push_back(0);
   EXPECT_FALSE(decode_templates(other, node.network()).ok());
}

TEST(ChainRecordSeeds, are_records_of_every_kind) {
   test::Node node;
   const std::uint32_t chain_id = node.network().chain_id;
   PayoutBatch batch;
   batch.key = "key";
   batch.number = 3;
   batch.transfers.push_back(test::transfer(chain_id, 1, 1, {{test::address(2), 5'000}}));
   batch.ids.push_back(batch.transfers.back()->id);
   const std::string open = record('\0', "open_batch", common::as_text(encode_batch(batch)));
   EXPECT_TRUE(decode_batch("key", common::as_bytes(open), chain_id).ok());
   batch.state = BatchState::paid;
   batch.text = "why";
   const std::string paid = record('\0', "paid_batch", common::as_text(encode_batch(batch)));
   EXPECT_TRUE(decode_batch("key", common::as_bytes(paid), chain_id).ok());

   const BlockPtr block = node.mine();
   const auto view = *node.store.read();
   for (const auto &[table, name] : {std::pair(Table::undo, "undo"), std::pair(Table::index, "index")}) {
      const auto row = *view->get(table, block_id(block->header, block->proof));
      ASSERT_TRUE(row) << name;
      EXPECT_FALSE(record('\1', name, common::as_text(*row)).empty());
   }
   const auto account = *view->get(Table::accounts, test::address(1));
   ASSERT_TRUE(account);
   EXPECT_TRUE(decode_account(common::as_bytes(record('\1', "account", common::as_text(*account)))).ok());

   Seed seed{};
   seed.fill(7);
   const std::string keystore = record('\2', "keystore", *make_keystore(seed, ""));
   EXPECT_EQ(*open_keystore(keystore, ""), seed);
   EXPECT_TRUE(parse_address(record('\3', "address", to_text(test::address(1)))).ok());
   EXPECT_TRUE(parse_zion(record('\3', "amount", "12.500000")).ok());
   CoinbaseWitness witness;
   witness.ntime = 1'700'000'000;
   EXPECT_TRUE(
      decode_coinbase_witness(common::as_bytes(record('\4', "witness", common::as_text(witness.encode())))).ok());
}

} // namespace
} // namespace nebula::chain
