#include "host/isolation/isolated_family.h"

#include "host/slots/c_error.h"

#include <deque>
#include <vector>

namespace nebula::host {

struct IsolatedFamily::Member {
   Member(Keeper &keeper, const Described &described) : algorithm(keeper, described.algorithms.front()) {
      for (const DescribedBackend &one : described.backends) {
         const auto &backend =
            backends.emplace_back(keeper, one, std::string(), described.algorithms.front().epoch_kind != 0);
         given.push_back({backend.table(), backend.properties().c_str()});
      }
      wire.size = sizeof wire;
      wire.algorithm = algorithm.table();
      wire.backend_count = static_cast<std::uint32_t>(given.size());
      wire.backends = given.data();
   }

   IsolatedAlgorithm algorithm;
   std::deque<IsolatedBackend> backends;
   std::vector<neb_pow_member_backend> given;
   neb_pow_member wire{};
};

IsolatedFamily::IsolatedFamily(Keeper &keeper, DescribedFamily described)
   : keeper_(keeper), described_(std::move(described)) {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.name = described_.name.c_str();
   table_.parameters = described_.parameters.empty() ? nullptr : described_.parameters.c_str();
   table_.member = [](const neb_pow_family *self, neb_str parameters, const neb_pow_member **out,
                      neb_error *err) -> neb_status {
      return guarded(err, [&] {
         return static_cast<IsolatedFamily *>(self->ctx)->member(std::string(parameters.ptr, parameters.len), out, err);
      });
   };
}

IsolatedFamily::~IsolatedFamily() = default;

neb_status IsolatedFamily::member(const std::string &parameters, const neb_pow_member **out, neb_error *err) {
   if (parameters.size() > k_properties_max)
      return fail(err, NEB_E_INVALID, "more than 1024 characters of parameters");
   const Answer answer = keeper_.member({described_.name, parameters});
   if (answer.status != NEB_OK)
      return fail(err, answer.status, answer.text);
   const std::lock_guard lock(mutex_);
   auto &place = members_[answer.described.algorithms.front().name];
   if (!place)
      place = std::make_unique<Member>(keeper_, answer.described);
   *out = &place->wire;
   return NEB_OK;
}

} // namespace nebula::host
