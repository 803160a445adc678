#pragma once

/// A chain, a daemon and a wallet as far as payments go, without cryptography: transactions spend outputs, wait in a
/// pool, get into blocks and out of them again. It speaks the RPC of both. No monerod: the end-to-end test has that.

#include "core/payer.h"

#include <boost/json/object.hpp>

#include <random>

namespace nebula::monero::test {

class MoneyWorld {
public:
   explicit MoneyWorld(std::uint64_t seed);

   /// The HTTP body that answers a request.
   [[nodiscard]] std::string answer(const PayerQuestion &question);

   /// A block with everything in the pool, its reward to the wallet.
   void mine();
   /// The last blocks never happened; of their transactions the pool keeps some.
   void unwind(unsigned blocks);
   /// The pool forgets a transaction, as after days or a restart.
   void forget_one();
   /// The operator spends an output of the wallet elsewhere.
   void spend_by_hand();

   /// What an address has in the chain.
   [[nodiscard]] std::uint64_t received(const std::string &address) const;
   [[nodiscard]] std::uint64_t height() const { return blocks_.size(); }

   static constexpr std::string_view k_wallet = "the wallet";
   int dropped = 0; // transactions that were signed and can never be mined

private:
   struct Output {
      std::uint64_t amount = 0;
      std::uint64_t unlocked_at = 0; // height
      Hash image{};
      Hash made_by{}; // zero: a coinbase of block `unlocked_at` - 60
   };
   struct Spend {
      Hash id{};
      std::vector<std::size_t> inputs; // of outputs_
      std::vector<Payment> payments;
      std::uint64_t change = 0;
      std::uint64_t fee = 0;
   };
   struct Block {
      std::vector<Hash> transactions;
      std::size_t first_output = 0; // of those it made
   };

   [[nodiscard]] bool in_chain(const Hash &id) const;
   [[nodiscard]] bool spent(std::size_t output, bool with_pool, const Hash &except) const;
   [[nodiscard]] bool fits(const Spend &spend) const;
   [[nodiscard]] Hash new_hash();
   [[nodiscard]] std::vector<std::size_t> choose(std::uint64_t amount, std::uint64_t &sum) const;
   [[nodiscard]] std::string balance() const;
   [[nodiscard]] std::string transfer(const boost::json::object &params);
   [[nodiscard]] std::string relay(const boost::json::object &params);
   [[nodiscard]] std::string transactions(const boost::json::object &body) const;
   [[nodiscard]] std::string key_images(const boost::json::object &body) const;

   std::mt19937_64 chance_;
   std::vector<Output> outputs_;
   std::vector<Block> blocks_;
   std::map<Hash, Spend> known_; // every transaction ever signed
   std::vector<Hash> pool_;
};

} // namespace nebula::monero::test
