// LINK: nebula_monero_core
// What a hostile or broken monero-wallet-rpc answers, what the store has of payouts, and addresses. The first byte
// chooses the reader, the rest is its input.

#include "core/address.h"
#include "core/json_fields.h"
#include "core/payout_batch.h"
#include "core/rpc_answers.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nebula::monero;

void require(bool held) {
   if (!held)
      std::abort();
}

template <class Answer>
void explained(const Result<Answer> &answer) {
   if (!answer) {
      require(!answer.error().text.empty());
      // It stands in documents and logs.
      require(answer.error().text.size() < 1'024);
   }
}

void read_transfer(std::string_view input) {
   const auto answer = parse_transfer_answer(input);
   explained(answer);
   if (answer)
      require(!answer->metadata.empty() && answer->metadata.size() <= k_metadata_max && !answer->key_images.empty());
}

void read_batch(std::string_view input) {
   const auto batch = decode_batch("key", input);
   explained(batch);
   if (!batch)
      return;
   const std::string text = encode_batch(*batch);
   const auto again = decode_batch("key", text);
   require(again && encode_batch(*again) == text);
   for (const Piece &piece : batch->pieces)
      require(batch->state != BatchState::open ||
              std::uint64_t{piece.first} + piece.count <= std::uint64_t{batch->payments.size()});
}

void read_address(std::string_view input) {
   const auto address = parse_address(input);
   explained(address);
   for (const Net net : {Net::main, Net::test, Net::stage}) {
      const auto checked = check_address(input, net);
      require(checked.ok() == (address && address->net == net));
   }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   const std::string_view input(reinterpret_cast<const char *>(data) + 1, size - 1);
   switch (data[0] % 10) {
   case 0:
      explained(parse_address_answer(input));
      break;
   case 1: {
      const auto balance = parse_balance_answer(input);
      explained(balance);
      if (balance)
         require(balance->unlocked <= balance->balance);
      break;
   }
   case 2:
      read_transfer(input);
      break;
   case 3:
      explained(parse_wallet_height_answer(input));
      break;
   case 4:
      explained(parse_incoming_answer(input, 7));
      break;
   case 5:
      explained(parse_relay_answer(input));
      break;
   case 6:
      explained(parse_transactions_answer(input));
      break;
   case 7:
      explained(parse_key_images_answer(input));
      break;
   case 8:
      read_batch(input);
      break;
   default:
      read_address(input);
   }
   return 0;
}
