#include "core/block_template.h"

#include "core/varint.h"

#include <algorithm>

namespace nebula::monero {

namespace {

constexpr std::uint64_t k_randomx_since_version = 12;
constexpr std::uint64_t k_coinbase_lock_blocks = 60;
constexpr std::uint8_t k_coinbase_input = 0xff;
constexpr std::uint8_t k_tagged_key_output = 0x03;
constexpr std::uint8_t k_extra_public_key = 0x01;
constexpr std::uint8_t k_extra_nonce = 0x02;

Error refusal(std::string why) {
   return {"block template refused: " + std::move(why), Fault::refused};
}

// Reads one varint and requires it to be `wanted`; the refusal names `what`.
std::optional<Error> expect_varint(ByteReader &reader, std::uint64_t wanted, std::string_view what) {
   const auto value = reader.varint();
   if (!value)
      return refusal(std::string(what) + " is cut off or not in its shortest form");
   if (*value != wanted)
      return refusal(std::string(what) + " is " + std::to_string(*value) + ", expected " + std::to_string(wanted));
   return std::nullopt;
}

std::optional<Error> read_header(ByteReader &reader, const TemplateClaims &claims, BlockLayout &layout) {
   const auto major = reader.varint();
   const auto minor = reader.varint();
   const auto timestamp = reader.varint();
   const auto previous = reader.take(32);
   if (!major || !minor || !timestamp || !previous)
      return refusal("its header is cut off");
   if (*major < k_randomx_since_version || *major > claims.max_major_version)
      return refusal("its major version " + std::to_string(*major) + " is not in " +
                     std::to_string(k_randomx_since_version) + " to " + std::to_string(claims.max_major_version) +
                     " (max_major_version), the proof of work may not be RandomX");
   if (!std::equal(previous->begin(), previous->end(), claims.prev_hash.begin()))
      return refusal("its parent is not the prev_hash of the answer");
   if (reader.offset() != k_nonce_offset)
      return refusal("its nonce is at offset " + std::to_string(reader.offset()) + ", miners expect 39");
   if (!reader.take(k_nonce_bytes))
      return refusal("its nonce is cut off");
   layout.major_version = *major;
   layout.timestamp = *timestamp;
   layout.miner_tx_offset = reader.offset();
   return std::nullopt;
}

std::optional<Error> read_outputs(ByteReader &reader, BlockLayout &layout) {
   if (auto error = expect_varint(reader, 1, "the number of outputs of the miner transaction"))
      return error;
   const auto amount = reader.varint();
   const auto type = reader.byte();
   if (!amount || !type)
      return refusal("the output of the miner transaction is cut off");
   if (*type != k_tagged_key_output)
      return refusal("the output of the miner transaction has type " + std::to_string(*type) + ", expected 3");
   if (!reader.take(32 + 1)) // one-time key, view tag
      return refusal("the output of the miner transaction is cut off");
   layout.reward = *amount;
   return std::nullopt;
}

// The extra field: public key, then the reserved bytes where the daemon says they are, then anything (padding).
std::optional<Error> read_extra(ByteReader &reader, const TemplateClaims &claims, BlockLayout &layout) {
   const auto length = reader.varint();
   if (!length || *length > reader.left())
      return refusal("the extra field of the miner transaction is cut off");
   const std::size_t begin = reader.offset();
   const auto extra = *reader.take(static_cast<std::size_t>(*length));
   const std::size_t reserved = 1 + 32 + 2;
   if (extra.size() < reserved + claims.reserve_size || extra[0] != k_extra_public_key)
      return refusal("the extra field has no public key followed by " + std::to_string(claims.reserve_size) +
                     " reserved bytes");
   if (extra[reserved - 2] != k_extra_nonce || extra[reserved - 1] != claims.reserve_size)
      return refusal("the reserved bytes are not announced by 02 and their number in front of them");
   if (claims.reserved_offset != begin + reserved)
      return refusal("reserved_offset is " + std::to_string(claims.reserved_offset) + ", the reserved bytes begin at " +
                     std::to_string(begin + reserved));
   layout.reserved_offset = begin + reserved;
   layout.reserve_size = claims.reserve_size;
   layout.prefix_end = reader.offset();
   return std::nullopt;
}

std::optional<Error> read_miner_transaction(ByteReader &reader, const TemplateClaims &claims, BlockLayout &layout) {
   if (auto error = expect_varint(reader, 2, "the version of the miner transaction"))
      return error;
   if (auto error = expect_varint(reader, claims.height + k_coinbase_lock_blocks, "the unlock time"))
      return error;
   if (auto error = expect_varint(reader, 1, "the number of inputs of the miner transaction"))
      return error;
   if (reader.byte() != k_coinbase_input)
      return refusal("the input of the miner transaction is not a coinbase");
   if (auto error = expect_varint(reader, claims.height, "the height in the miner transaction"))
      return error;
   if (auto error = read_outputs(reader, layout))
      return error;
   if (auto error = read_extra(reader, claims, layout))
      return error;
   if (reader.byte() != std::uint8_t{0})
      return refusal("the RingCT type of the miner transaction is not 0");
   return std::nullopt;
}

std::optional<Error> read_transactions(ByteReader &reader, BlockLayout &layout) {
   const auto count = reader.varint();
   if (!count)
      return refusal("the number of transactions is cut off");
   if (*count > k_transactions_max)
      return refusal("it has " + std::to_string(*count) + " transactions, at most " +
                     std::to_string(k_transactions_max) + " are accepted");
   if (reader.left() != *count * 32)
      return refusal("after the number of transactions come " + std::to_string(reader.left()) + " bytes, " +
                     std::to_string(*count) + " ids need " + std::to_string(*count * 32));
   layout.transactions.resize(static_cast<std::size_t>(*count));
   for (Hash &id : layout.transactions) {
      const ByteView bytes = *reader.take(id.size());
      std::copy(bytes.begin(), bytes.end(), id.begin());
   }
   return std::nullopt;
}

} // namespace

Result<BlockLayout> parse_block_template(ByteView blob, const TemplateClaims &claims) {
   ByteReader reader(blob);
   BlockLayout layout;
   if (auto error = read_header(reader, claims, layout))
      return *error;
   if (auto error = read_miner_transaction(reader, claims, layout))
      return *error;
   if (auto error = read_transactions(reader, layout))
      return *error;
   return layout;
}

} // namespace nebula::monero
