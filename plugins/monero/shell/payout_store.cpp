#include "shell/payout_store.h"

namespace nebula::monero {

namespace {

enum Table : std::uint32_t {
   k_payouts = 0,  // key -> batch
   k_open = 1,     // big-endian number of an open batch -> key
   k_metadata = 2, // transaction id -> what relays it
};

neb_bytes bytes_of(std::string_view text) {
   return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

neb_bytes bytes_of(const Hash &hash) {
   return {hash.data(), hash.size()};
}

std::string_view text_of(neb_bytes bytes) {
   return {reinterpret_cast<const char *>(bytes.ptr), static_cast<std::size_t>(bytes.len)};
}

std::string number_key(std::uint64_t number) {
   std::string out(8, '\0');
   for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<char>(number >> (8 * (7 - i)));
   return out;
}

PayoutBatch read_batch(std::string_view key, neb_bytes row) {
   auto batch = decode_batch(key, text_of(row));
   if (!batch)
      throw ::nebula::Error(NEB_E_CORRUPT, batch.error().text);
   return *std::move(batch);
}

} // namespace

void KvPayoutStore::open() {
   kv_.open(1, {"payouts", "open_payouts", "payout_metadata"});
}

void KvPayoutStore::put(const PayoutBatch &batch, const std::string *signed_metadata) {
   Transaction write = kv_.write();
   write.put(k_payouts, bytes_of(batch.key), bytes_of(encode_batch(batch)));
   write.put(k_open, bytes_of(number_key(batch.number)), bytes_of(batch.key));
   if (signed_metadata != nullptr)
      write.put(k_metadata, bytes_of(batch.pieces.back().id), bytes_of(*signed_metadata));
   write.commit();
}

void KvPayoutStore::close(const PayoutBatch &batch) {
   Transaction write = kv_.write();
   write.put(k_payouts, bytes_of(batch.key), bytes_of(encode_batch(batch)));
   write.erase(k_open, bytes_of(number_key(batch.number)));
   for (const Piece &piece : batch.pieces)
      write.erase(k_metadata, bytes_of(piece.id));
   write.commit();
}

std::optional<PayoutBatch> KvPayoutStore::find(std::string_view key) {
   const Transaction read = kv_.read();
   const auto row = read.get(k_payouts, bytes_of(key));
   return row ? std::optional(read_batch(key, *row)) : std::nullopt;
}

std::vector<PayoutBatch> KvPayoutStore::open_batches() {
   const Transaction read = kv_.read();
   std::vector<PayoutBatch> out;
   read.range(k_open, {}, {}, [&](neb_bytes, neb_bytes key) {
      const auto row = read.get(k_payouts, key);
      if (!row)
         throw ::nebula::Error(NEB_E_CORRUPT, "the store lost an open payout batch");
      out.push_back(read_batch(text_of(key), *row));
      return true;
   });
   return out;
}

std::string KvPayoutStore::metadata(const Hash &id) {
   const Transaction read = kv_.read();
   const auto row = read.get(k_metadata, bytes_of(id));
   if (!row)
      throw ::nebula::Error(NEB_E_CORRUPT, "the store lost the transaction ", to_hex(id));
   return std::string(text_of(*row));
}

} // namespace nebula::monero
