#include "algorithms.h"

#include "core/spoken.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <cstdlib>

namespace nebula::pool {
namespace {

constexpr std::size_t k_alignment = 64;

std::vector<std::string> aliases_of(const neb_pow_algorithm &table) {
   std::vector<std::string> out;
   for (const char *const *alias = table.aliases; alias && *alias; ++alias)
      out.emplace_back(*alias);
   return out;
}

} // namespace

Computer::Computer(const Slot<neb_pow_algorithm> &slot) : slot_(slot), scratch_(nullptr, &std::free) {
   const auto table = slot_.enter();
   if (!table || table->digest_bytes != sizeof(Digest))
      throw Error(NEB_E_UNSUPPORTED, "the algorithm cannot be used for shares");
   name_ = table->name;
   aliases_ = aliases_of(*table.get());
   deprecated_ = table->status == NEB_POW_DEPRECATED ? table->text : "";
   quick_ = is_quick(*table.get());
   usual_dialect_ = usual_dialect_of(*table.get());
   flags_ = table->flags;
   nonce_offset_ = table->nonce_offset;
   order_ = table->digest_order;
   scratch_bytes_ = (table->scratch_bytes + k_alignment - 1) / k_alignment * k_alignment;
   if (scratch_bytes_ != 0)
      scratch_.reset(static_cast<std::uint8_t *>(std::aligned_alloc(k_alignment, scratch_bytes_)));
   if (scratch_bytes_ != 0 && !scratch_)
      throw std::bad_alloc();
}

bool Computer::is_called(std::string_view name) const {
   return name == name_ || std::ranges::find(aliases_, name) != aliases_.end();
}

Digest Computer::digest(const Input &input, const Epoch &epoch, std::uint64_t nonce) {
   bytes_ = input.bytes;
   std::size_t at = input.nonce_offset;
   if (input.nonce_offset == NEB_POW_NONCE_APPENDED) {
      at = bytes_.size();
      bytes_.resize(at + input.nonce_bytes);
   }
   if (at + input.nonce_bytes > bytes_.size())
      throw Error(NEB_E_INVALID, "the pool gave an input that has no room for its nonce");
   write_nonce(bytes_.data() + at, input.nonce_bytes, nonce, flags_);
   const neb_pow_epoch wire{{epoch.key.data(), epoch.key.size()}, epoch.height};
   Digest out;
   const auto table = slot_.enter();
   if (!table || table->hash(table.get(), &wire, {bytes_.data(), bytes_.size()}, out.data(), scratch_.get()) != NEB_OK)
      throw Error(NEB_E_FAIL, name_, " cannot hash the pool's input of ", bytes_.size(), " bytes");
   return out;
}

bool Computer::meets(const Digest &digest, const Number256 &target) const {
   return meets_target(digest.data(), order_, target.data());
}

Digest Computer::digest_at(const Number256 &target) const {
   return digest_number(target.data(), order_); // each order turned round twice is what it was
}

void Algorithms::find(Host host) {
   const Services services(host);
   std::vector<std::string> names;
   services.list(NEB_SVC_POW_ALGORITHM, [&](std::string_view name, std::string_view) { names.emplace_back(name); });
   for (const std::string &name : names)
      slots_.push_back(services.find_optional<neb_pow_algorithm>(NEB_SVC_POW_ALGORITHM, concat("name=", name)));
}

std::unique_ptr<Computer> Algorithms::computer(std::string_view name) const {
   std::string known;
   for (const auto &slot : slots_) {
      const auto table = slot.enter();
      if (!table)
         continue;
      if (name == table->name || std::ranges::count(aliases_of(*table.get()), name) != 0)
         return std::make_unique<Computer>(slot);
      known += (known.empty() ? "" : ", ") + std::string(table->name);
   }
   throw Error(NEB_E_NOT_FOUND, "no plugin at hand computes \"", name, "\"; there are: ", known);
}

} // namespace nebula::pool
