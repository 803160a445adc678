// A plugin instance and its life cycle.
//
//   found -> verified -> loaded -> created -> ready -> running -> draining -> stopped -> destroyed       any -> failed
//
//   call         from                    on success   on failure
//   create       loaded                  created      failed (nothing to destroy)
//   init         created                 ready        failed, then destroy
//   start        ready                   running      failed, then destroy (a plugin that fails start has stopped itself)
//   drain        running                 draining     draining (the failure is logged)
//   stop         running, draining       stopped      stopped and marked stuck when the deadline passed
//   reconfigure  running                 running      running with its old configuration
//   destroy      created, ready, stopped, failed      destroyed
//
// The host makes every other call never; `nebula validate` makes them all and expects NEB_E_STATE or a harmless answer.
#pragma once

#include "abi.h"

NEB_EXTERN_C_BEGIN

typedef struct neb_config neb_config; // ext/config.h
typedef struct neb_plugin neb_plugin;

// The plugin allocates this table (static const is best) and keeps it alive until `destroy` returns; the host calls through a
// completed copy of its own, so a function may rely on `self->ctx` but not on the address of `self`. Members past the plugin's
// `size`, and optional members that are NULL, answer NEB_E_UNSUPPORTED. Nothing may throw out of any function.
struct neb_plugin {
   uint32_t size;  // sizeof(neb_plugin) the plugin was built with
   uint32_t flags; // 0
   void *ctx;      // the plugin's own state

   // Finds what it needs (host extensions, services), validates its configuration and provides its services. Does no I/O that
   // can block for long and starts no thread. Failing here must leave nothing behind that `destroy` does not free.
   // [main & created]
   neb_status (*init)(const neb_plugin *self, neb_error *err);

   // Opens sockets, starts threads and timers. Returns soon; long preparation goes on in the background and shows in health.
   // [main & ready]
   neb_status (*start)(const neb_plugin *self, neb_error *err);

   // Takes no new work, finishes or hands over what is under way, and returns when done or at `deadline_ns` (monotonic clock
   // of nebula.clock/1), then with NEB_E_TIMEOUT. Optional.
   // [main & running]
   neb_status (*drain)(const neb_plugin *self, uint64_t deadline_ns);

   // Ends every thread, timer and callback of the plugin; when it returns NEB_OK none of them will run again. Past the
   // deadline it returns NEB_E_TIMEOUT and the host marks the plugin stuck: it is then never destroyed nor unloaded.
   // [main & (running|draining)]
   neb_status (*stop)(const neb_plugin *self, uint64_t deadline_ns);

   // Frees the instance. Its services were unlinked before; the code stays mapped.
   // [main & !running]
   void (*destroy)(const neb_plugin *self);

   // Applies a new, already validated configuration, all of it or nothing. NEB_E_UNSUPPORTED (or a NULL member) makes the host
   // restart the instance instead. Optional.
   // [main & running]
   neb_status (*reconfigure)(const neb_plugin *self, const neb_config *config, neb_error *err);

   // A table that the plugin offers to the host by id (svc/command.h, svc/status.h), or NULL. The same answer every time, valid
   // until `destroy`. Optional.
   // [thread-safe]
   const void *(*get_extension)(const neb_plugin *self, const char *id);
};

NEB_EXTERN_C_END
