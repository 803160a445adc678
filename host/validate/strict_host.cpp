#include "host/validate/strict_host.h"

#include "host/ext/instance_host.h"
#include "host/validate/contract_watch.h"

#include <nebula/nebula.h>

#include <type_traits>

namespace nebula::host::validation {
namespace {

ContractWatch &watch() {
   return ContractWatch::get();
}

// What is done beside passing a call on; most functions need nothing.
template <auto Member>
struct Hook {
   template <class Real, class... Arguments>
   static auto call(Real real, Arguments... arguments) {
      return real(arguments...);
   }
};

template <>
struct Hook<&neb_ext_kv::begin> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, std::int32_t mode, neb_kv_txn **out, neb_error *err) {
      const neb_status status = real(host, mode, out, err);
      if (status == NEB_OK)
         watch().transaction_begun(*out);
      return status;
   }
};

// A call with a transaction; `Ends`: the last one.
template <bool Ends>
struct TransactionHook {
   template <class Real, class... Arguments>
   static auto with(std::string_view name, Real real, neb_kv_txn *txn, Arguments... arguments) {
      using Return = decltype(real(txn, arguments...));
      if (watch().transaction_used(txn, name, Ends))
         return real(txn, arguments...);
      if constexpr (!std::is_void_v<Return>)
         return Return{NEB_E_STATE};
   }
};
#define TRANSACTION(function, ends)                                                                                    \
   template <>                                                                                                         \
   struct Hook<&neb_ext_kv::function> {                                                                                \
      template <class Real, class... Arguments>                                                                        \
      static auto call(Real real, neb_kv_txn *txn, Arguments... arguments) {                                           \
         return TransactionHook<ends>::with(#function, real, txn, arguments...);                                       \
      }                                                                                                                \
   }
TRANSACTION(get, false);
TRANSACTION(put, false);
TRANSACTION(del, false);
TRANSACTION(range, false);
TRANSACTION(commit, true);
TRANSACTION(abort, true);
#undef TRANSACTION

template <>
struct Hook<&neb_ext_events::loan> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, neb_str topic, std::uint64_t size, neb_event **out,
                          std::uint8_t **buffer) {
      const neb_status status = real(host, topic, size, out, buffer);
      if (status == NEB_OK)
         watch().event_loaned(*out);
      return status;
   }
};

template <>
struct Hook<&neb_ext_events::publish> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, neb_event *event) {
      return watch().event_given_back(event, "publish") ? real(host, event) : neb_status{NEB_E_INVALID};
   }
};

template <>
struct Hook<&neb_ext_events::discard> {
   template <class Real>
   static void call(Real real, const neb_host *host, neb_event *event) {
      if (watch().event_given_back(event, "discard"))
         real(host, event);
   }
};

template <>
struct Hook<&neb_ext_events::retain> {
   template <class Real>
   static void call(Real real, neb_event *event) {
      watch().event_retained(event);
      real(event);
   }
};

template <>
struct Hook<&neb_ext_events::release> {
   template <class Real>
   static void call(Real real, neb_event *event) {
      if (watch().event_released(event))
         real(event);
   }
};

template <>
struct Hook<&neb_ext_services::enter> {
   template <class Real>
   static const void *call(Real real, neb_slot *slot, neb_guard *guard) {
      const void *table = real(slot, guard);
      if (table)
         watch().guard_entered(guard);
      return table;
   }
};

template <>
struct Hook<&neb_ext_services::leave> {
   template <class Real>
   static void call(Real real, neb_guard *guard) {
      if (watch().guard_left(guard))
         real(guard);
   }
};

template <>
struct Hook<&neb_ext_executor::after> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, std::uint64_t delay_ns, neb_task_fn task, void *user,
                          neb_timer **out) {
      const neb_status status = real(host, delay_ns, task, user, out);
      if (status == NEB_OK && out)
         watch().timer_taken(*out);
      return status;
   }
};

template <>
struct Hook<&neb_ext_executor::cancel> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, neb_timer *timer) {
      return watch().timer_cancelled(timer) ? real(host, timer) : neb_status{NEB_E_GONE};
   }
};

template <>
struct Hook<&neb_ext_health::report> {
   template <class Real>
   static neb_status call(Real real, const neb_host *host, std::int32_t level, neb_str component, neb_str text) {
      const neb_status status = real(host, level, component, text);
      if (level < NEB_HEALTH_OK || level > NEB_HEALTH_FAILED || status != NEB_OK)
         watch().violate(Rule::health, "its health report of level " + std::to_string(level) + " was answered " +
                                          std::to_string(status) +
                                          "; levels are NEB_HEALTH_OK to NEB_HEALTH_FAILED, "
                                          "components at most 64");
      return status;
   }
};

template <class Made>
Made judged(Made made, neb_str name) {
   if (!made)
      watch().violate(Rule::metrics, "the host refused the metric \"" +
                                        std::string(name.ptr ? name.ptr : "", name.len) +
                                        "\"; names are snake_case, and kind and labels stay the same");
   return made;
}

template <>
struct Hook<&neb_ext_metrics::cell> {
   template <class Real>
   static neb_cell *call(Real real, const neb_host *host, std::int32_t kind, neb_str name, neb_str help, neb_str labels,
                         std::uint64_t divisor) {
      return judged(real(host, kind, name, help, labels, divisor), name);
   }
};

template <>
struct Hook<&neb_ext_metrics::histogram> {
   template <class Real, class... Arguments>
   static const neb_histogram *call(Real real, const neb_host *host, neb_str name, Arguments... arguments) {
      return judged(real(host, name, arguments...), name);
   }
};

template <>
struct Hook<&neb_host::log> {
   template <class Real>
   static void call(Real real, const neb_host *host, std::uint32_t level, neb_str text) {
      if (level > NEB_LOG_ERROR)
         watch().violate(Rule::log, "it logged with level " + std::to_string(level) +
                                       "; levels are NEB_LOG_TRACE to NEB_LOG_ERROR");
      real(host, level, text);
   }
};

// The function that stands in the table for `Member`.
template <auto Member>
struct Watched;

template <class Table, class Return, class... Arguments, Return (*Table::*Member)(Arguments...)>
struct Watched<Member> {
   static inline Return (*real)(Arguments...) = nullptr;
   static inline const HostFunction *function = nullptr;

   static Return call(Arguments... arguments) {
      watch().called(*function);
      check_record(arguments...);
      return Hook<Member>::call(real, arguments...);
   }

   static void check_record(const neb_host *host, auto...) { watch().given(*function, host); }
   static void check_record(auto...) {}
};

template <auto Member, class Table>
void put(Table &table, std::string_view type, std::string_view name) {
   using Function = Watched<Member>;
   Function::real = table.*Member;
   Function::function = &host_function(type, name);
   table.*Member = &Function::call;
}
#define PUT(table, type, function) put<&type::function>(table, #type, #function)

void wrap(neb_ext_clock &t) {
   PUT(t, neb_ext_clock, monotonic_ns);
   PUT(t, neb_ext_clock, wall_ns);
}

void wrap(neb_ext_config &t) {
   PUT(t, neb_ext_config, root); // the others are about a node, on any thread, in any state
}

void wrap(neb_ext_events &t) {
   PUT(t, neb_ext_events, loan);
   PUT(t, neb_ext_events, publish);
   PUT(t, neb_ext_events, discard);
   PUT(t, neb_ext_events, subscribe);
   PUT(t, neb_ext_events, unsubscribe);
   PUT(t, neb_ext_events, retain);
   PUT(t, neb_ext_events, release);
   PUT(t, neb_ext_events, dropped);
}

void wrap(neb_ext_executor &t) {
   PUT(t, neb_ext_executor, post);
   PUT(t, neb_ext_executor, after);
   PUT(t, neb_ext_executor, cancel);
   PUT(t, neb_ext_executor, parallel_for);
   PUT(t, neb_ext_executor, concurrency);
}

void wrap(neb_ext_health &t) {
   PUT(t, neb_ext_health, report);
   PUT(t, neb_ext_health, beat);
   PUT(t, neb_ext_health, progress);
}

void wrap(neb_ext_kv &t) {
   PUT(t, neb_ext_kv, open);
   PUT(t, neb_ext_kv, begin);
   PUT(t, neb_ext_kv, get);
   PUT(t, neb_ext_kv, put);
   PUT(t, neb_ext_kv, del);
   PUT(t, neb_ext_kv, range);
   PUT(t, neb_ext_kv, commit);
   PUT(t, neb_ext_kv, abort);
}

void wrap(neb_ext_metrics &t) {
   PUT(t, neb_ext_metrics, cell);
   PUT(t, neb_ext_metrics, histogram);
}

void wrap(neb_ext_node &t) {
   PUT(t, neb_ext_node, document);
   PUT(t, neb_ext_node, data_dir);
   PUT(t, neb_ext_node, node_name);
   PUT(t, neb_ext_node, network);
}

void wrap(neb_ext_services &t) {
   PUT(t, neb_ext_services, find);
   PUT(t, neb_ext_services, enter);
   PUT(t, neb_ext_services, leave);
   PUT(t, neb_ext_services, watch);
   PUT(t, neb_ext_services, list);
}

template <class Table>
const void *wrapped(const void *real) {
   auto &copy = for_ever<Table>(*static_cast<const Table *>(real));
   wrap(copy);
   return &copy;
}

// Each table is wrapped once: what a wrapper passes calls on to is the same for every instance of a process.
class StrictHost final : public HostView {
public:
   void attach(const Rig &rig) override { watch().begin(rig); }

   const neb_host *record(const neb_host &real) override {
      auto &copy = for_ever<neb_host>(real);
      PUT(copy, neb_host, log);
      PUT(copy, neb_host, get_extension);
      PUT(copy, neb_host, provide);
      return &copy;
   }

   const void *extension(std::string_view id, const void *real) override {
      const std::lock_guard lock(mutex_);
      auto &table = tables_[std::string(id)];
      if (!table)
         table = make(id, real);
      return table;
   }

private:
   static const void *make(std::string_view id, const void *real) {
      static constexpr struct {
         std::string_view id;
         const void *(*wrap)(const void *real);
      } k_tables[] = {
         {NEB_EXT_CLOCK, wrapped<neb_ext_clock>},       {NEB_EXT_CONFIG, wrapped<neb_ext_config>},
         {NEB_EXT_EVENTS, wrapped<neb_ext_events>},     {NEB_EXT_EXECUTOR, wrapped<neb_ext_executor>},
         {NEB_EXT_HEALTH, wrapped<neb_ext_health>},     {NEB_EXT_KV, wrapped<neb_ext_kv>},
         {NEB_EXT_METRICS, wrapped<neb_ext_metrics>},   {NEB_EXT_NODE, wrapped<neb_ext_node>},
         {NEB_EXT_SERVICES, wrapped<neb_ext_services>},
      };
      for (const auto &table : k_tables)
         if (table.id == id)
            return table.wrap(real);
      return real;
   }

   std::mutex mutex_;
   std::map<std::string, const void *> tables_;
};
#undef PUT

} // namespace

HostView &strict_host() {
   return for_ever<StrictHost>();
}

} // namespace nebula::host::validation
