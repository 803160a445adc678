// nebula.executor/1: the host's pool of worker threads, sized to the machine.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_EXECUTOR "nebula.executor/1"

typedef struct neb_timer neb_timer;
typedef void (*neb_task_fn)(void *user);

// Tasks of an instance run only between its `start` and the end of its `stop`: tasks posted earlier wait, tasks left at the end
// of `stop` are dropped, and the host waits for the running ones before `destroy`. A task should end within 50 ms and may post
// itself again; one that runs longer than 10 s is reported in health with the plugin's name.
typedef struct neb_ext_executor {
   uint32_t size;
   uint32_t flags; // 0

   // Runs `task(user)` once on a worker. NEB_E_FULL: this instance has 65,536 tasks waiting. NEB_E_STATE: it is stopped.
   // [thread-safe]
   neb_status (*post)(const neb_host *host, neb_task_fn task, void *user);

   // Runs it once on a worker, not before `delay_ns` from now. `out` (may be NULL) receives a handle for `cancel`.
   // [thread-safe]
   neb_status (*after)(const neb_host *host, uint64_t delay_ns, neb_task_fn task, void *user, neb_timer **out);

   // Cancels and frees the handle; must be called once for each handle taken, also after the task ran. Returns NEB_OK when the
   // task will not run, NEB_E_GONE when it ran, or runs now on another thread; then it has finished when this returns, unless
   // called from the task itself.
   // [thread-safe]
   neb_status (*cancel)(const neb_host *host, neb_timer *timer);

   // Runs body(user, i) for every i below `count` on the workers and the calling thread, and returns when all are done.
   // [thread-safe]
   neb_status (*parallel_for)(const neb_host *host, uint64_t count, void (*body)(void *user, uint64_t index), void *user);

   // Number of worker threads, at least 1.
   // [thread-safe]
   uint32_t (*concurrency)(const neb_host *host);
} neb_ext_executor;

NEB_EXTERN_C_END
