#include "mold.h"

#include "coinbase_mold.h"

#include <algorithm>

namespace nebula::chain {
namespace {

constexpr std::size_t k_min_offset_input = 76; // every algorithm accepts this many bytes
constexpr std::uint8_t k_monero_version = 16;
constexpr std::uint32_t k_monero_nonce_offset = 39;

void put_varint(Bytes &out, std::uint64_t value) {
   for (; value >= 0x80; value >>= 7)
      out.push_back(static_cast<std::uint8_t>(value | 0x80));
   out.push_back(static_cast<std::uint8_t>(value));
}

void append(Bytes &out, ByteView bytes) {
   out.insert(out.end(), bytes.begin(), bytes.end());
}

/// The layout of a Monero hashing blob with the commitment in the place of the previous block's id. Root and count are
/// those of the header, so the blob needs no witness; both are in the commitment already.
Result<PowInput> monero_blob(const Header &header) {
   PowInput out;
   out.input = {k_monero_version, k_monero_version};
   put_varint(out.input, header.time_s);
   if (out.input.size() != 7)
      return invalid(
         "the block's time does not fit the five bytes of a RandomX blob: it must be from 2^28 to 2^35 - 1");
   append(out.input, commitment(header));
   out.nonce_offset = k_monero_nonce_offset;
   append(out.input, Bytes(4));
   append(out.input, header.merkle_root);
   put_varint(out.input, header.transaction_count);
   return out;
}

/// Zeros up to the nonce when it stands within the first 32 bytes, and the commitment after it; else the commitment
/// first.
Result<PowInput> at_offset(const AlgorithmParams &algorithm, const Header &header) {
   if (algorithm.nonce_offset > k_max_pow_input - 64)
      return invalid("algorithm " + algorithm.name + " wants its nonce beyond byte 960");
   const Hash c = commitment(header);
   const std::size_t offset = algorithm.nonce_offset;
   const std::size_t after = offset + algorithm.nonce_bytes;
   const std::size_t commitment_at = offset >= c.size() ? 0 : after;
   PowInput out;
   out.input.resize(std::max({k_min_offset_input, after, commitment_at + c.size()}));
   std::ranges::copy(c, out.input.begin() + static_cast<std::ptrdiff_t>(commitment_at));
   out.nonce_offset = algorithm.nonce_offset;
   return out;
}

PowInput commitment_alone(const Header &header) {
   const Hash c = commitment(header);
   PowInput out;
   out.input.assign(c.begin(), c.end());
   out.nonce_offset = k_nonce_appended;
   return out;
}

Result<PowInput> with_coinbase(const Header &header, ByteView raw_witness) {
   auto witness = decode_coinbase_witness(raw_witness);
   if (!witness)
      return witness.error();
   auto built = coinbase_header(header, *witness);
   if (!built)
      return built.error();
   const auto bytes = built->encode();
   PowInput out;
   out.input.assign(bytes.begin(), bytes.end());
   out.nonce_offset = common::k_bitcoin_nonce_offset;
   return out;
}

Result<PowInput> input_of(const AlgorithmParams &algorithm, const Header &header, ByteView witness) {
   switch (algorithm.mold) {
   case MoldId::appended:
   case MoldId::autolykos_message:
      return commitment_alone(header);
   case MoldId::monero_blob:
      return monero_blob(header);
   case MoldId::offset:
      return at_offset(algorithm, header);
   case MoldId::bitcoin_coinbase:
      return with_coinbase(header, witness);
   }
   return invalid("algorithm " + algorithm.name + " has a mold this version does not know");
}

} // namespace

Result<PowInput> mold_input(const AlgorithmParams &algorithm, const Header &header, ByteView witness) {
   auto out = input_of(algorithm, header, witness);
   if (out) {
      out->nonce_bytes = algorithm.nonce_bytes;
      out->nonce_big = algorithm.nonce_big;
   }
   return out;
}

Bytes with_nonce(const PowInput &input, std::uint64_t nonce) {
   Bytes out = input.input;
   std::size_t at = input.nonce_offset;
   if (input.nonce_offset == k_nonce_appended) {
      at = out.size();
      out.resize(at + input.nonce_bytes);
   }
   for (std::size_t i = 0; i < input.nonce_bytes; ++i)
      out[at + (input.nonce_big ? input.nonce_bytes - 1 - i : i)] = static_cast<std::uint8_t>(nonce >> (8 * i));
   return out;
}

Result<Proof> make_proof(const AlgorithmParams &algorithm, std::uint64_t nonce, Bytes witness) {
   Proof out{nonce, algorithm.mold, std::move(witness)};
   if (auto form = check_proof_form(algorithm, out); !form)
      return form.error();
   return out;
}

Result<void> check_proof_form(const AlgorithmParams &algorithm, const Proof &proof) {
   if (proof.mold != algorithm.mold)
      return invalid("the proof has mold " + std::to_string(static_cast<unsigned>(proof.mold)) + ", " + algorithm.name +
                     " needs mold " + std::to_string(static_cast<unsigned>(algorithm.mold)));
   const std::size_t witness_bytes = proof.mold == MoldId::bitcoin_coinbase ? k_coinbase_witness_bytes : 0;
   if (proof.witness.size() != witness_bytes)
      return invalid("the proof has a witness of " + std::to_string(proof.witness.size()) + " bytes, its mold needs " +
                     std::to_string(witness_bytes));
   if (algorithm.nonce_bytes < 8 && proof.nonce >> (8 * algorithm.nonce_bytes) != 0)
      return invalid("the nonce has more bytes than " + algorithm.name + " takes");
   return {};
}

U256 digest_number(DigestOrder order, const Hash &digest) {
   Hash big = digest;
   if (order == DigestOrder::little) {
      std::ranges::reverse(big);
   } else if (order == DigestOrder::words32) {
      for (std::size_t word = 0; word < 32; word += 4)
         std::reverse(big.begin() + static_cast<std::ptrdiff_t>(word),
                      big.begin() + static_cast<std::ptrdiff_t>(word) + 4);
   }
   return U256::from_big_endian(big);
}

} // namespace nebula::chain
