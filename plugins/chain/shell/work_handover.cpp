#include "work_source.h"

#include "core/codec.h"

#include <algorithm>

/// The templates that miners work on, for a successor in another process: their ids go on, so that what is found on
/// them is a share, and perhaps a block, there too.

namespace nebula::chain {
namespace {

constexpr std::uint32_t k_version = 1;

void put(Writer &out, ByteView bytes) {
   out.u32(static_cast<std::uint32_t>(bytes.size()));
   out.bytes(bytes);
}
ByteView sized(Reader &in) {
   return in.bytes(in.u32());
}

void put(Writer &out, const Epoch &epoch) {
   out.bytes(epoch.key);
   out.u64(epoch.height);
}
Epoch epoch(Reader &in) {
   Epoch out;
   in.array(out.key);
   out.height = in.u64();
   return out;
}

[[noreturn]] void refuse() {
   throw nebula::Error(NEB_E_CORRUPT, "it has templates that this version of the chain does not understand");
}

} // namespace

std::string WorkSource::save() const {
   const std::lock_guard lock(book_mutex_);
   Writer out;
   out.u32(k_version);
   out.u64(next_id_);
   out.u32(static_cast<std::uint32_t>(book_.size()));
   for (const Kept &kept : book_) {
      out.u64(kept->id);
      put(out, common::as_bytes(kept->algorithm->name));
      put(out, encode_header(kept->base.header));
      out.u32(static_cast<std::uint32_t>(kept->base.transactions.size()));
      for (const TransactionPtr &transaction : kept->base.transactions)
         put(out, transaction->raw);
      put(out, kept->base.epoch);
      put(out, kept->base.next_epoch);
      out.u64(kept->base.reward);
   }
   return std::string(common::as_text(out.view()));
}

void WorkSource::restore(std::string_view state) {
   Reader in(common::as_bytes(state));
   if (in.u32() != k_version)
      refuse();
   std::deque<Kept> book;
   const std::uint64_t next_id = in.u64();
   const std::uint32_t count = in.u32();
   for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
      KeptTemplate kept;
      kept.id = in.u64();
      kept.algorithm = network_.algorithm(common::as_text(sized(in)));
      auto header = decode_header(sized(in));
      if (!header)
         refuse();
      kept.base.header = std::move(*header);
      for (std::uint32_t left = in.u32(); left > 0 && !in.failed(); --left) {
         auto transaction = decode_transaction(sized(in), network_.chain_id);
         if (!transaction)
            refuse();
         kept.base.transactions.push_back(std::move(*transaction));
      }
      kept.base.epoch = epoch(in);
      kept.base.next_epoch = epoch(in);
      kept.base.reward = in.u64();
      if (kept.algorithm == nullptr) // this version has it no more
         continue;
      if (kept.algorithm->mold == MoldId::bitcoin_coinbase) {
         auto coinbase = coinbase_work(kept.base.header);
         if (!coinbase)
            refuse();
         kept.coinbase = std::move(*coinbase);
      }
      book.push_back(std::make_shared<const KeptTemplate>(std::move(kept)));
   }
   if (!in.complete() || book.size() > k_templates_kept)
      refuse();
   const std::lock_guard lock(book_mutex_);
   book_ = std::move(book);
   next_id_ = next_id;
}

/// Whether work on the same parent was given out before, by this process or the one before it.
bool WorkSource::continues(const KeptTemplate &kept) const {
   const std::lock_guard lock(book_mutex_);
   return std::ranges::any_of(book_, [&](const Kept &one) {
      return one->id < kept.id && one->algorithm == kept.algorithm &&
             one->base.header.previous == kept.base.header.previous;
   });
}

} // namespace nebula::chain
