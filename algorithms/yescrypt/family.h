#pragma once

/// nebula.pow.family/1 "yescrypt": members with free parameters, made when first named and kept.

#include <map>
#include <memory>
#include <mutex>

#include "member.h"

namespace nebula::yescrypt {

/// Members kept at most. A node meets one per coin; each costs some kilobytes, and the time of one hash when it is
/// made. The bound keeps somebody who can name algorithms from filling the memory with them.
inline constexpr std::size_t k_members_max = 64;

class Family {
public:
   /// `shared` outlives it.
   Family(Host host, const Shared &shared);
   Family(const Family &) = delete;
   Family &operator=(const Family &) = delete;

   /// [main & in init]
   void provide() const { host_.provide(NEB_SVC_POW_FAMILY, table_, table_.name); }

   [[nodiscard]] const neb_pow_family &table() const noexcept { return table_; }

private:
   static neb_status on_member(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out,
                               neb_error *err) noexcept;
   [[nodiscard]] const Member &member(std::string_view parameters);

   Host host_;
   const Shared &shared_;
   std::mutex mutex_;                                       ///< guards members_, also while one is being made
   std::map<std::string, std::unique_ptr<Member>> members_; ///< by canonical text
   neb_pow_family table_{};
};

} // namespace nebula::yescrypt
