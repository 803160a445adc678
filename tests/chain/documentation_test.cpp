/// The examples of docs/protocol/chain.md are what the program computes.

#include "support.h"

#include "core/coinbase_mold.h"

#include "common/hex.h"

#include <fstream>
#include <iterator>

namespace nebula::chain {
namespace {

using common::to_hex;

/// The fenced block after "<!-- example: NAME -->", without line breaks.
std::string example(const std::string &name) {
   static const std::string text = [] {
      std::ifstream file(NEBULA_SOURCE_DIR "/docs/protocol/chain.md");
      return std::string(std::istreambuf_iterator<char>(file), {});
   }();
   const std::string marker = "<!-- example: " + name + " -->\n```\n";
   const std::size_t from = text.find(marker);
   if (from == std::string::npos)
      return "the page has no example " + name;
   const std::size_t start = from + marker.size();
   std::string out = text.substr(start, text.find("```", start) - start);
   std::erase(out, '\n');
   return out;
}

TEST(ProtocolPage, shows_the_genesis_block) {
   const Block genesis = genesis_block(nebula_dev());
   EXPECT_EQ(to_hex(encode_header(genesis.header)), example("genesis-header"));
   EXPECT_EQ(to_hex(genesis.transactions[0]->raw), example("genesis-coinbase"));
   EXPECT_EQ(to_hex(genesis.header.merkle_root), example("genesis-merkle-root"));
   EXPECT_EQ(to_hex(genesis.header.state_root), example("genesis-state-root"));
   EXPECT_EQ(to_hex(commitment(genesis.header)), example("genesis-commitment"));
   EXPECT_EQ(to_hex(genesis_id(nebula_dev())), example("genesis-id"));
   EXPECT_EQ(to_hex(genesis_id(nebula_main())), example("main-genesis-id"));
}

TEST(ProtocolPage, shows_what_is_hashed) {
   const NetworkParams network = nebula_dev();
   const Header header = genesis_block(network).header;
   const auto input = [&](std::string_view algorithm) {
      return to_hex(with_nonce(*mold_input(*network.algorithm(algorithm), header), 0x01020304));
   };
   EXPECT_EQ(input("cosmic-harmony"), example("cosmic-harmony-input"));
   EXPECT_EQ(input("randomx"), example("randomx-input"));
}

TEST(ProtocolPage, shows_the_header_with_a_coinbase_and_the_message) {
   const Header header = genesis_block(nebula_dev()).header;
   CoinbaseWitness witness;
   for (std::uint8_t i = 0; i < witness.extranonce.size(); ++i)
      witness.extranonce[i] = i;
   witness.ntime = static_cast<std::uint32_t>(header.time_s) + 5;
   const auto work = coinbase_work(header);
   ASSERT_TRUE(work.ok());
   EXPECT_EQ(to_hex(work->coinb1) + to_hex(witness.extranonce) + to_hex(work->coinb2),
             example("coinbase-mold-coinbase"));
   AlgorithmParams algorithm;
   algorithm.mold = MoldId::bitcoin_coinbase;
   algorithm.nonce_offset = 76;
   EXPECT_EQ(to_hex(with_nonce(*mold_input(algorithm, header, witness.encode()), 0x01020304)),
             example("coinbase-mold-input"));
   algorithm.mold = MoldId::autolykos_message;
   algorithm.nonce_bytes = 8;
   algorithm.nonce_big = true;
   EXPECT_EQ(to_hex(with_nonce(*mold_input(algorithm, header), 0x0102030405060708)), example("message-mold-input"));
}

TEST(ProtocolPage, shows_a_transfer) {
   const SigningKey key = test::key(1);
   Address ones{}, twos{};
   ones.fill(0x11);
   twos.fill(0x22);
   Transfer transfer;
   transfer.sender = key.public_key();
   transfer.nonce = 3;
   transfer.fee = 1'000;
   transfer.outputs = {{ones, 10}, {twos, 20}};
   transfer.memo = {'h', 'i'};
   const Hash hash = signing_hash(2, transfer);
   EXPECT_EQ(to_hex(hash), example("transfer-signing-hash"));
   transfer.signature = key.sign(hash);
   const TransactionPtr made = make_transfer(2, transfer);
   EXPECT_EQ(to_hex(ByteView(made->raw).first(made->raw.size() - 64)), example("transfer-unsigned"));
   EXPECT_EQ(to_hex(made->raw), example("transfer"));
   EXPECT_EQ(to_hex(made->id), example("transfer-id"));
}

TEST(ProtocolPage, shows_a_merkle_root) {
   std::vector<TransactionPtr> transactions;
   for (std::uint8_t i = 1; i <= 5; ++i) {
      auto one = std::make_shared<Transaction>();
      one->id.fill(i);
      transactions.push_back(std::move(one));
   }
   EXPECT_EQ(to_hex(merkle_root(transactions)), example("merkle-of-five"));
}

TEST(ProtocolPage, shows_a_state_root) {
   struct Nobody final : AccountSource {
      Result<Account> account(const Address &) const override { return Account{}; }
   } nobody;
   Address ones{}, twos{};
   ones.fill(0x11);
   twos.fill(0x22);
   // Three transfers of nothing bring the first account's nonce to 3.
   StateView state(nobody, {});
   for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(state.debit(ones, 0).ok());
   ASSERT_TRUE(state.credit(ones, 1'000'000).ok());
   ASSERT_TRUE(state.credit(twos, 5).ok());
   state.issue(2'000'000, 7);
   EXPECT_EQ(to_hex(state.summary().root()), example("state-root-of-two"));
}

} // namespace
} // namespace nebula::chain
