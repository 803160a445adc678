#pragma once

/// A family of toys: "toy:rounds=2,pers=Client Key". Its members compute the toy hash under a name of their own.

#include "pow/toy.h"

#include <nebula/svc/pow-family.h>

#include <map>
#include <memory>
#include <string>

namespace nebula::host::toy {

/// The toy with two aliases, "ty/0" and "ty/1".
[[nodiscard]] const neb_pow_algorithm &algorithm_with_aliases();
/// The toy, deprecated, up to height 1000.
[[nodiscard]] const neb_pow_algorithm &deprecated_algorithm();

class ToyFamily {
public:
   ToyFamily();

   /// By the instance "relatives".
   [[nodiscard]] Provided provided() const;

private:
   struct Member;
   static neb_status member(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out,
                            neb_error *err) noexcept;

   neb_pow_family table_{};
   std::map<std::string, std::shared_ptr<Member>> members_;
};

} // namespace nebula::host::toy
