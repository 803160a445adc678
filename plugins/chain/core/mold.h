#pragma once

/// Molds: one commitment, put where each algorithm's existing miners expect their input. Validation rebuilds the mold
/// from header and proof and hashes it itself.
///
///    appended      c ‖ nonce                                              (cosmic-harmony)
///    monero_blob   16 16 time(5-byte varint) c nonce@39 merkle_root count  (RandomX: as a Monero miner takes it)
///    offset        c and the nonce at an offset, at least 76 bytes          (any other algorithm)
///    coinbase      an 80-byte header, c in its coinbase, nonce@76           (yescrypt family; coinbase_mold.h)
///    message       c ‖ nonce, most significant byte first                   (Autolykos v2)

#include "block.h"

namespace nebula::chain {

struct PowInput {
   Bytes input;                    // with a zero nonce in it; without the nonce when it is appended
   std::uint32_t nonce_offset = 0; // k_nonce_appended, or where it stands
   std::uint8_t nonce_bytes = 4;
   bool nonce_big = false; // most significant byte first
};
inline constexpr std::uint32_t k_nonce_appended = 0xFFFFFFFFu;
inline constexpr std::size_t k_max_pow_input = 1024;

/// What to search. `witness` is the proof's: what the mold takes beside the header. Fails for an unknown mold, a time
/// that a mold cannot carry, and a witness that is not the mold's.
[[nodiscard]] Result<PowInput> mold_input(const AlgorithmParams &algorithm, const Header &header,
                                          ByteView witness = {});

/// The complete input, nonce included.
[[nodiscard]] Bytes with_nonce(const PowInput &input, std::uint64_t nonce);

/// The proof of this nonce. Fails when the nonce does not fit the algorithm's, or the witness not its mold.
[[nodiscard]] Result<Proof> make_proof(const AlgorithmParams &algorithm, std::uint64_t nonce, Bytes witness = {});

/// The proof has the algorithm's mold, a witness of exactly the length that the mold needs, and a nonce that fits. So
/// one solution has one encoding.
[[nodiscard]] Result<void> check_proof_form(const AlgorithmParams &algorithm, const Proof &proof);

/// The digest as a number to compare with a target.
[[nodiscard]] U256 digest_number(DigestOrder order, const Hash &digest);

} // namespace nebula::chain
