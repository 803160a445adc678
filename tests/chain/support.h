#pragma once

/// A chain in memory whose proofs are cheap, and wallets to fill it: what the chain's tests and simulations build on.

#include "core/address.h"
#include "core/chain.h"
#include "core/hash.h"
#include "core/memory_store.h"
#include "core/networks.h"
#include "core/signature.h"
#include "core/template.h"

#include <gtest/gtest.h>

#include <memory>

namespace nebula::chain::test {

/// BLAKE2b-256 of the input stands for every algorithm.
class CheapHasher final : public PowHasher {
public:
   Result<Hash> hash(const AlgorithmParams &, const Epoch &, ByteView input) const override { return hash256(input); }
};

inline Judge judge() {
   static const CheapHasher hasher;
   return {&hasher, signatures_valid_one_by_one};
}

/// nebula-dev with start difficulties of one, so that a proof takes a hash or two.
inline NetworkParams easy_network() {
   NetworkParams out = nebula_dev();
   for (AlgorithmParams &algorithm : out.algorithms)
      algorithm.start_difficulty = 1;
   return out;
}

/// The key whose seed repeats one byte.
inline SigningKey key(std::uint8_t n) {
   std::array<std::uint8_t, 32> seed{};
   seed.fill(n);
   return SigningKey(seed);
}

inline Address address(std::uint8_t n) {
   return address_of(key(n).public_key());
}

inline TransactionPtr transfer(std::uint32_t chain_id, std::uint8_t from, std::uint64_t nonce,
                               std::vector<Output> outputs, Amount fee = 1'000) {
   const SigningKey signer = key(from);
   Transfer out;
   out.sender = signer.public_key();
   out.nonce = nonce;
   out.fee = fee;
   out.outputs = std::move(outputs);
   out.signature = signer.sign(signing_hash(chain_id, out));
   return make_transfer(chain_id, std::move(out));
}

/// Searches a nonce. `seed` goes into the extranonce, so that equal templates give different blocks.
inline BlockPtr find_proof(const NetworkParams &network, const BlockTemplate &base, std::uint8_t seed = 0) {
   const AlgorithmParams &algorithm = *network.algorithm(base.header.algorithm);
   const CheapHasher hasher;
   Extranonce extranonce{seed};
   for (std::uint64_t nonce = 0; nonce < 1'000'000; ++nonce) {
      BlockPtr block = *solve(network, base, {extranonce, nonce});
      if (check_pow(algorithm, base.epoch, block->header, block->proof, hasher))
         return block;
   }
   ADD_FAILURE() << "no proof within a million nonces";
   return nullptr;
}

/// A chain and its store. Copies share nothing, so a copy is a fork.
class Node {
public:
   explicit Node(NetworkParams network = easy_network()) : network_(std::move(network)) { open(); }
   Node(const Node &other) : store(other.store), now(other.now), network_(other.network_) { open(); }

   Chain &operator*() { return *chain_; }
   Chain *operator->() { return chain_.get(); }
   const NetworkParams &network() const { return network_; }

   /// What the next block would be.
   BlockTemplate next(std::vector<TransactionPtr> transfers = {}, std::uint8_t miner = 1, std::size_t algorithm = 0) {
      TemplateRequest request;
      request.algorithm = &chain_->network().algorithms.at(algorithm);
      request.miner = address(miner);
      request.transfers = std::move(transfers);
      request.now_s = now;
      return *make_template(*chain_, request);
   }

   /// Mines on the tip one spacing later and returns the block.
   BlockPtr mine(std::vector<TransactionPtr> transfers = {}, std::uint8_t miner = 1, std::size_t algorithm = 0) {
      now += chain_->network().spacing_s(chain_->network().algorithms.at(algorithm));
      BlockPtr block = find_proof(network_, next(std::move(transfers), miner, algorithm), miner);
      const auto added = chain_->add(block, judge(), now);
      EXPECT_TRUE(added.ok()) << added.error().text;
      return block;
   }

   Result<Added> add(const BlockPtr &block) { return chain_->add(block, judge(), std::max(now, block->header.time_s)); }

   Account account(std::uint8_t n) {
      const auto view = *store.read();
      return *StoredAccounts(*view).account(address(n));
   }

   MemoryStore store;
   std::uint64_t now = 1'800'000'000;

private:
   void open() {
      auto opened = Chain::open(network_, store);
      EXPECT_TRUE(opened.ok()) << opened.error().text;
      if (opened)
         chain_ = std::move(*opened);
   }
   NetworkParams network_;
   std::unique_ptr<Chain> chain_;
};

} // namespace nebula::chain::test
