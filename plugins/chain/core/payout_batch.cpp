#include "payout_batch.h"

#include "codec.h"
#include "hash.h"
#include "tables.h"

namespace nebula::chain {
namespace {

constexpr std::uint8_t k_version = 1;

void write_text(Writer &out, std::string_view text) {
   out.u16(static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), 0xFFFF)));
   out.bytes(common::as_bytes(text.substr(0, 0xFFFF)));
}

Error malformed(std::string_view key) {
   return {Fault::storage, "the stored payout batch \"" + std::string(key) + "\" is malformed"};
}

Result<void> read_transfers(Reader &in, std::size_t count, std::uint32_t chain_id, PayoutBatch &out) {
   for (std::size_t i = 0; i < count; ++i) {
      const std::size_t size = in.u32();
      auto transfer = decode_transaction(in.bytes(size), chain_id);
      if (!transfer || (*transfer)->transfer() == nullptr)
         return malformed(out.key);
      out.ids.push_back((*transfer)->id);
      out.transfers.push_back(std::move(*transfer));
   }
   return {};
}

} // namespace

Hash payments_digest(std::uint32_t fund, const std::vector<Payment> &payments) {
   Writer out;
   out.u32(fund);
   for (const Payment &one : payments) {
      write_text(out, one.address);
      out.u64(one.amount);
   }
   return hash256(out.view());
}

Bytes encode_batch(const PayoutBatch &batch) {
   Writer out;
   out.u8(k_version);
   out.u8(static_cast<std::uint8_t>(batch.state));
   out.u32(batch.fund);
   out.bytes(batch.digest);
   out.u64(batch.number);
   out.u64(batch.fee);
   write_text(out, batch.text);
   out.u16(static_cast<std::uint16_t>(batch.ids.size()));
   if (batch.state == BatchState::open) {
      for (const TransactionPtr &one : batch.transfers) {
         out.u32(static_cast<std::uint32_t>(one->raw.size()));
         out.bytes(one->raw);
      }
   } else {
      for (const Hash &id : batch.ids)
         out.bytes(id);
   }
   return out.take();
}

Result<PayoutBatch> decode_batch(std::string_view key, ByteView bytes, std::uint32_t chain_id) {
   Reader in(bytes);
   PayoutBatch out;
   out.key = key;
   const std::uint8_t version = in.u8();
   const std::uint8_t state = in.u8();
   if (version != k_version || state < 1 || state > 3)
      return malformed(key);
   out.state = static_cast<BatchState>(state);
   out.fund = in.u32();
   in.array(out.digest);
   out.number = in.u64();
   out.fee = in.u64();
   out.text = common::as_text(in.bytes(in.u16()));
   const std::size_t count = in.u16();
   if (out.state == BatchState::open) {
      if (auto read = read_transfers(in, count, chain_id, out); !read)
         return read.error();
   } else {
      for (std::size_t i = 0; i < count && !in.failed(); ++i) {
         Hash id{};
         in.array(id);
         out.ids.push_back(id);
      }
   }
   if (!in.complete())
      return malformed(key);
   return out;
}

Result<std::optional<PayoutBatch>> find_batch(const ReadView &view, std::string_view key, std::uint32_t chain_id) {
   auto row = view.get(Table::payouts, common::as_bytes(key));
   if (!row)
      return row.error();
   if (!*row)
      return std::optional<PayoutBatch>();
   auto batch = decode_batch(key, **row, chain_id);
   if (!batch)
      return batch.error();
   return std::optional(std::move(*batch));
}

Result<std::vector<PayoutBatch>> open_batches(const ReadView &view, std::uint32_t chain_id) {
   std::vector<std::string> keys;
   auto scanned = view.scan(Table::open_payouts, {}, {}, [&keys](ByteView, ByteView key) {
      keys.emplace_back(common::as_text(key));
      return true;
   });
   if (!scanned)
      return scanned.error();
   std::vector<PayoutBatch> out;
   for (const std::string &key : keys) {
      auto batch = find_batch(view, key, chain_id);
      if (!batch)
         return batch.error();
      if (!*batch || (*batch)->state != BatchState::open)
         return malformed(key);
      out.push_back(std::move(**batch));
   }
   return out;
}

Result<void> put_batch(WriteBatch &write, const PayoutBatch &batch) {
   const ByteView key = common::as_bytes(batch.key);
   if (auto put = write.put(Table::payouts, key, encode_batch(batch)); !put)
      return put.error();
   if (batch.state == BatchState::open)
      return write.put(Table::open_payouts, height_key(batch.number), key);
   return write.remove(Table::open_payouts, height_key(batch.number));
}

} // namespace nebula::chain
