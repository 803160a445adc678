#include "host/plugin/tables.h"

#include "host/plugin/stubs.h"

#include <nebula/svc/coin.h>
#include <nebula/svc/command.h>
#include <nebula/svc/handover.h>
#include <nebula/svc/http.h>
#include <nebula/svc/pow-algorithm.h>
#include <nebula/svc/pow-backend.h>
#include <nebula/svc/pow-family.h>
#include <nebula/svc/status.h>
#include <nebula/svc/work-source.h>

#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

namespace nebula::host {
namespace {

// Owns what is kept for ever; reachable, so that leak checkers know it is meant.
template <class T>
const void *keep(std::unique_ptr<T> table) {
   static auto *kept = new std::vector<std::unique_ptr<T>>;
   static std::mutex mutex;
   const std::lock_guard lock(mutex);
   kept->push_back(std::move(table));
   return kept->back().get();
}

std::uint32_t size_of(const void *table) {
   std::uint32_t size = 0;
   std::memcpy(&size, table, sizeof size);
   return size;
}

Error too_small(std::string_view what, std::uint32_t size, std::size_t least) {
   return {"the table of " + std::string(what) + " has size " + std::to_string(size) + ", at least " +
              std::to_string(least) + " is needed; write sizeof(the table) into its first member",
           ErrorKind::unavailable};
}

template <class T, class... Functions>
Result<const void *> completed(std::string_view id, const void *given, Functions T::*...functions) {
   // Everything up to the first function is data that no stub can stand for.
   constexpr std::size_t least = offsetof(T, ctx) + sizeof(T::ctx);
   if (size_of(given) < least)
      return too_small(id, size_of(given), least);
   auto full = std::make_unique<T>(complete(*static_cast<const T *>(given), functions...));
   return keep<T>(std::move(full));
}

struct alignas(16) UnknownTable {
   unsigned char bytes[k_max_table_bytes];
};

Result<const void *> copied(std::string_view id, const void *given) {
   const auto size = size_of(given);
   if (size < sizeof size || size > k_max_table_bytes)
      return Error{"the table of " + std::string(id) + " has size " + std::to_string(size) +
                      "; its first member must hold its size, 4 to 4,096 bytes",
                   ErrorKind::unavailable};
   auto copy = std::make_unique<UnknownTable>();
   std::memcpy(copy->bytes, given, size);
   return keep<UnknownTable>(std::move(copy));
}

} // namespace

Result<neb_plugin> complete_plugin(const neb_plugin *given) {
   if (!given)
      return Error{"create returned no table", ErrorKind::unavailable};
   constexpr std::size_t least = offsetof(neb_plugin, destroy) + sizeof(neb_plugin::destroy);
   if (given->size < least)
      return too_small("neb_plugin", given->size, least);
   if (!given->init || !given->start || !given->stop || !given->destroy)
      return Error{"its neb_plugin table lacks one of init, start, stop and destroy, which are not optional",
                   ErrorKind::unavailable};
   return complete(*given, &neb_plugin::init, &neb_plugin::start, &neb_plugin::drain, &neb_plugin::stop,
                   &neb_plugin::destroy, &neb_plugin::reconfigure, &neb_plugin::get_extension);
}

Result<const void *> complete_service(std::string_view id, const void *given) {
   if (!given)
      return Error{"the table of " + std::string(id) + " is NULL", ErrorKind::unavailable};
   if (id == NEB_SVC_POW_ALGORITHM)
      return completed<neb_pow_algorithm>(id, given, &neb_pow_algorithm::hash, &neb_pow_algorithm::prepare);
   if (id == NEB_SVC_POW_BACKEND)
      return completed<neb_pow_backend>(
         id, given, &neb_pow_backend::open, &neb_pow_backend::prepare, &neb_pow_backend::submit, &neb_pow_backend::wait,
         &neb_pow_backend::cancel_below, &neb_pow_backend::close, &neb_pow_backend::telemetry);
   if (id == NEB_SVC_POW_FAMILY)
      return completed<neb_pow_family>(id, given, &neb_pow_family::member);
   if (id == NEB_SVC_WORK_SOURCE)
      return completed<neb_work_source>(id, given, &neb_work_source::algorithms, &neb_work_source::watch,
                                        &neb_work_source::unwatch, &neb_work_source::derive, &neb_work_source::submit);
   if (id == NEB_SVC_COIN)
      return completed<neb_coin>(id, given, &neb_coin::describe, &neb_coin::check_address, &neb_coin::block,
                                 &neb_coin::balance, &neb_coin::pay, &neb_coin::batch);
   if (id == NEB_SVC_HTTP)
      return completed<neb_http>(id, given, &neb_http::route, &neb_http::unroute, &neb_http::respond);
   if (id == NEB_SVC_COMMAND)
      return completed<neb_command>(id, given, &neb_command::run, &neb_command::answer);
   if (id == NEB_SVC_STATUS)
      return completed<neb_status_view>(id, given, &neb_status_view::write);
   if (id == NEB_SVC_HANDOVER)
      return completed<neb_handover>(id, given, &neb_handover::give, &neb_handover::take, &neb_handover::resume);
   return copied(id, given);
}

} // namespace nebula::host
