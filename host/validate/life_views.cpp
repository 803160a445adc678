#include "host/validate/life_views.h"

#include "host/validate/child.h"
#include "host/validate/rigged.h"

#include <nebula/svc/command.h>
#include <nebula/svc/status.h>

#include <boost/json/parse.hpp>

namespace nebula::host::validation {
namespace {

void append(void *user, neb_bytes piece) noexcept {
   static_cast<std::string *>(user)->append(reinterpret_cast<const char *>(piece.ptr), piece.len);
}

const void *extension(Rig &rig, const char *id) {
   ChildPipe::step(std::string("calling get_extension(\"") + id + "\")");
   return rig.table()->get_extension(rig.table(), id);
}

} // namespace

Verdict has_no_unknown_extension(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      return extension(rig, "com.example.unknown/1")
                ? Verdict::fail("get_extension(\"com.example.unknown/1\") returned a table; compare the whole id and "
                                "return NULL for any other")
                : Verdict::pass();
   });
}

Verdict has_its_commands(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (rig.manifest().commands.empty())
         return Verdict::pass();
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      const auto *command = static_cast<const neb_command *>(extension(rig, NEB_SVC_COMMAND));
      return command && command->run
                ? Verdict::pass()
                : Verdict::fail("the manifest names the command " + rig.manifest().commands[0].name +
                                ", but get_extension gives no nebula.command/1 with `run`");
   });
}

Verdict status_is_json(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      const auto *view = static_cast<const neb_status_view *>(extension(rig, NEB_SVC_STATUS));
      if (!view)
         return Verdict::pass();
      std::string text;
      ChildPipe::step("calling nebula.status/1 write");
      if (const neb_status status = view->write(view, append, &text); status != NEB_OK)
         return Verdict::fail("nebula.status/1 write returned " + std::to_string(status) + "; it always has an answer");
      boost::system::error_code failed;
      const auto json = boost::json::parse(text, failed);
      if (failed || !json.is_object() || !json.get_object().if_contains("summary"))
         return Verdict::fail("its status is \"" + text.substr(0, 60) +
                              "\"; write one JSON object with a member \"summary\"");
      return Verdict::pass();
   });
}

} // namespace nebula::host::validation
