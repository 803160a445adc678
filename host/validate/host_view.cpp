#include "host/validate/host_view.h"

#include <map>
#include <mutex>

namespace nebula::host::validation {
namespace {

struct Installed {
   HostView *view;
   decltype(neb_host::get_extension) real;
};

// By the record's ctx, which every copy of a record keeps.
struct Views {
   std::mutex mutex;
   std::map<const void *, Installed> installed;
};

Views &views() {
   static auto &all = for_ever<Views>();
   return all;
}

const void *viewed_extension(const neb_host *self, const char *id) {
   Installed at{};
   {
      const std::lock_guard lock(views().mutex);
      at = views().installed.at(self->ctx);
   }
   const void *table = at.real(self, id);
   return table ? at.view->extension(id, table) : nullptr;
}

} // namespace

void install_view(neb_host &record, HostView &view) {
   const std::lock_guard lock(views().mutex);
   views().installed[record.ctx] = {&view, record.get_extension};
   record.get_extension = viewed_extension;
}

} // namespace nebula::host::validation
