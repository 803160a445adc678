#include "verifier.h"

#include "settings.h"

#include "common/pow_hash.h"

#include <nebula/error.hpp>

namespace nebula::upstream {

Verifier::Verifier(Host host, const std::string &algorithm)
   : slot_(Services(host).find<neb_pow_algorithm>(NEB_SVC_POW_ALGORITHM, concat("name=", property_value(algorithm)))) {
   const auto table = slot_.enter();
   if (!table)
      throw Error(NEB_E_STATE, "the plugin of ", algorithm, " is not there");
   name_ = table->name;
   if (NEB_HAS(table.get(), neb_pow_algorithm, aliases)) // not of a host of the first release
      for (const char *const *alias = table->aliases; alias && *alias; ++alias)
         names_.emplace_back(*alias);
   names_.push_back(name_);
   digest_order_ = table->digest_order;
   epoch_kind_ = table->epoch_kind;
   dialect_ = dialect_of(*table.get());
}

const char *Verifier::digest(const Job &job, const Input &input, std::uint64_t nonce, Hash &out) const {
   const auto table = slot_.enter();
   if (!table)
      return "the algorithm's plugin is not running";
   neb_pow_epoch epoch{};
   if (keyed() && job.seed)
      epoch.key = {job.seed->data(), job.seed->size()};
   if (by_height())
      epoch.height = job.height;
   return common::pow_digest(*table.get(), epoch, {input.bytes, input.nonce_offset, input.nonce_bytes}, nonce, out);
}

void Verifier::prepare(const Bytes &key) const {
   const auto table = slot_.enter();
   if (!table || !table->prepare)
      return;
   const neb_pow_epoch epoch{{key.data(), key.size()}, 0};
   ErrorRecord record;
   record.check(table->prepare(table.get(), &epoch, record.raw()), concat("prepare ", name_));
}

} // namespace nebula::upstream
