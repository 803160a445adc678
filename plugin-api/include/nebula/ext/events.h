// nebula.events/1: facts, published in process. A topic ("chain.block") has one JSON schema, documented in docs/events.md.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_EVENTS "nebula.events/1"

typedef struct neb_event neb_event;
typedef struct neb_subscription neb_subscription;

// What happens when a subscriber's queue is full.
enum {
   NEB_EVENTS_BLOCK = 0,    // the publisher waits, at most 100 ms, then the oldest is dropped; for loss-averse subscribers
   NEB_EVENTS_DROP_OLD = 1, // the oldest queued event is dropped and counted
   NEB_EVENTS_DROP_NEW = 2  // the new event is dropped and counted
};

// A read-only view of an event. Borrowed during the callback, or as long as it is retained. Fixed for ever.
typedef struct neb_event_view {
   neb_str topic;
   neb_str publisher; // instance name
   neb_bytes payload; // UTF-8 JSON
   uint64_t sequence; // of the topic, from 1, without gaps at the publisher
   int64_t wall_ns;
   neb_event *event; // for retain
} neb_event_view;

typedef void (*neb_event_fn)(void *user, const neb_event_view *view);

typedef struct neb_ext_events {
   uint32_t size;
   uint32_t flags; // 0

   // A writable event of `size` bytes (at most 1 MiB) in *buffer; fill it, then publish or discard it.
   // [thread-safe]
   neb_status (*loan)(const neb_host *host, neb_str topic, uint64_t size, neb_event **out, uint8_t **buffer);

   // Hands the event over; it is no longer the caller's, also on failure.
   // [thread-safe]
   neb_status (*publish)(const neb_host *host, neb_event *event);

   // [thread-safe]
   void (*discard)(const neb_host *host, neb_event *event);

   // Calls `on_event` on a worker, one at a time and in order, for each event of `topic` ("chain.block", "chain.*" or "*") from
   // now on. At most `depth` (1 to 65,536) events wait.
   // [thread-safe]
   neb_status (*subscribe)(const neb_host *host, neb_str topic, uint32_t depth, int32_t policy, neb_event_fn on_event, void *user,
                           neb_subscription **out);

   // When it returns no callback runs or will run (unless called from the callback itself). The handle is freed.
   // [thread-safe]
   void (*unsubscribe)(const neb_host *host, neb_subscription *subscription);

   // Keeps an event (and its view's memory) beyond the callback; each retain needs one release.
   // [thread-safe]
   void (*retain)(neb_event *event);
   // [thread-safe]
   void (*release)(neb_event *event);

   // Events dropped for this subscription so far.
   // [thread-safe]
   uint64_t (*dropped)(neb_subscription *subscription);
} neb_ext_events;

NEB_EXTERN_C_END
