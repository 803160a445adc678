#pragma once

/// The small types everything in the chain is made of, and what a failing function returns.

#include "common/bytes.h"
#include "common/result.h"
#include "common/u256.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace nebula::chain {

using common::Bytes;
using common::ByteView;
using common::U256;

using Hash = std::array<std::uint8_t, 32>;
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using Address = std::array<std::uint8_t, 20>;

/// Money in the smallest unit, 10^-6 ZION. Every sum is checked against the supply, so it never wraps.
using Amount = std::uint64_t;
inline constexpr Amount k_units_per_zion = 1'000'000;
inline constexpr Amount k_max_supply = 144'000'000'000 * k_units_per_zion; // 1.44e17, well inside 64 bits

/// What the caller should think of a failure.
enum class Fault {
   invalid,        // breaks a rule; whoever made it is wrong
   low,            // the proof of work does not reach the target
   unknown_parent, // cannot be judged yet
   missing,        // what was asked for does not exist
   duplicate,      // already there
   too_late,       // would unwind more than the chain allows, or spends a used nonce
   full,           // a limit is reached; later it may fit
   unavailable,    // this node cannot judge it (an algorithm plugin is missing)
   storage,        // the store failed or holds wrong data
};

struct Error {
   Fault fault = Fault::invalid;
   std::string text;

   [[nodiscard]] Error within(std::string_view context) const { return {fault, std::string(context) + ": " + text}; }
};

template <class T>
using Result = common::BasicResult<T, Error>;

[[nodiscard]] inline Error invalid(std::string text) {
   return {Fault::invalid, std::move(text)};
}

/// For unordered maps: these values are hashes already.
struct FirstBytesHash {
   template <std::size_t N>
   std::size_t operator()(const std::array<std::uint8_t, N> &value) const noexcept {
      std::size_t out = 0;
      std::memcpy(&out, value.data(), sizeof out);
      return out;
   }
};

} // namespace nebula::chain
