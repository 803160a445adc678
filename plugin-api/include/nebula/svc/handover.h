// nebula.handover/1: a running instance gives what it does over to an instance of the same plugin in another process, so that
// an upgrade of the node closes no connection. Offered through neb_plugin.get_extension.
//
//   the old process      the new process
//   give
//   stop, destroy
//                        create, init, take, start
//                        resume, once all instances run and the old process can no longer come back
//
// When the new process fails, the old one goes on with the same state: create, init, take, start, resume.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_HANDOVER "nebula.handover/1"

// Takes one descriptor over; the instance no longer owns it.
typedef void (*neb_descriptor_fn)(void *user, int32_t descriptor);

typedef struct neb_handover neb_handover;
struct neb_handover {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // Comes to a point from which another instance can go on, at `deadline_ns` at the latest; from then on it neither reads nor
   // writes what it gives. Then it writes its state (bytes that begin with a version of their own, in any number of pieces) and
   // gives its descriptors (connections, listening sockets), whose order `take` meets again. Only drain, stop and destroy
   // follow. When it fails it goes on as if it had not been asked.
   // [main & running]
   neb_status (*give)(const neb_handover *self, uint64_t deadline_ns, neb_write_fn write, neb_descriptor_fn descriptor,
                      void *user, neb_error *err);

   // Takes a state over, before `start`. The descriptors become the instance's when this returns NEB_OK; `start` uses them
   // instead of opening its own, and until `resume` nothing is read from them nor written to them: the old process may still
   // need them. State of another version, or that is damaged, is refused with a reason.
   // [main & ready]
   neb_status (*take)(const neb_handover *self, neb_bytes state, const int32_t *descriptors, uint64_t count,
                      neb_error *err);

   // The state is this instance's alone from now on: it serves.
   // [main & running]
   void (*resume)(const neb_handover *self);
};

NEB_EXTERN_C_END
