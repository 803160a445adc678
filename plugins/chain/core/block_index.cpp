#include "block_index.h"

#include "codec.h"

namespace nebula::chain {
namespace {

U256 read_number(Reader &in) {
   std::array<std::uint8_t, 32> bytes{};
   in.array(bytes);
   return U256::from_big_endian(bytes);
}

} // namespace

Hash BlockIndex::last_of(std::uint16_t wanted) const {
   for (const Last &one : last) {
      if (one.algorithm == wanted)
         return one.id;
   }
   return {};
}

Bytes encode_index(const BlockIndex &index) {
   Writer out;
   out.bytes(index.previous);
   out.u64(index.height);
   out.u64(index.time_s);
   out.bytes(index.target.to_big_endian());
   out.bytes(index.total_work.to_big_endian());
   out.u16(index.algorithm);
   out.u8(static_cast<std::uint8_t>(index.status));
   out.bytes(index.previous_same);
   out.u8(static_cast<std::uint8_t>(index.last.size()));
   for (const BlockIndex::Last &one : index.last) {
      out.u16(one.algorithm);
      out.bytes(one.id);
   }
   return out.take();
}

Result<BlockIndex> decode_index(const Hash &id, ByteView bytes) {
   Reader in(bytes);
   BlockIndex out;
   out.id = id;
   in.array(out.previous);
   out.height = in.u64();
   out.time_s = in.u64();
   out.target = read_number(in);
   out.total_work = read_number(in);
   out.algorithm = in.u16();
   out.status = static_cast<BlockStatus>(in.u8());
   in.array(out.previous_same);
   const std::size_t count = in.u8();
   for (std::size_t i = 0; i < count && !in.failed(); ++i) {
      BlockIndex::Last one;
      one.algorithm = in.u16();
      in.array(one.id);
      out.last.push_back(one);
   }
   if (!in.complete() || out.status > BlockStatus::invalid)
      return Error{Fault::storage, "a stored block index entry is malformed"};
   return out;
}

} // namespace nebula::chain
