#pragma once

/// nebula.pow.backend/1 over a runner. Sessions belong to the runner they were opened in; those of a dead one answer
/// NEB_E_DEVICE, and new ones go to its successor.

#include "host/isolation/keeper.h"
#include "host/isolation/patience.h"

#include <nebula/svc/pow-backend.h>

#include <string>

namespace nebula::host {

/// Not movable: the table points into it.
class IsolatedBackend {
public:
   /// `suffix` is added to the name; `epochs`: its algorithm has some, or is not known.
   IsolatedBackend(Keeper &keeper, DescribedBackend described, const std::string &suffix, bool epochs);
   IsolatedBackend(const IsolatedBackend &) = delete;
   IsolatedBackend &operator=(const IsolatedBackend &) = delete;

   [[nodiscard]] const neb_pow_backend *table() const noexcept { return &table_; }
   /// For `provide`.
   [[nodiscard]] const std::string &service() const noexcept { return service_; }
   [[nodiscard]] const std::string &properties() const noexcept { return properties_; }

private:
   [[nodiscard]] static IsolatedBackend &of(const neb_pow_backend *self) noexcept {
      return *static_cast<IsolatedBackend *>(self->ctx);
   }
   [[nodiscard]] neb_status open(const neb_pow_session_config &config, neb_pow_session **out, neb_error *err);
   [[nodiscard]] neb_status telemetry(neb_pow_telemetry &out);

   Keeper &keeper_;
   const DescribedBackend described_;
   const std::string name_, service_, properties_;
   const bool epochs_;
   neb_pow_backend table_{};
   Patience patience_;
};

} // namespace nebula::host
