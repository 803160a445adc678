#pragma once

/// Which slice of a connection's work a sink gets: the one it had of the work before, where that is free. Miners of
/// dialect C are told the first bytes of their nonces once, and many cannot be told others.

#include "common/record.h"

#include <cstdint>
#include <map>
#include <vector>

namespace nebula::upstream {

using common::Bytes;

class Homes {
public:
   /// Its earlier slice is one that `taken`, of a work of the connection, has free.
   [[nodiscard]] bool waits(const Bytes &name, const std::vector<bool> &taken) const;
   /// A slice that `taken` has free, and marks it; there is one. It is the name's from now on, unless it has another.
   std::uint32_t take(const Bytes &name, std::vector<bool> &taken);

   void save(common::RecordWriter &out) const;
   void restore(common::RecordReader &in);

private:
   [[nodiscard]] std::uint32_t free_slice(const std::vector<bool> &taken);
   void leave(std::uint32_t slice);

   std::map<Bytes, std::uint32_t> slices_;
   std::map<std::uint32_t, Bytes> names_; // the same the other way round
   std::uint32_t all_below_ = 0;          // slices below are somebody's
};

} // namespace nebula::upstream
