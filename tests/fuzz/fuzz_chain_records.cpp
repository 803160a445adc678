// LINK: nebula_chain_shell
// What the chain's store, a keystore file and people's texts have: refused, or written again it is the same. The first
// byte chooses the reader.
#include "core/address.h"
#include "core/amount.h"
#include "core/codec.h"
#include "core/coinbase_mold.h"
#include "core/networks.h"
#include "core/payout_batch.h"
#include "core/tables.h"
#include "wallet/keystore.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace nebula::chain;

void require(bool held) {
   if (!held)
      std::abort();
}

void same(const Bytes &written, ByteView read) {
   require(std::ranges::equal(written, read));
}

void read_batch(ByteView bytes) {
   static const NetworkParams network = nebula_dev();
   if (const auto batch = decode_batch("key", bytes, network.chain_id)) {
      require(batch->transfers.size() == (batch->state == BatchState::open ? batch->ids.size() : 0));
      same(encode_batch(*batch), bytes);
   }
}

/// One row, under whatever key.
class OneRow final : public ReadView {
public:
   explicit OneRow(ByteView row) : row_(row.begin(), row.end()) {}
   Result<std::optional<Bytes>> get(Table, ByteView) const override { return std::optional(row_); }
   Result<void> scan(Table, ByteView, ByteView, const PairVisitor &) const override { return {}; }

private:
   Bytes row_;
};

void read_row(ByteView bytes) {
   const OneRow store(bytes);
   if (const auto undo = need_undo(store, {})) {
      require(undo->changes.size() <= bytes.size());
      require(encode_summary(undo->before).size() <= bytes.size());
   }
   (void)find_place(store, {}).ok();
   (void)main_id(store, 7).ok();
   (void)stored_summary(store).ok();
   if (const auto account = StoredAccounts(store).account({}))
      same(encode_account(*account), bytes);
   if (const auto index = find_index(store, {}); index && *index)
      same(encode_index(**index), bytes);
}

void read_keystore_text(std::string_view text) {
   const auto info = read_keystore(text);
   if (info && !info->encrypted) // deriving a key of a password takes the time it was made to take
      (void)open_keystore(text, "").ok();
}

void read_texts(std::string_view text) {
   if (const auto address = parse_address(text))
      require(to_text(*address) == text);
   if (const auto amount = parse_zion(text)) {
      const auto again = parse_zion(to_text_zion(*amount));
      require(again && *again == *amount);
   }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   const ByteView bytes(data + 1, size - 1);
   const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
   switch (data[0] % 5) {
   case 0:
      read_batch(bytes);
      break;
   case 1:
      read_row(bytes);
      break;
   case 2:
      read_keystore_text(text);
      break;
   case 3:
      read_texts(text);
      break;
   default:
      if (const auto witness = decode_coinbase_witness(bytes))
         same(witness->encode(), bytes);
   }
   return 0;
}
