#pragma once

/// The algorithm that is mined, through the node's plugin for it: what it is called, and digests by its own reference.

#include "core/input.h"

#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

namespace nebula::upstream {

class Verifier {
public:
   /// Throws when no enabled plugin has the algorithm. [main & in init]
   Verifier(Host host, const std::string &algorithm);

   [[nodiscard]] const std::string &name() const { return name_; } ///< canonical
   /// As miners also write it, its other names first.
   [[nodiscard]] const std::vector<std::string> &names() const { return names_; }
   [[nodiscard]] int digest_order() const { return digest_order_; }
   [[nodiscard]] bool keyed() const { return epoch_kind_ == 1; }
   [[nodiscard]] bool by_height() const { return epoch_kind_ == 2; }
   [[nodiscard]] std::optional<Dialect> dialect() const { return dialect_; }

   /// Null, or why there is no digest. On a worker: it may take a while.
   [[nodiscard]] const char *digest(const Job &job, const Input &input, std::uint64_t nonce, Hash &out) const;
   /// Makes hashing under a key quick ahead of its first use. On a worker.
   void prepare(const Bytes &key) const;

private:
   Slot<neb_pow_algorithm> slot_;
   std::string name_;
   std::vector<std::string> names_;
   int digest_order_ = 0;
   std::uint32_t epoch_kind_ = 0;
   std::optional<Dialect> dialect_;
};

} // namespace nebula::upstream
