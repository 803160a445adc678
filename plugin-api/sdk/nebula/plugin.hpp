// The base class of a plugin instance and the entry macro. Everything hangs off the object: there is no static state.
#pragma once

#include <nebula/config.hpp>
#include <nebula/entry.h>
#include <nebula/log.hpp>

#include <cstdio>

namespace nebula {

// Derive, override what is needed, and name the class in NEBULA_PLUGIN. Functions run on the host's main thread in the
// order of plugin.h; a call out of order is answered with NEB_E_STATE and never reaches them. To fail, throw
// nebula::Error (or anything: the text of a std::exception is kept).
class Plugin {
public:
   explicit Plugin(const neb_host *host) noexcept
      : host_(host), log_(host), table_{sizeof(neb_plugin), 0,        this,        &on_init,        &on_start,
                                        &on_drain,          &on_stop, &on_destroy, &on_reconfigure, &on_get_extension} {
   }
   Plugin(const Plugin &) = delete;
   Plugin &operator=(const Plugin &) = delete;
   virtual ~Plugin() = default;

   Host host() const noexcept { return host_; }
   const Log &log() const noexcept { return log_; }
   Config config() const noexcept { return Config(host_); } // as of creation; a later one comes with reconfigure

   // Makes a table available to the host by id (svc/command.h, svc/status.h). In the constructor or in init.
   void offer(const char *id, const void *table) { offers_.emplace_back(id, table); }

   const neb_plugin *table() const noexcept { return &table_; }

protected:
   // Find services, check the configuration, provide services. Starts no thread.
   virtual void init() {}

   // Open sockets, start threads and timers. When it throws, `stop` is called without a deadline to clean up.
   virtual void start() {}

   // Take no new work and finish what is under way, until the deadline (monotonic); then return NEB_E_TIMEOUT.
   virtual neb_status drain(uint64_t deadline_ns) {
      (void)deadline_ns;
      return NEB_OK;
   }

   // End every thread, timer and callback. NEB_E_TIMEOUT marks the instance stuck for ever.
   virtual neb_status stop(uint64_t deadline_ns) {
      (void)deadline_ns;
      return NEB_OK;
   }

   // Apply a new configuration, all of it or nothing. NEB_E_UNSUPPORTED: the host restarts the instance instead.
   virtual neb_status reconfigure(const Config &config) {
      (void)config;
      return NEB_E_UNSUPPORTED;
   }

private:
   enum class State { created, ready, running, draining, stopped, failed };

   static Plugin &of(const neb_plugin *table) noexcept { return *static_cast<Plugin *>(table->ctx); }

   static neb_status out_of_order(neb_error *err, const char *call, const char *state) noexcept {
      char text[96];
      std::snprintf(text, sizeof text, "%s is only called on a plugin that is %s", call, state);
      return fail(err, NEB_E_STATE, text);
   }

   static neb_status on_init(const neb_plugin *table, neb_error *err) noexcept {
      Plugin &self = of(table);
      if (self.state_ != State::created) {
         return out_of_order(err, "init", "created");
      }
      const neb_status status = guarded(err, [&] { self.init(); });
      self.state_ = status == NEB_OK ? State::ready : State::failed;
      return status;
   }

   static neb_status on_start(const neb_plugin *table, neb_error *err) noexcept {
      Plugin &self = of(table);
      if (self.state_ != State::ready) {
         return out_of_order(err, "start", "ready");
      }
      const neb_status status = guarded(err, [&] { self.start(); });
      self.state_ = status == NEB_OK ? State::running : State::failed;
      if (status != NEB_OK) {
         (void)guarded(nullptr, [&] { return self.stop(UINT64_MAX); });
      }
      return status;
   }

   static neb_status on_drain(const neb_plugin *table, uint64_t deadline_ns) noexcept {
      Plugin &self = of(table);
      if (self.state_ != State::running) {
         return NEB_E_STATE;
      }
      self.state_ = State::draining;
      return self.logged("drain", [&] { return self.drain(deadline_ns); });
   }

   static neb_status on_stop(const neb_plugin *table, uint64_t deadline_ns) noexcept {
      Plugin &self = of(table);
      if (self.state_ != State::running && self.state_ != State::draining) {
         return NEB_E_STATE;
      }
      self.state_ = State::stopped;
      return self.logged("stop", [&] { return self.stop(deadline_ns); });
   }

   static void on_destroy(const neb_plugin *table) noexcept { delete &of(table); }

   static neb_status on_reconfigure(const neb_plugin *table, const neb_config *config, neb_error *err) noexcept {
      Plugin &self = of(table);
      if (self.state_ != State::running) {
         return out_of_order(err, "reconfigure", "running");
      }
      return guarded(err, [&] { return self.reconfigure(Config(self.host_, config)); });
   }

   static const void *on_get_extension(const neb_plugin *table, const char *id) noexcept {
      for (const auto &[offered, extension] : of(table).offers_) {
         if (std::string_view{offered} == id) {
            return extension;
         }
      }
      return nullptr;
   }

   // For the calls that have no neb_error: the text goes to the log.
   template <class Body>
   neb_status logged(const char *call, Body &&body) noexcept {
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      const neb_status status = guarded(&err, std::forward<Body>(body));
      if (err.text[0] != '\0') {
         log_.error(call, " failed: ", err.text);
      }
      return status;
   }

   Host host_;
   Log log_;
   neb_plugin table_;
   State state_ = State::created;
   std::vector<std::pair<const char *, const void *>> offers_;
};

namespace detail {

template <class... Types>
constexpr uint32_t count_of = static_cast<uint32_t>(sizeof...(Types));

template <class Type>
const neb_plugin *create(const neb_host *host) {
   return (new Type(host))->table();
}

template <class... Types>
const neb_plugin *create_at(const neb_host *host, uint32_t index, neb_error *err) noexcept {
   try {
      constexpr const neb_plugin *(*k_makers[])(const neb_host *) = {&create<Types>...};
      if (index >= sizeof...(Types)) {
         throw Error(NEB_E_INVALID, "this file has ", sizeof...(Types), " plugins; there is no number ", index);
      }
      return k_makers[index](host);
   } catch (...) {
      (void)fail_current(err);
      return nullptr;
   }
}

} // namespace detail
} // namespace nebula

// Defines the file's one symbol for one or more classes that derive from nebula::Plugin and are constructed from a
// const neb_host *, in the order of the manifest. nebula_add_plugin defines NEBULA_PLUGIN_ID and NEBULA_PLUGIN_VERSION
// from the manifest, so the two cannot disagree.
#define NEBULA_PLUGIN(...)                                                                                             \
   NEB_EXPORT const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t) {                                    \
      static const neb_entry entry = {sizeof(neb_entry),                                                               \
                                      NEB_ABI_MAJOR,                                                                   \
                                      0,                                                                               \
                                      ::nebula::detail::count_of<__VA_ARGS__>,                                         \
                                      NEBULA_PLUGIN_ID,                                                                \
                                      NEBULA_PLUGIN_VERSION,                                                           \
                                      &::nebula::detail::create_at<__VA_ARGS__>};                                      \
      return host_major == NEB_ABI_MAJOR ? &entry : nullptr;                                                           \
   }                                                                                                                   \
   static_assert(true, "ends the macro with a semicolon")
