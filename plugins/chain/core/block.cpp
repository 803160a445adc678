#include "block.h"

#include "codec.h"
#include "hash.h"

namespace nebula::chain {
namespace {

constexpr std::size_t k_proof_fixed_bytes = 10;
constexpr std::size_t k_length_bytes = 4;

Header read_header(Reader &in) {
   Header out;
   out.version = in.u16();
   out.algorithm = in.u16();
   out.chain_id = in.u32();
   out.height = in.u64();
   out.time_s = in.u64();
   in.array(out.previous);
   in.array(out.merkle_root);
   in.array(out.state_root);
   std::array<std::uint8_t, 32> target{};
   in.array(target);
   out.target = U256::from_big_endian(target);
   in.array(out.miner);
   out.transaction_count = in.u32();
   in.array(out.extranonce);
   return out;
}

Result<void> check_header_form(const Header &header, std::uint32_t chain_id) {
   if (header.version != k_block_version)
      return invalid("block version " + std::to_string(header.version) + " is unknown; this chain has version 1");
   if (header.chain_id != chain_id)
      return invalid("the block is of chain " + std::to_string(header.chain_id) + ", this chain is " +
                     std::to_string(chain_id));
   return {};
}

Proof read_proof(Reader &in) {
   Proof out;
   out.nonce = in.u64();
   out.mold = static_cast<MoldId>(in.u8());
   const ByteView witness = in.bytes(in.u8());
   out.witness.assign(witness.begin(), witness.end());
   return out;
}

} // namespace

Bytes encode_header(const Header &header) {
   Writer out(k_header_bytes);
   out.u16(header.version);
   out.u16(header.algorithm);
   out.u32(header.chain_id);
   out.u64(header.height);
   out.u64(header.time_s);
   out.bytes(header.previous);
   out.bytes(header.merkle_root);
   out.bytes(header.state_root);
   out.bytes(header.target.to_big_endian());
   out.bytes(header.miner);
   out.u32(header.transaction_count);
   out.bytes(header.extranonce);
   return out.take();
}

Bytes encode_proof(const Proof &proof) {
   Writer out(k_proof_fixed_bytes + proof.witness.size());
   out.u64(proof.nonce);
   out.u8(static_cast<std::uint8_t>(proof.mold));
   out.u8(static_cast<std::uint8_t>(proof.witness.size()));
   out.bytes(proof.witness);
   return out.take();
}

Bytes encode_block(const Block &block) {
   Writer out(encoded_size(block));
   out.bytes(encode_header(block.header));
   out.bytes(encode_proof(block.proof));
   for (const TransactionPtr &transaction : block.transactions) {
      out.u32(static_cast<std::uint32_t>(transaction->raw.size()));
      out.bytes(transaction->raw);
   }
   return out.take();
}

std::size_t encoded_size(const Block &block) {
   std::size_t size = k_header_bytes + k_proof_fixed_bytes + block.proof.witness.size();
   for (const TransactionPtr &transaction : block.transactions)
      size += k_length_bytes + transaction->raw.size();
   return size;
}

Result<Header> decode_header(ByteView raw) {
   Reader in(raw);
   Header out = read_header(in);
   if (!in.complete())
      return invalid("a header has 192 bytes, not " + std::to_string(raw.size()));
   return out;
}

Result<BlockPtr> decode_block(ByteView raw, std::uint32_t chain_id, std::size_t max_bytes) {
   if (raw.size() > max_bytes)
      return invalid("a block has at most " + std::to_string(max_bytes) + " bytes, not " + std::to_string(raw.size()));
   Reader in(raw);
   auto out = std::make_shared<Block>();
   out->header = read_header(in);
   out->proof = read_proof(in);
   if (in.failed())
      return invalid("a block is cut short");
   if (auto form = check_header_form(out->header, chain_id); !form)
      return form.error();
   // Each transaction takes at least its length: an absurd count ends here, before anything is reserved.
   if (out->header.transaction_count > in.remaining() / k_length_bytes)
      return invalid("the header counts more transactions than the block has room for");
   for (std::uint32_t i = 0; i < out->header.transaction_count; ++i) {
      const ByteView bytes = in.bytes(in.u32());
      if (in.failed())
         return invalid("a block is cut short");
      auto transaction = decode_transaction(bytes, chain_id);
      if (!transaction)
         return transaction.error().within("transaction " + std::to_string(i));
      out->transactions.push_back(std::move(*transaction));
   }
   if (!in.complete())
      return invalid("bytes follow the end of a block");
   return BlockPtr(std::move(out));
}

Hash commitment(const Header &header) {
   return hash256(encode_header(header));
}

Hash block_id(const Header &header, const Proof &proof) {
   return hash256(HashKind::block_id, {encode_header(header), encode_proof(proof)});
}

Hash merkle_root(const std::vector<TransactionPtr> &transactions) {
   std::vector<Hash> level;
   for (const TransactionPtr &transaction : transactions)
      level.push_back(hash256(HashKind::merkle_leaf, {transaction->id}));
   if (level.empty())
      return {};
   while (level.size() > 1) {
      std::size_t next = 0;
      for (std::size_t i = 0; i < level.size(); i += 2, ++next)
         level[next] = i + 1 < level.size() ? hash256(HashKind::merkle_node, {level[i], level[i + 1]}) : level[i];
      level.resize(next);
   }
   return level.front();
}

} // namespace nebula::chain
