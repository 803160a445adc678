#pragma once

/// Mold 4: the 80-byte header that miners of the yescrypt family build themselves. The commitment stands in a coinbase
/// of Bitcoin's form; extranonce and time are the miner's to choose and travel in the proof's witness. Everything else
/// follows from the chain's header (docs/protocol/chain.md).

#include "block.h"

#include "common/bitcoin_header.h"

namespace nebula::chain {

/// What the miner chose beside the nonce. 20 bytes in a proof: the extranonce, then the time little-endian.
struct CoinbaseWitness {
   Extranonce extranonce{};
   std::uint32_t ntime = 0;

   [[nodiscard]] Bytes encode() const;
};
inline constexpr std::size_t k_coinbase_witness_bytes = k_extranonce_bytes + 4;
/// Exactly that many bytes.
[[nodiscard]] Result<CoinbaseWitness> decode_coinbase_witness(ByteView raw);

/// Seconds by which the miner's time may be later than the block's; earlier it may not be.
inline constexpr std::uint32_t k_ntime_ahead_s = 7'200;

/// What a Stratum v1 server hands out. coinbase = coinb1 ‖ extranonce ‖ coinb2, and the coinbase is the whole tree.
struct CoinbaseWork {
   Bytes coinb1, coinb2;
   std::uint32_t version = 0, bits = 0, ntime = 0;
   Hash previous{};
};

/// Fails for a time that the header's four bytes cannot carry.
[[nodiscard]] Result<CoinbaseWork> coinbase_work(const Header &header);

/// The 80 bytes with a zero nonce. Fails for a witness whose time is out of bounds.
[[nodiscard]] Result<common::BitcoinHeader> coinbase_header(const Header &header, const CoinbaseWitness &witness);

} // namespace nebula::chain
