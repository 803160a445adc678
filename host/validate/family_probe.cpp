#include "host/validate/family_probe.h"

#include "host/slots/c_error.h"
#include "host/validate/child.h"
#include "host/validate/rigged.h"

namespace nebula::host::validation {

Asked ask_member(const neb_pow_family &family, const std::string &parameters) {
   ChildPipe::step("asking for the member with \"" + parameters + "\"");
   Asked asked;
   neb_error err = make_error();
   asked.status = family.member(&family, {parameters.data(), parameters.size()}, &asked.member, &err);
   asked.reason = text_of(err);
   return asked;
}

std::string parameters_in(const std::string &name) {
   const auto colon = name.find(':');
   return colon == std::string::npos ? std::string() : name.substr(colon + 1);
}

Verdict with_family(Subject &subject, const std::function<Verdict(const neb_pow_family &)> &body) {
   bool any = false;
   auto verdict = with_rig(subject, {}, [&](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      for (const Provided *service : rig.provided()) {
         if (service->id != NEB_SVC_POW_FAMILY)
            continue;
         any = true;
         if (auto one = body(*static_cast<const neb_pow_family *>(service->table)); !one.passed())
            return Verdict{one.outcome, service->name + ": " + one.text};
      }
      return Verdict::pass();
   });
   return verdict.passed() && !any ? Verdict::skip("it provides no family") : verdict;
}

} // namespace nebula::host::validation
