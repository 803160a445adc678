#pragma once

/// A homomorphic hash of a set (LtHash, lattice based): adding and removing an element costs the same whatever the
/// set's size, in any order. 1,024 lanes of 16 bits, about 200 bits of security against collisions. The elements must
/// be distinct records: here an account's address is part of its record.

#include "types.h"

namespace nebula::chain {

class LtHash {
public:
   static constexpr std::size_t k_bytes = 2'048;

   void add(const Hash &element);
   void remove(const Hash &element);

   /// Lanes in order, each little-endian.
   [[nodiscard]] Bytes encode() const;
   /// Precondition: k_bytes bytes.
   [[nodiscard]] static LtHash decode(ByteView bytes);

   friend bool operator==(const LtHash &, const LtHash &) = default;

private:
   std::array<std::uint16_t, k_bytes / 2> lanes_{};
};

} // namespace nebula::chain
