#include "coinbase_mold.h"

#include "codec.h"

#include <algorithm>

namespace nebula::chain {
namespace {

constexpr std::uint32_t k_version = 0x20000000;
constexpr std::uint8_t k_push_height = 4, k_push_hash = 32, k_push_extranonce = k_extranonce_bytes;
constexpr std::uint8_t k_script_bytes = 1 + k_push_height + 1 + k_push_hash + 1 + k_push_extranonce;
constexpr std::uint8_t k_return = 0x6a; // the script of an output that nobody can spend
constexpr std::uint64_t k_time_max = 0xFFFFFFFFu - k_ntime_ahead_s;

/// A transaction with one input that spends nothing and one output of nothing. The height stands where miners look for
/// it to show it.
Bytes before_extranonce(const Header &header) {
   Writer out;
   out.u32(1); // version
   out.u8(1);  // inputs
   out.bytes(Hash{});
   out.u32(0xFFFFFFFFu);
   out.u8(k_script_bytes);
   out.u8(k_push_height);
   out.u32(static_cast<std::uint32_t>(header.height));
   out.u8(k_push_hash);
   out.bytes(commitment(header));
   out.u8(k_push_extranonce);
   return out.take();
}

Bytes after_extranonce() {
   Writer out;
   out.u32(0xFFFFFFFFu); // sequence
   out.u8(1);            // outputs
   out.u64(0);           // amount
   out.u8(1);            // bytes of its script
   out.u8(k_return);
   out.u32(0); // lock time
   return out.take();
}

} // namespace

Bytes CoinbaseWitness::encode() const {
   Writer out;
   out.bytes(extranonce);
   out.u32(ntime);
   return out.take();
}

Result<CoinbaseWitness> decode_coinbase_witness(ByteView raw) {
   CoinbaseWitness out;
   Reader in(raw);
   in.array(out.extranonce);
   out.ntime = in.u32();
   if (!in.complete())
      return invalid("the proof's witness has " + std::to_string(raw.size()) +
                     " bytes; extranonce and time of a coinbase take 20");
   return out;
}

Result<CoinbaseWork> coinbase_work(const Header &header) {
   if (header.time_s > k_time_max)
      return invalid("the block's time does not fit the four bytes of an 80-byte header");
   CoinbaseWork out;
   out.coinb1 = before_extranonce(header);
   out.coinb2 = after_extranonce();
   out.version = k_version;
   out.bits = common::compact_target(header.target);
   out.ntime = static_cast<std::uint32_t>(header.time_s);
   out.previous = header.previous;
   return out;
}

Result<common::BitcoinHeader> coinbase_header(const Header &header, const CoinbaseWitness &witness) {
   auto work = coinbase_work(header);
   if (!work)
      return work.error();
   if (witness.ntime < work->ntime || witness.ntime - work->ntime > k_ntime_ahead_s)
      return invalid("the time in the proof's witness is " + std::to_string(witness.ntime) +
                     "; it must be from the block's, " + std::to_string(work->ntime) + ", to " +
                     std::to_string(k_ntime_ahead_s) + " s later");
   Bytes coinbase = std::move(work->coinb1);
   coinbase.insert(coinbase.end(), witness.extranonce.begin(), witness.extranonce.end());
   coinbase.insert(coinbase.end(), work->coinb2.begin(), work->coinb2.end());
   common::BitcoinHeader out;
   out.version = work->version;
   out.previous = work->previous;
   out.merkle_root = common::bitcoin_merkle_root(coinbase, {});
   out.time_s = witness.ntime;
   out.bits = work->bits;
   return out;
}

} // namespace nebula::chain
