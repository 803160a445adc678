#include "view.h"

namespace nebula::pool::accounts {

const char *name_of(Scheme scheme) {
   constexpr const char *k_names[] = {"pplns", "prop", "solo"};
   return k_names[static_cast<std::size_t>(scheme)];
}
const char *name_of(BlockState state) {
   constexpr const char *k_names[] = {"candidate", "found", "pending", "mature", "orphaned", "lost"};
   return k_names[static_cast<std::size_t>(state)];
}
const char *name_of(BatchState state) {
   constexpr const char *k_names[] = {"created", "sent", "paid", "failed"};
   return k_names[static_cast<std::size_t>(state)];
}
const char *name_of(Fund fund) {
   return fund == Fund::main ? "main" : "bonus";
}

} // namespace nebula::pool::accounts
