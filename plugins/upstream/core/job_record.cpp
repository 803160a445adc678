#include "job_record.h"

#include "message.h"

namespace nebula::upstream {
namespace {

Bytes bytes(RecordReader &in, std::size_t least, std::size_t most) {
   Bytes out = in.bytes();
   if (out.size() < least || out.size() > most)
      RecordReader::fail("a part of a job has a length that no pool's has");
   return out;
}

void put(RecordWriter &out, const CoinbaseParts &parts) {
   out.bytes(parts.coinb1).bytes(parts.coinb2).number(parts.branches.size());
   for (const Hash &branch : parts.branches)
      out.bytes(branch);
   out.number(parts.version).number(parts.bits).number(parts.ntime).bytes(parts.previous);
}
CoinbaseParts read_parts(RecordReader &in) {
   CoinbaseParts out;
   out.coinb1 = bytes(in, 0, k_coinbase_bytes_max);
   out.coinb2 = bytes(in, 0, k_coinbase_bytes_max);
   out.branches.resize(in.number(k_branches_max));
   for (Hash &branch : out.branches)
      branch = in.array<32>();
   out.version = in.number32();
   out.bits = in.number32();
   out.ntime = in.number32();
   out.previous = in.array<32>();
   return out;
}

Bytes read_input(RecordReader &in, Dialect dialect) {
   switch (dialect) {
   case Dialect::xmrig:
      return bytes(in, k_blob_bytes_min, k_blob_bytes_max);
   case Dialect::bitcoin:
      return bytes(in, 0, 0);
   case Dialect::ergo:
   case Dialect::cosmic:
      break;
   }
   return bytes(in, sizeof(Hash), sizeof(Hash));
}

} // namespace

void put(RecordWriter &out, const U256 &number) {
   out.bytes(number.to_big_endian());
}

U256 number256(RecordReader &in) {
   return U256::from_big_endian(in.array<32>());
}

void put(RecordWriter &out, const Job &job) {
   out.text(job.id).text(job.algorithm).bytes(job.input).flag(job.seed.has_value());
   if (job.seed)
      out.bytes(*job.seed);
   out.number(job.height);
   put(out, job.target);
   out.flag(job.clean).flag(job.coinbase.has_value());
   if (job.coinbase)
      put(out, *job.coinbase);
   out.bytes(job.extranonce1).number(job.extranonce2_size).flag(job.nonce_byte_fixed).flag(job.brief);
}

Job read_job_record(RecordReader &in, Dialect dialect) {
   Job out;
   out.id = in.text();
   out.algorithm = in.text();
   out.input = read_input(in, dialect);
   if (in.flag())
      out.seed = in.array<32>();
   out.height = in.number();
   out.target = number256(in);
   out.clean = in.flag();
   if (in.flag() != (dialect == Dialect::bitcoin))
      RecordReader::fail("a job is of another dialect");
   if (dialect == Dialect::bitcoin)
      out.coinbase = read_parts(in);
   out.extranonce1 = bytes(in, 0, k_extranonce1_bytes_max);
   out.extranonce2_size = static_cast<std::uint32_t>(in.number(k_extranonce2_bytes_max));
   if (dialect == Dialect::ergo && out.extranonce1.size() + out.extranonce2_size != 8)
      RecordReader::fail("a job's extranonce does not fit");
   out.nonce_byte_fixed = in.flag();
   out.brief = in.flag();
   return out;
}

} // namespace nebula::upstream
