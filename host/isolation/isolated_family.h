#pragma once

/// nebula.pow.family/1 over a runner: a member is made there, and stands here as an algorithm and backends like any
/// other of the instance.

#include "host/isolation/isolated_algorithm.h"
#include "host/isolation/isolated_backend.h"
#include "host/isolation/keeper.h"

#include <nebula/svc/pow-family.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace nebula::host {

/// Not movable: the table points into it.
class IsolatedFamily {
public:
   IsolatedFamily(Keeper &keeper, DescribedFamily described);
   ~IsolatedFamily();
   IsolatedFamily(const IsolatedFamily &) = delete;
   IsolatedFamily &operator=(const IsolatedFamily &) = delete;

   [[nodiscard]] const neb_pow_family *table() const noexcept { return &table_; }

private:
   struct Member;

   [[nodiscard]] neb_status member(const std::string &parameters, const neb_pow_member **out, neb_error *err);

   Keeper &keeper_;
   const DescribedFamily described_;
   neb_pow_family table_{};
   std::mutex mutex_;
   std::map<std::string, std::unique_ptr<Member>, std::less<>> members_; // guarded by mutex_; by canonical name
};

} // namespace nebula::host
