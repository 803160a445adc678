#pragma once

/// The members that miners know by a name of their own.

#include <span>

namespace nebula::yescrypt {

struct Variant {
   const char *name;       ///< as miners write it
   const char *parameters; ///< as the family reads them
   const char *text;       ///< for operators
};

[[nodiscard]] std::span<const Variant> named_variants() noexcept;

} // namespace nebula::yescrypt
