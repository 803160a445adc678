#pragma once

/// What tells one solution from all others.

#include "core/bytes.h"

namespace nebula::monero {

inline constexpr std::size_t k_solutions_remembered_max = 16'384; // for duplicates; about 2 MiB
inline constexpr std::size_t k_solution_key_numbers_bytes = 16;   // of template and nonce

/// The extranonce, then both numbers as this machine writes them.
[[nodiscard]] inline std::string solution_key(std::uint64_t template_id, ByteView extranonce, std::uint64_t nonce) {
   std::string key(common::as_text(extranonce));
   key.append(reinterpret_cast<const char *>(&template_id), sizeof template_id);
   key.append(reinterpret_cast<const char *>(&nonce), sizeof nonce);
   return key;
}

} // namespace nebula::monero
