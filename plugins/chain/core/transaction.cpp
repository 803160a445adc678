#include "transaction.h"

#include "address.h"
#include "codec.h"
#include "hash.h"
#include "signature.h"

#include <cassert>

namespace nebula::chain {
namespace {

void write_outputs(Writer &out, const std::vector<Output> &outputs, const Bytes &memo) {
   out.u16(static_cast<std::uint16_t>(outputs.size()));
   for (const Output &output : outputs) {
      out.bytes(output.to);
      out.u64(output.amount);
   }
   out.u8(static_cast<std::uint8_t>(memo.size()));
   out.bytes(memo);
}

Bytes encode(std::uint32_t chain_id, const Coinbase &coinbase) {
   Writer out;
   out.u8(k_transaction_version);
   out.u8(static_cast<std::uint8_t>(TransactionType::coinbase));
   out.u32(chain_id);
   out.u64(coinbase.height);
   out.u64(coinbase.bonus);
   write_outputs(out, coinbase.outputs, coinbase.memo);
   return out.take();
}

Writer encode_unsigned(std::uint32_t chain_id, const Transfer &transfer) {
   Writer out;
   out.u8(k_transaction_version);
   out.u8(static_cast<std::uint8_t>(TransactionType::transfer));
   out.u32(chain_id);
   out.bytes(transfer.sender);
   out.u64(transfer.nonce);
   out.u64(transfer.fee);
   write_outputs(out, transfer.outputs, transfer.memo);
   return out;
}

/// Reads outputs and memo, and refuses amounts of zero and sums above the supply. Only a coinbase may have no output:
/// when the supply is exhausted and a block has no fee.
Result<void> read_outputs(Reader &in, std::size_t minimum, Amount already, std::vector<Output> &outputs, Bytes &memo) {
   const std::size_t count = in.u16();
   if (count < minimum || count > k_max_outputs)
      return invalid("a transaction has 1 to 256 outputs, not " + std::to_string(count));
   Amount sum = already;
   for (std::size_t i = 0; i < count && !in.failed(); ++i) {
      Output output;
      in.array(output.to);
      output.amount = in.u64();
      if (!in.failed() && (output.amount == 0 || output.amount > k_max_supply - sum))
         return invalid("output " + std::to_string(i) + " is zero, or the outputs exceed the supply");
      sum += output.amount;
      outputs.push_back(output);
   }
   const std::size_t memo_size = in.u8();
   if (memo_size > k_max_memo_bytes)
      return invalid("a memo has at most 128 bytes, not " + std::to_string(memo_size));
   const ByteView bytes = in.bytes(memo_size);
   memo.assign(bytes.begin(), bytes.end());
   return {};
}

Result<Coinbase> read_coinbase(Reader &in) {
   Coinbase out;
   out.height = in.u64();
   out.bonus = in.u64();
   if (auto read = read_outputs(in, 0, 0, out.outputs, out.memo); !read)
      return read.error();
   return out;
}

Result<Transfer> read_transfer(Reader &in) {
   Transfer out;
   in.array(out.sender);
   out.nonce = in.u64();
   out.fee = in.u64();
   if (out.fee > k_max_fee)
      return invalid("a fee is at most 1,000,000 ZION");
   if (auto read = read_outputs(in, 1, out.fee, out.outputs, out.memo); !read)
      return read.error();
   in.array(out.signature);
   return out;
}

TransactionPtr finish(std::uint32_t chain_id, std::variant<Coinbase, Transfer> body, Bytes raw) {
   auto out = std::make_shared<Transaction>();
   out->body = std::move(body);
   out->chain_id = chain_id;
   out->raw = std::move(raw);
   out->id = hash256(HashKind::transaction_id, {out->raw});
   if (const Transfer *transfer = out->transfer())
      out->sender = address_of(transfer->sender);
   return out;
}

} // namespace

Amount Transfer::total() const {
   Amount sum = fee;
   for (const Output &output : outputs)
      sum += output.amount;
   return sum;
}

Result<TransactionPtr> decode_transaction(ByteView raw, std::uint32_t chain_id) {
   if (raw.size() > k_max_transaction_bytes)
      return invalid("a transaction has at most " + std::to_string(k_max_transaction_bytes) + " bytes, not " +
                     std::to_string(raw.size()));
   Reader in(raw);
   const std::uint8_t version = in.u8();
   const std::uint8_t type = in.u8();
   const std::uint32_t chain = in.u32();
   if (in.failed())
      return invalid("a transaction is cut short");
   if (version != k_transaction_version)
      return invalid("transaction version " + std::to_string(version) + " is unknown; this chain has version 1");
   if (chain != chain_id)
      return invalid("the transaction is for chain " + std::to_string(chain) + ", this chain is " +
                     std::to_string(chain_id));
   std::variant<Coinbase, Transfer> body;
   if (type == static_cast<std::uint8_t>(TransactionType::coinbase)) {
      auto coinbase = read_coinbase(in);
      if (!coinbase)
         return coinbase.error();
      body = std::move(*coinbase);
   } else if (type == static_cast<std::uint8_t>(TransactionType::transfer)) {
      auto transfer = read_transfer(in);
      if (!transfer)
         return transfer.error();
      body = std::move(*transfer);
   } else {
      return invalid("transaction type " + std::to_string(type) +
                     " is unknown; known are 0 (coinbase) and 1 (transfer)");
   }
   if (!in.complete())
      return invalid(in.failed() ? "a transaction is cut short" : "bytes follow the end of a transaction");
   return finish(chain_id, std::move(body), Bytes(raw.begin(), raw.end()));
}

TransactionPtr make_coinbase(std::uint32_t chain_id, Coinbase coinbase) {
   Bytes raw = encode(chain_id, coinbase);
   return finish(chain_id, std::move(coinbase), std::move(raw));
}

TransactionPtr make_transfer(std::uint32_t chain_id, Transfer transfer) {
   Writer out = encode_unsigned(chain_id, transfer);
   out.bytes(transfer.signature);
   return finish(chain_id, std::move(transfer), out.take());
}

Hash signing_hash(std::uint32_t chain_id, const Transfer &transfer) {
   return hash256(HashKind::transaction_signature, {encode_unsigned(chain_id, transfer).view()});
}

bool signature_is_valid(const Transaction &transaction) {
   const Transfer *transfer = transaction.transfer();
   assert(transfer != nullptr);
   return verify_signature(transfer->sender, signing_hash(transaction.chain_id, *transfer), transfer->signature);
}

} // namespace nebula::chain
