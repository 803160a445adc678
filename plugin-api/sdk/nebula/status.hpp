// nebula.status/1: what an instance shows of itself in `nebula ctl status`.
#pragma once

#include <nebula/plugin.hpp>
#include <nebula/svc/status.h>

#include <functional>

namespace nebula {

// Keep it in the plugin object and call attach(plugin) in the plugin's constructor.
class Status {
public:
   // `document` returns one JSON object with a member "summary"; it is called from any thread and returns soon.
   explicit Status(std::function<std::string()> document)
      : document_(std::move(document)), table_{sizeof(neb_status_view), 0, this, &on_write} {}
   Status(const Status &) = delete;
   Status &operator=(const Status &) = delete;

   void attach(Plugin &plugin) { plugin.offer(NEB_SVC_STATUS, &table_); }

private:
   static neb_status on_write(const neb_status_view *table, neb_write_fn write, void *user) noexcept {
      return guarded(nullptr, [&] { write(user, bytes(static_cast<const Status *>(table->ctx)->document_())); });
   }

   std::function<std::string()> document_;
   neb_status_view table_;
};

} // namespace nebula
