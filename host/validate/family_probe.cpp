#include "host/validate/family_probe.h"

#include "host/plugin/tables.h"
#include "host/slots/c_error.h"
#include "host/slots/properties.h"
#include "host/validate/child.h"
#include "host/validate/rigged.h"

#include <optional>

namespace nebula::host::validation {

namespace {

std::optional<Provided> backend_of(const Provided &family, const neb_pow_member_backend &given,
                                   const neb_pow_algorithm &algorithm) {
   auto properties = parse_properties(given.properties ? given.properties : "");
   const auto table = complete_service(NEB_SVC_POW_BACKEND, given.backend);
   if (!properties || !table || !algorithm.name)
      return std::nullopt;
   const auto *backend = static_cast<const neb_pow_backend *>(*table);
   if (!backend->algorithm || std::string_view(backend->algorithm) != algorithm.name)
      return std::nullopt;
   properties->insert_or_assign("algorithm", algorithm.name);
   Provided service = family;
   service.id = NEB_SVC_POW_BACKEND;
   service.name = backend->name ? backend->name : "";
   service.properties = std::move(*properties);
   service.table = backend;
   return service;
}

} // namespace

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

std::vector<ExaminedBackend> member_backends(const Provided &family, const std::vector<std::string> &parameters) {
   std::vector<std::string> all{""};
   all.insert(all.end(), parameters.begin(), parameters.end());
   std::vector<ExaminedBackend> found;
   for (const auto &wanted : all) {
      const auto asked = ask_member(*static_cast<const neb_pow_family *>(family.table), wanted);
      if (asked.status != NEB_OK || !asked.member || !asked.member->algorithm)
         continue;
      const auto algorithm = complete_service(NEB_SVC_POW_ALGORITHM, asked.member->algorithm);
      for (std::uint32_t i = 0; algorithm && i < asked.member->backend_count; ++i)
         if (auto backend =
                backend_of(family, asked.member->backends[i], *static_cast<const neb_pow_algorithm *>(*algorithm)))
            found.push_back({std::move(*backend), asked.member->backends[i].backend,
                             static_cast<const neb_pow_algorithm *>(*algorithm), asked.member->backend_count});
   }
   return found;
}

Verdict with_family(Subject &subject, const std::function<Verdict(const neb_pow_family &)> &body) {
   bool any = false;
   Notes notes;
   auto verdict = with_rig(subject, {}, [&](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      for (const Provided *service : rig.provided()) {
         if (service->id != NEB_SVC_POW_FAMILY)
            continue;
         any = true;
         if (auto one = body(*static_cast<const neb_pow_family *>(service->table)); !one.passed())
            return Verdict{one.outcome, service->name + ": " + one.text};
         else
            notes.add(service->name, one.text);
      }
      return Verdict::pass();
   });
   if (!verdict.passed())
      return verdict;
   return any ? notes.verdict() : Verdict::skip("it provides no family");
}

} // namespace nebula::host::validation
