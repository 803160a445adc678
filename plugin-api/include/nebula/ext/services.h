// nebula.services/1: finding and calling what other plugins provide, while it may be swapped underneath.
//
// A slot is a place that a service fills. Its occupant can change or vanish at any time (reload, `nebula ctl use`, quarantine);
// a reader enters, calls, and leaves, once per batch of work. After a swap the old occupant is retired: no reader is inside it.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_SERVICES "nebula.services/1"

typedef struct neb_slot neb_slot;

// One entered slot; on the caller's stack. Fixed for ever.
typedef struct neb_guard {
   uint64_t generation; // of the occupant: another number, another occupant
   void *opaque[3];     // the host's
} neb_guard;

typedef struct neb_ext_services {
   uint32_t size;
   uint32_t flags; // 0

   // A slot for the best service of contract `id` that `select` admits: "instance=chain", "name=randomx",
   // "device=cpu, ?simd=avx512" (clauses are mandatory, those after ? are preferences; empty: any). The slot lives until the
   // instance is destroyed; the same (id, select) gives the same slot. It may be empty now or later. For
   // NEB_SVC_POW_BACKEND the occupant is the host's own table, which gates, audits and swaps the real backends, and select
   // must name the algorithm: "algorithm=cosmic-harmony".
   // NEB_E_NOT_FOUND: no enabled plugin can ever fill it (text: which one would); the slot is valid nevertheless.
   // [main & in init]
   neb_status (*find)(const neb_host *host, neb_str id, neb_str select, neb_slot **out, neb_error *err);

   // The occupant's table, or NULL when the slot is empty (then do not leave). Calls through the table are allowed until
   // `leave`, on this thread. Costs a few nanoseconds. A thread may hold at most 16 guards.
   // [thread-safe]
   const void *(*enter)(neb_slot *slot, neb_guard *guard);

   // [thread-safe]
   void (*leave)(neb_guard *guard);

   // Calls `changed` after each change of the occupant until the instance stops; it must return soon and may enter the slot.
   // [main]
   neb_status (*watch)(neb_slot *slot, void (*changed)(void *user, uint64_t generation), void *user);

   // Calls `each` for every service of contract `id`, with its name and its properties ("device=cpu,...,instance=chain").
   // [main]
   neb_status (*list)(const neb_host *host, neb_str id, void (*each)(void *user, neb_str name, neb_str properties), void *user);
} neb_ext_services;

NEB_EXTERN_C_END
