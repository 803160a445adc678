#include "pow/family.h"

#include "host/slots/c_error.h"

#include <nebula/text.hpp>

namespace nebula::host::toy {

const neb_pow_algorithm &algorithm_with_aliases() {
   static constexpr const char *k_aliases[] = {"ty/0", "ty/1", nullptr};
   static const neb_pow_algorithm table = [] {
      neb_pow_algorithm made = algorithm();
      made.aliases = k_aliases;
      return made;
   }();
   return table;
}

const neb_pow_algorithm &deprecated_algorithm() {
   static const neb_pow_algorithm table = [] {
      neb_pow_algorithm made = algorithm();
      made.status = NEB_POW_DEPRECATED;
      made.text = "its coin left.";
      made.height_max = 1000;
      return made;
   }();
   return table;
}

/// Everything of one member, at places that stay.
struct ToyFamily::Member {
   explicit Member(const std::string &canonical)
      : name(canonical), backend_name(canonical + "/simd"), simd(backend_name, "device=cpu,kind=simd"),
        algorithm(toy::algorithm()), backend(simd.table()) {
      algorithm.name = name.c_str();
      backend.algorithm = name.c_str();
   }

   std::string name, backend_name;
   ToyBackend simd;
   neb_pow_algorithm algorithm;
   neb_pow_backend backend;
   neb_pow_member_backend offered{&backend, "device=cpu,kind=simd"};
   neb_pow_member member{sizeof(neb_pow_member), 1, &algorithm, &offered};
};

ToyFamily::ToyFamily() {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.name = "toy";
   table_.parameters = "rounds=1..9 (1), pers=TEXT (none)";
   table_.member = member;
}

Provided ToyFamily::provided() const {
   Provided provided;
   provided.id = NEB_SVC_POW_FAMILY;
   provided.name = "toy";
   provided.instance = "relatives";
   provided.plugin = "toys";
   provided.table = &table_;
   return provided;
}

neb_status ToyFamily::member(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out,
                             neb_error *err) noexcept {
   auto &family = *static_cast<ToyFamily *>(self->ctx);
   std::string rounds = "1", pers;
   std::string text(view(parameters));
   for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const std::string one = text.substr(begin, end - begin);
      begin = end + 1;
      if (one.starts_with("rounds="))
         rounds = one.substr(7);
      else if (one.starts_with("pers="))
         pers = one.substr(5);
      else
         return fail(err, NEB_E_INVALID, "there is no parameter " + one);
   }
   if (rounds.size() != 1 || rounds[0] < '1' || rounds[0] > '9')
      return fail(err, NEB_E_INVALID, "rounds must be 1 to 9");
   const std::string canonical = "toy:rounds=" + rounds + (pers.empty() ? "" : ",pers=" + pers);
   auto &place = family.members_[canonical];
   if (!place)
      place = std::make_shared<Member>(canonical);
   *out = &place->member;
   return NEB_OK;
}

} // namespace nebula::host::toy
