#include "host/pow/contender.h"

namespace nebula::host {

const char *standing_name(Standing standing) noexcept {
   switch (standing) {
   case Standing::untried:
      return "untried";
   case Standing::passed:
      return "passed";
   case Standing::refused:
      return "refused";
   case Standing::quarantined:
      return "quarantined";
   case Standing::gone:
      return "gone";
   }
   return "unknown";
}

std::string Contender::reason() const {
   const std::lock_guard lock(mutex_);
   return reason_;
}

bool Contender::move_to(Standing standing, std::string reason) {
   const std::lock_guard lock(mutex_);
   const Standing now = standing_.load();
   if (now == Standing::gone && standing == Standing::gone) {
      reason_ = std::move(reason); // it is known better now
      return false;
   }
   if (now == standing || now == Standing::gone || (now == Standing::quarantined && standing != Standing::gone))
      return false;
   reason_ = std::move(reason);
   standing_.store(standing);
   return true;
}

} // namespace nebula::host
