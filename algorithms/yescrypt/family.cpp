#include "family.h"

namespace nebula::yescrypt {

Family::Family(Host host, const Shared &shared) : host_(host), shared_(shared) {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.name = "yescrypt";
   table_.parameters = k_parameters_help;
   table_.member = on_member;
}

neb_status Family::on_member(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out,
                             neb_error *err) noexcept {
   return guarded(err, [&] {
      if (!out || (parameters.len != 0 && !parameters.ptr))
         throw Error(NEB_E_INVALID, "member needs a text of parameters and a place for the member");
      *out = &static_cast<Family *>(self->ctx)->member(view(parameters)).table();
   });
}

const Member &Family::member(std::string_view text) {
   Parameters parameters = parse_parameters(text);
   const std::string canonical = canonical_text(parameters);
   const std::lock_guard lock(mutex_);
   if (const auto found = members_.find(canonical); found != members_.end())
      return *found->second;
   if (members_.size() >= k_members_max)
      throw Error(NEB_E_FULL, "this node keeps at most ", k_members_max,
                  " yescrypt functions with parameters of their own; restart it to forget those it has");
   const char *kind = parameters.version == Version::v1_0 ? "yespower 1.0" : "yescrypt 0.5";
   auto made =
      std::make_unique<Member>(shared_, member_name(parameters),
                               concat(kind, " with parameters of your own; ",
                                      (row_bytes(parameters.r) * parameters.n) >> 20, " MiB a hash, for CPUs."),
                               std::move(parameters));
   made->bind(host_);
   return *members_.emplace(canonical, std::move(made)).first->second;
}

} // namespace nebula::yescrypt
