#include "lthash.h"

#include <cassert>
#include <sodium.h>

namespace nebula::chain {
namespace {

using Expanded = std::array<std::uint8_t, LtHash::k_bytes>;

/// 2,048 bytes that follow from the element: the ChaCha20 stream with the element as key and a zero nonce.
Expanded expand(const Hash &element) {
   constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
   Expanded out{};
   crypto_stream_chacha20(out.data(), out.size(), nonce.data(), element.data());
   return out;
}

std::uint16_t lane(const std::uint8_t *bytes, std::size_t i) {
   return static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

} // namespace

void LtHash::add(const Hash &element) {
   const Expanded bytes = expand(element);
   for (std::size_t i = 0; i < lanes_.size(); ++i)
      lanes_[i] = static_cast<std::uint16_t>(lanes_[i] + lane(bytes.data(), i));
}

void LtHash::remove(const Hash &element) {
   const Expanded bytes = expand(element);
   for (std::size_t i = 0; i < lanes_.size(); ++i)
      lanes_[i] = static_cast<std::uint16_t>(lanes_[i] - lane(bytes.data(), i));
}

Bytes LtHash::encode() const {
   Bytes out(k_bytes);
   for (std::size_t i = 0; i < lanes_.size(); ++i) {
      out[2 * i] = static_cast<std::uint8_t>(lanes_[i]);
      out[2 * i + 1] = static_cast<std::uint8_t>(lanes_[i] >> 8);
   }
   return out;
}

LtHash LtHash::decode(ByteView bytes) {
   assert(bytes.size() == k_bytes);
   LtHash out;
   for (std::size_t i = 0; i < out.lanes_.size(); ++i)
      out.lanes_[i] = lane(bytes.data(), i);
   return out;
}

} // namespace nebula::chain
