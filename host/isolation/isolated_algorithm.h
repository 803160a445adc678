#pragma once

/// nebula.pow.algorithm/1 over a runner: the facts are copies, `hash` and `prepare` go over. While the runner is down
/// they answer NEB_E_DEVICE.

#include "host/isolation/keeper.h"
#include "host/isolation/patience.h"
#include "host/isolation/session.h"

#include <nebula/svc/pow-algorithm.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace nebula::host {

/// Not movable: the table points into it.
class IsolatedAlgorithm {
public:
   IsolatedAlgorithm(Keeper &keeper, DescribedAlgorithm described);
   IsolatedAlgorithm(const IsolatedAlgorithm &) = delete;
   IsolatedAlgorithm &operator=(const IsolatedAlgorithm &) = delete;

   [[nodiscard]] const neb_pow_algorithm *table() const noexcept { return &table_; }
   [[nodiscard]] const DescribedAlgorithm &described() const noexcept { return described_; }

private:
   template <class Use>
   [[nodiscard]] neb_status with_session(neb_error *err, Use use) noexcept;
   [[nodiscard]] std::unique_ptr<IsolatedSession> borrow(std::string &why);
   void give_back(std::unique_ptr<IsolatedSession> session);
   [[nodiscard]] std::unique_ptr<IsolatedSession> open(std::string &why);

   Keeper &keeper_;
   const DescribedAlgorithm described_;
   std::vector<neb_pow_vector> vectors_;
   std::vector<const char *> aliases_;
   neb_pow_algorithm table_{};
   Patience patience_;
   std::mutex mutex_;
   std::condition_variable returned_;
   std::vector<std::unique_ptr<IsolatedSession>> idle_; // guarded by mutex_
   std::size_t sessions_ = 0;                           // guarded by mutex_; idle or lent
};

} // namespace nebula::host
