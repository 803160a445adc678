#include "support.h"

#include <random>

namespace nebula::chain {
namespace {

using test::address;
using test::transfer;

constexpr std::uint32_t k_chain = 2;

TransactionPtr sample() {
   Transfer out = *transfer(k_chain, 1, 3, {{address(2), 10}, {address(3), 20}})->transfer();
   out.memo = {'h', 'i'};
   out.signature = test::key(1).sign(signing_hash(k_chain, out));
   return make_transfer(k_chain, out);
}

TEST(Transaction, survives_its_encoding) {
   const TransactionPtr made = sample();
   const auto decoded = decode_transaction(made->raw, k_chain);
   ASSERT_TRUE(decoded.ok()) << decoded.error().text;
   EXPECT_EQ((*decoded)->id, made->id);
   EXPECT_EQ((*decoded)->sender, address(1));
   EXPECT_EQ((*decoded)->transfer()->outputs, made->transfer()->outputs);
   EXPECT_EQ((*decoded)->transfer()->memo, made->transfer()->memo);
   EXPECT_TRUE(signature_is_valid(**decoded));
}

TEST(Transaction, signature_covers_every_byte_before_it) {
   const TransactionPtr made = sample();
   for (std::size_t i = 0; i + 64 < made->raw.size(); ++i) {
      Bytes raw = made->raw;
      raw[i] ^= 1;
      const auto decoded = decode_transaction(raw, k_chain);
      if (decoded.ok()) {
         EXPECT_FALSE(signature_is_valid(**decoded)) << "byte " << i;
      }
   }
}

TEST(Transaction, of_another_chain_is_refused) {
   const auto decoded = decode_transaction(sample()->raw, 1);
   ASSERT_FALSE(decoded.ok());
   EXPECT_NE(decoded.error().text.find("chain 2"), std::string::npos);
}

TEST(Transaction, cut_anywhere_or_with_a_byte_more_is_refused) {
   const Bytes whole = sample()->raw;
   for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_transaction(ByteView(whole).first(size), k_chain).ok()) << size;
   Bytes longer = whole;
   longer.push_back(0);
   EXPECT_FALSE(decode_transaction(longer, k_chain).ok());
}

TEST(Transaction, with_absurd_amounts_counts_or_sizes_is_refused) {
   const auto refused = [](std::vector<Output> outputs, Amount fee) {
      return !decode_transaction(transfer(k_chain, 1, 0, std::move(outputs), fee)->raw, k_chain).ok();
   };
   EXPECT_TRUE(refused({}, 1));
   EXPECT_TRUE(refused({{address(2), 0}}, 1));
   EXPECT_TRUE(refused({{address(2), k_max_supply + 1}}, 1));
   EXPECT_TRUE(refused({{address(2), ~0ull}, {address(2), 1}}, 1));
   EXPECT_TRUE(refused({{address(2), k_max_supply}, {address(2), 1}}, 1));
   EXPECT_TRUE(refused({{address(2), 1}}, k_max_fee + 1));
   EXPECT_TRUE(refused(std::vector<Output>(257, {address(2), 1}), 1));
   EXPECT_FALSE(refused(std::vector<Output>(256, {address(2), 1}), 1));
   EXPECT_FALSE(decode_transaction(Bytes(k_max_transaction_bytes + 1), k_chain).ok());
}

TEST(Transaction, decoding_random_changes_never_gives_another_encoding) {
   const std::uint64_t seed = std::random_device{}();
   SCOPED_TRACE(seed);
   std::mt19937_64 random(seed);
   const Bytes whole = sample()->raw;
   for (int i = 0; i < 20'000; ++i) {
      Bytes raw = whole;
      for (std::uint64_t n = random() % 4; n-- > 0;)
         raw[random() % raw.size()] = static_cast<std::uint8_t>(random());
      const auto decoded = decode_transaction(raw, k_chain);
      if (decoded.ok() && (*decoded)->transfer() != nullptr) {
         ASSERT_EQ(make_transfer(k_chain, *(*decoded)->transfer())->raw, raw);
      }
   }
}

TEST(Address, has_one_text_and_parses_only_that) {
   const std::string text = to_text(address(1));
   EXPECT_EQ(text.size(), 45u);
   EXPECT_EQ(*parse_address(text), address(1));
   std::string lower = text;
   for (char &c : lower)
      c = static_cast<char>(std::tolower(c));
   for (const std::string &bad :
        {std::string(), std::string("ZION_"), lower, text + "0", text.substr(0, 44), "zion_" + text.substr(5)})
      EXPECT_FALSE(parse_address(bad).ok()) << bad;
}

TEST(Address, is_ripemd160_of_sha256_of_the_key) {
   // From Python's hashlib, of 32 zero bytes.
   EXPECT_EQ(to_text(address_of({})), "ZION_B8BCB07F6344B42AB04250C86A6E8B75D3FDBBC6");
}

} // namespace
} // namespace nebula::chain
