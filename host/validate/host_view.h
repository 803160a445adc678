#pragma once

/// What a check changes about the host that the examined plugin sees: an older one, a newer one, one that lacks
/// something, or one that watches. Lives as long as the process, for a thread of the plugin may still look at it.

#include <nebula/host.h>

#include <string_view>

namespace nebula::host::validation {

class Rig;

class HostView {
public:
   HostView() = default;
   virtual ~HostView() = default;
   HostView(const HostView &) = delete;
   HostView &operator=(const HostView &) = delete;

   /// The instance whose host this is, before anything of the plugin is called.
   virtual void attach(const Rig &) {}
   /// The record the plugin is given; `real` lives as long as the process. Its ctx must stay.
   [[nodiscard]] virtual const neb_host *record(const neb_host &real) { return &real; }
   /// The table the plugin is given for an id that this host has; NULL: this view has not. Any thread.
   [[nodiscard]] virtual const void *extension(std::string_view, const void *real) { return real; }
};

/// Makes `view` answer get_extension of the record; `real` is the record of the instance and keeps its ctx.
void install_view(neb_host &record, HostView &view);

/// An object for the rest of the process.
template <class T, class... Arguments>
T &for_ever(Arguments &&...arguments) {
   return *new T(static_cast<Arguments &&>(arguments)...);
}

} // namespace nebula::host::validation
