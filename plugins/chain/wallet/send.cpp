#include "send.h"

#include "core/amount.h"

#include <algorithm>

namespace nebula::chain {

Result<TransactionPtr> build_transfer(const SigningKey &key, const SendRequest &request, const SenderState &state) {
   if (request.outputs.empty() || request.outputs.size() > k_max_outputs)
      return invalid("name 1 to 256 receivers, each with an amount");
   if (request.memo.size() > k_max_memo_bytes)
      return invalid("a memo has at most 128 bytes, this one has " + std::to_string(request.memo.size()));
   Transfer transfer;
   transfer.sender = key.public_key();
   transfer.nonce = state.next_nonce;
   transfer.outputs = request.outputs;
   transfer.memo = request.memo;
   const std::size_t size = make_transfer(state.chain_id, transfer)->raw.size();
   transfer.fee = request.fee != 0 ? request.fee : std::max(k_least_fee, state.min_fee_per_byte * size);
   if (transfer.fee < state.min_fee_per_byte * size)
      return invalid("the node takes at least " + to_text_zion(state.min_fee_per_byte * size) +
                     " ZION as fee for these " + std::to_string(size) + " bytes");
   transfer.signature = key.sign(signing_hash(state.chain_id, transfer));
   TransactionPtr made = make_transfer(state.chain_id, transfer);
   // The decoder has every rule of form: amounts above zero, sums below the supply, the fee's limit.
   if (auto decoded = decode_transaction(made->raw, state.chain_id); !decoded)
      return decoded.error();
   if (transfer.total() > state.balance)
      return invalid("the balance of " + to_text_zion(state.balance) + " ZION does not cover " +
                     to_text_zion(transfer.total()) + " ZION (fee " + to_text_zion(transfer.fee) + " included)");
   return made;
}

} // namespace nebula::chain
