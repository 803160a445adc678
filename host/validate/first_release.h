#pragma once

/// The sizes that the contract's records had in its first release: the least that either side may count on for ever.

#include <nebula/nebula.h>

#include <cstdint>
#include <string_view>

namespace nebula::host::validation {

template <class Record, class Member>
constexpr std::uint32_t size_up_to(std::size_t offset, Member Record::*) {
   return static_cast<std::uint32_t>(offset + sizeof(Member));
}
/// The size of a record whose last member is `member`.
#define NEB_SIZE_UP_TO(record, member) size_up_to(offsetof(record, member), &record::member)

inline constexpr std::uint32_t k_first_host = NEB_SIZE_UP_TO(neb_host, provide);
inline constexpr std::uint32_t k_first_algorithm = NEB_SIZE_UP_TO(neb_pow_algorithm, prepare);
inline constexpr std::uint32_t k_first_backend = NEB_SIZE_UP_TO(neb_pow_backend, close);
inline constexpr std::uint32_t k_first_session_config = NEB_SIZE_UP_TO(neb_pow_session_config, memory_max);
inline constexpr std::uint32_t k_first_job = NEB_SIZE_UP_TO(neb_pow_job, target);
inline constexpr std::uint32_t k_first_result = NEB_SIZE_UP_TO(neb_pow_result, hit_count);

struct FirstRelease {
   std::string_view id;
   std::uint32_t size;
};

/// Of extensions and services.
inline constexpr FirstRelease k_first_tables[] = {
   {NEB_EXT_CLOCK, NEB_SIZE_UP_TO(neb_ext_clock, wall_ns)},
   {NEB_EXT_CONFIG, NEB_SIZE_UP_TO(neb_ext_config, where)},
   {NEB_EXT_EVENTS, NEB_SIZE_UP_TO(neb_ext_events, dropped)},
   {NEB_EXT_EXECUTOR, NEB_SIZE_UP_TO(neb_ext_executor, concurrency)},
   {NEB_EXT_HEALTH, NEB_SIZE_UP_TO(neb_ext_health, progress)},
   {NEB_EXT_KV, NEB_SIZE_UP_TO(neb_ext_kv, abort)},
   {NEB_EXT_METRICS, NEB_SIZE_UP_TO(neb_ext_metrics, histogram)},
   {NEB_EXT_NODE, NEB_SIZE_UP_TO(neb_ext_node, network)},
   {NEB_EXT_SERVICES, NEB_SIZE_UP_TO(neb_ext_services, list)},
   {NEB_SVC_POW_ALGORITHM, k_first_algorithm},
   {NEB_SVC_POW_BACKEND, k_first_backend},
   {NEB_SVC_WORK_SOURCE, NEB_SIZE_UP_TO(neb_work_source, submit)},
   {NEB_SVC_HTTP, NEB_SIZE_UP_TO(neb_http, respond)},
};
#undef NEB_SIZE_UP_TO

/// 0: not a table of the first release.
constexpr std::uint32_t first_release_size(std::string_view id) {
   for (const auto &table : k_first_tables)
      if (table.id == id)
         return table.size;
   return 0;
}

} // namespace nebula::host::validation
