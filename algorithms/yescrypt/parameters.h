#pragma once

/// What makes a member of the family: version, N, r and the personality, as miners write them.

#include <nebula/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "rules.h"

namespace nebula::yescrypt {

// The limits of the function itself.
inline constexpr std::uint32_t k_n_min = 1024;
inline constexpr std::uint32_t k_n_max = 524288;
inline constexpr std::uint32_t k_r_min = 8;
inline constexpr std::uint32_t k_r_max = 32;

/// The longest personality taken: the longest slogan in use has 77 bytes.
inline constexpr std::size_t k_pers_bytes_max = 128;

/// The longest text of parameters read: every key once, with two hex digits per byte of the personality, and room.
inline constexpr std::size_t k_parameters_text_max = 512;

struct Personality {
   enum class Kind : std::uint8_t {
      absent, ///< in 0.5 the last step is left out; in 1.0 the same as empty
      bytes,
      input ///< the hashed input itself
   };
   Kind kind = Kind::absent;
   std::string value{}; ///< of Kind::bytes

   bool operator==(const Personality &) const = default;
};

struct Parameters {
   Version version = Version::v1_0;
   std::uint32_t n = 2048;
   std::uint32_t r = 32;
   Personality pers{};

   bool operator==(const Parameters &) const = default;
};

/// For operators, in one line.
inline constexpr const char *k_parameters_help =
   "version=0.5|1.0 (default 1.0), N=1024..524288, a power of two (2048), r=8..32 (32), and at most one of pers=TEXT, "
   "pers_hex=HEX and pers=@input, the input itself (none)";

/// Reads "version=0.5,N=4096,r=16,pers=Client Key"; what is left out has its default. Throws Error NEB_E_INVALID with
/// a text that names the parameter.
[[nodiscard]] Parameters parse_parameters(std::string_view text);

/// The one spelling of these parameters: all in the order version, N, r and, unless absent, pers or pers_hex.
[[nodiscard]] std::string canonical_text(const Parameters &parameters);

/// "yescrypt:" and the canonical text.
[[nodiscard]] std::string member_name(const Parameters &parameters);

} // namespace nebula::yescrypt
