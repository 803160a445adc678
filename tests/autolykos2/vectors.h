#pragma once

/// The known answers of tests/vectors/autolykos2.json.

#include <cstdint>
#include <string>
#include <vector>

#include "rules.h"

namespace nebula::test {

using Bytes = std::vector<std::uint8_t>;

struct Vector {
   std::string name;
   std::uint64_t height;
   Bytes message;
   std::uint64_t nonce;
   std::uint32_t table_size, first_index;
   Bytes first_element, seed;
   std::vector<std::uint32_t> indices;
   Bytes sum, hit, bound;
   bool valid;

   /// message ‖ nonce
   [[nodiscard]] Bytes input() const;
};

[[nodiscard]] std::vector<Vector> vectors();

struct Size {
   std::uint64_t height;
   std::uint32_t table_size;
};

/// N_table and N_growth_steps.
[[nodiscard]] std::vector<Size> sizes();
[[nodiscard]] std::vector<Size> growth_steps();

} // namespace nebula::test
