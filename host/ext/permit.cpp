#include "ext/error_text.h"
#include "ext/instance_context.h"

#include <cstdio>
#include <cstdlib>

namespace nebula::host {

void report_thrown(const InstanceContext &context, const char *function, const char *what) noexcept {
   try {
      context.log.error(std::string(function) + " ended with an exception: " + what);
   } catch (...) {
      std::fprintf(stderr, "nebula: %s of %s ended with an exception\n", function, context.instance.c_str());
   }
}

neb_status permit(const InstanceContext &context, const char *function, bool state_fits, const char *required,
                  neb_error *err) noexcept {
   const bool main = std::this_thread::get_id() == context.services.main_thread;
   if (main && state_fits)
      return NEB_OK;
   const std::string_view state = context.in_init ? std::string_view("init") : to_string(context.state.load());
   char text[240];
   std::snprintf(text, sizeof text, "%s was called by plugin %s (instance %s) in state %.*s on %s thread: it is %s",
                 function, context.plugin.c_str(), context.instance.c_str(), static_cast<int>(state.size()),
                 state.data(), main ? "the main" : "another", required);
   if (context.services.strict) {
      std::fprintf(stderr, "nebula: %s\n", text);
      std::abort();
   }
   try {
      context.log.error(text);
   } catch (...) {
      std::fprintf(stderr, "nebula: %s\n", text);
   }
   return fail(err, NEB_E_STATE, text);
}

} // namespace nebula::host
