#include "template_record.h"

#include "codec.h"

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

Error not_understood() {
   return invalid("it has templates that this version of the chain does not understand");
}

} // namespace

Bytes encode_templates(const TemplateRecords &records) {
   Writer out;
   out.u32(k_version);
   out.u64(records.next_id);
   out.u32(static_cast<std::uint32_t>(records.templates.size()));
   for (const TemplateRecord &one : records.templates) {
      out.u64(one.id);
      put(out, common::as_bytes(one.algorithm));
      put(out, encode_header(one.base.header));
      out.u32(static_cast<std::uint32_t>(one.base.transactions.size()));
      for (const TransactionPtr &transaction : one.base.transactions)
         put(out, transaction->raw);
      put(out, one.base.epoch);
      put(out, one.base.next_epoch);
      out.u64(one.base.reward);
   }
   return out.take();
}

Result<TemplateRecords> decode_templates(ByteView bytes, const NetworkParams &network) {
   Reader in(bytes);
   if (in.u32() != k_version)
      return not_understood();
   TemplateRecords out;
   out.next_id = in.u64();
   const std::uint32_t count = in.u32();
   for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
      TemplateRecord &one = out.templates.emplace_back();
      one.id = in.u64();
      one.algorithm = common::as_text(sized(in));
      auto header = decode_header(sized(in));
      if (!header)
         return not_understood();
      one.base.header = std::move(*header);
      const AlgorithmParams *algorithm = network.algorithm(one.algorithm);
      if (one.base.header.chain_id != network.chain_id ||
          (algorithm != nullptr && one.base.header.algorithm != algorithm->id))
         return not_understood();
      for (std::uint32_t left = in.u32(); left > 0 && !in.failed(); --left) {
         auto transaction = decode_transaction(sized(in), network.chain_id);
         if (!transaction)
            return not_understood();
         one.base.transactions.push_back(std::move(*transaction));
      }
      one.base.epoch = epoch(in);
      one.base.next_epoch = epoch(in);
      one.base.reward = in.u64();
   }
   if (!in.complete())
      return not_understood();
   return out;
}

} // namespace nebula::chain
