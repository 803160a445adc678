#include "input.h"

#include "common/bitcoin_header.h"

#include <nebula/svc/pow-algorithm.h>

namespace nebula::upstream {
namespace {

constexpr std::uint64_t k_blob_slice = 1ull << 24;   // byte 42 tells the sinks apart, as XMRig's NiceHash mode wants it
constexpr std::uint64_t k_cosmic_slice = 1ull << 24; // ten seconds of a million hashes a second

void append(Bytes &out, ByteView bytes) {
   out.insert(out.end(), bytes.begin(), bytes.end());
}

Slices ergo_slices(const Job &job, Split split) {
   std::uint64_t first = 0;
   for (std::size_t i = 0; i < 8; ++i)
      first = first << 8 | (i < job.extranonce1.size() ? job.extranonce1[i] : 0);
   const std::uint32_t ours = job.extranonce2_size;
   // As many sinks as two bytes tell apart where enough is left to each of them, else one byte's.
   const std::uint32_t for_sinks = split == Split::connections ? 0 : ours >= 5 ? 2 : ours >= 2 ? 1 : 0;
   const std::uint32_t bits = 8 * (ours - for_sinks);
   return {first, bits >= 64 ? 0 : 1ull << bits, 1u << (8 * for_sinks)};
}

/// Only the nonce's top byte may be somebody's; a pool that wrote into it keeps it.
Slices blob_slices(const Job &job, Split split) {
   const std::uint8_t top = job.input[k_blob_nonce_offset + 3];
   const bool fixed = job.nonce_byte_fixed || top != 0;
   if (fixed)
      return {std::uint64_t{top} << 24, k_blob_slice, 1};
   return split == Split::connections ? Slices{0, 1ull << 32, 1} : Slices{0, k_blob_slice, 256};
}

} // namespace

Slices slices_of(const Job &job, Dialect dialect, Split split) {
   switch (dialect) {
   case Dialect::xmrig:
      return blob_slices(job, split);
   case Dialect::ergo:
      return ergo_slices(job, split);
   case Dialect::cosmic:
      return split == Split::connections ? Slices{0, 1ull << 32, 1} : Slices{0, k_cosmic_slice, 256};
   case Dialect::bitcoin:
      break;
   }
   return {0, 1ull << 32, 1};
}

Input sliced_input(const Job &job, Dialect dialect, const Slices &slices, std::uint32_t slice) {
   Input out;
   out.bytes = job.input;
   out.nonce_first = slices.first + slice * slices.size;
   out.nonce_last = out.nonce_first + (slices.size - 1);
   out.nonce_offset = NEB_POW_NONCE_APPENDED;
   out.nonce_bytes = dialect == Dialect::ergo ? 8 : 4;
   if (dialect == Dialect::xmrig) {
      out.nonce_offset = k_blob_nonce_offset;
      for (std::uint32_t i = 0; i < 4; ++i)
         out.bytes[k_blob_nonce_offset + i] = static_cast<std::uint8_t>(out.nonce_first >> (8 * i));
   }
   return out;
}

Input header_input(const Job &job, ByteView extranonce2, std::uint32_t ntime) {
   const CoinbaseParts &parts = *job.coinbase;
   Bytes coinbase = parts.coinb1;
   append(coinbase, job.extranonce1);
   append(coinbase, extranonce2);
   append(coinbase, parts.coinb2);
   common::BitcoinHeader header;
   header.version = parts.version;
   header.previous = parts.previous;
   header.merkle_root = common::bitcoin_merkle_root(coinbase, parts.branches);
   header.time_s = ntime;
   header.bits = parts.bits;
   const auto encoded = header.encode();
   Input out;
   out.bytes.assign(encoded.begin(), encoded.end());
   out.nonce_offset = common::k_bitcoin_nonce_offset;
   out.nonce_last = 0xFFFFFFFF;
   return out;
}

} // namespace nebula::upstream
