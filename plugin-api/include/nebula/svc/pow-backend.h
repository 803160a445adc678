// nebula.pow.backend/1: HOW an algorithm is computed on one device: scanning ranges of nonces, asynchronously, in batches.
//
// Provided once per device, with properties that selection reads: algorithm=cosmic-harmony (required), device=cpu|gpu,
// kind=reference|scalar|simd|opencl|..., simd=avx2|avx512, vendor=..., index=0. A backend for someone else's algorithm is as
// welcome as the algorithm's own. The host offers kind=reference for every algorithm by itself, and lets no backend serve
// before it passed the algorithm's vectors and the comparison with its reference.
#pragma once

#include "pow-algorithm.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_POW_BACKEND "nebula.pow.backend/1"

#define NEB_POW_HITS_MAX 4096u

typedef struct neb_pow_session neb_pow_session;

typedef struct neb_pow_session_config {
   uint32_t size;
   uint32_t depth_max; // batches the caller will have in flight; at least 1
   uint64_t memory_max; // bytes the session may take; 0: what it needs
} neb_pow_session_config;

// A range of nonces to scan. All pointers are borrowed until `submit` returns.
typedef struct neb_pow_job {
   uint32_t size;
   uint32_t nonce_offset; // in `input`, or NEB_POW_NONCE_APPENDED
   uint64_t ticket;       // the caller's, only growing per session
   const neb_pow_epoch *epoch;
   neb_bytes input; // with nonce_bytes of anything at nonce_offset; without the nonce when it is appended
   uint32_t nonce_bytes; // 4 or 8
   uint32_t hit_capacity; // 1 to NEB_POW_HITS_MAX
   uint64_t nonce_first;
   uint64_t nonce_count;  // at least 1; nonce_first + nonce_count - 1 fits in nonce_bytes
   uint8_t target[32];    // big-endian; a digest at or under it is a hit
} neb_pow_job;

// Fixed for ever.
typedef struct neb_pow_hit {
   uint64_t nonce;
   uint8_t digest[32];
   uint8_t extra[32]; // the algorithm's further proof; zero when it has none
} neb_pow_hit;

// The caller allocates it, writes `size`, `hits` and `hit_capacity` (at least the job's); the backend writes the rest.
// Exact by contract: `hits` are ascending by nonce and are all the hits among the first `hashes_done` nonces of the job.
// hashes_done < nonce_count when the job was cancelled, or when more hits were found than the capacity holds: hand in the rest
// as a new job.
typedef struct neb_pow_result {
   uint32_t size;
   neb_status status; // NEB_OK, NEB_E_CANCELLED, NEB_E_DEVICE, ...
   uint64_t ticket;
   uint64_t hashes_done;
   uint64_t device_ns; // time on the device
   neb_pow_hit *hits;
   uint32_t hit_capacity;
   uint32_t hit_count;
} neb_pow_result;

// Which members of neb_pow_telemetry a device answered. What it has no sensor for stays out: a value is never invented.
enum {
   NEB_POW_HAS_TEMPERATURE = 1,
   NEB_POW_HAS_CLOCK = 2,
   NEB_POW_HAS_POWER = 4,
   NEB_POW_HAS_FAN = 8,
   NEB_POW_HAS_MEMORY = 16
};

// Since 1.1. The caller writes `size`; the backend writes the rest.
typedef struct neb_pow_telemetry {
   uint32_t size;
   uint32_t present;       // NEB_POW_HAS_...
   int32_t temperature_mc; // of the chip, in thousandths of a degree Celsius
   uint32_t clock_mhz;     // of the cores, now
   uint32_t power_mw;      // of the whole card, now
   uint32_t fan_permille;  // of the fans' full speed
   uint64_t memory_bytes;  // of the device, in all
   uint64_t memory_used;   // of these, by everyone
} neb_pow_telemetry;

typedef struct neb_pow_backend neb_pow_backend;
struct neb_pow_backend {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;
   const char *name;       // "cosmic-harmony/avx2", unique among backends
   const char *algorithm;  // the name in nebula.pow.algorithm/1
   const char *device;     // what an operator calls it: "CPU", "NVIDIA H200 #0"
   uint32_t lanes;         // sessions that pay at once: 0 for one per core, 1 for one per device
   uint32_t reserved;      // 0
   uint64_t batch_hint;    // nonces that take about 30 ms here; 0: unknown

   // [thread-safe]
   neb_status (*open)(const neb_pow_backend *self, const neb_pow_session_config *config, neb_pow_session **out,
                      neb_error *err);

   // Makes the epoch ready (a key, a dataset, a table); may take long and report progress through the host. `submit` of a job
   // of an epoch that was not prepared prepares it inside `wait`.
   // [session]
   neb_status (*prepare)(const neb_pow_backend *self, neb_pow_session *session, const neb_pow_epoch *epoch, neb_error *err);

   // Queues a job; never blocks. NEB_E_BUSY: depth reached. NEB_E_INVALID: the job is malformed; nothing was queued.
   // [session]
   neb_status (*submit)(const neb_pow_backend *self, neb_pow_session *session, const neb_pow_job *job);

   // The result of the oldest job in flight, once. A CPU backend computes here, on the calling thread; one with its own device
   // sleeps. NEB_E_TIMEOUT: not finished, call again. NEB_E_STATE: nothing in flight. Otherwise NEB_OK, and result->status
   // says how the job ended.
   // [session]
   neb_status (*wait)(const neb_pow_backend *self, neb_pow_session *session, neb_pow_result *result, uint64_t timeout_ns);

   // Ends all jobs with a ticket below `ticket` as soon as possible (1 ms on a CPU); each still gives its result.
   // UINT64_MAX means for good: it also ends a `prepare` under way, which then returns NEB_E_CANCELLED (within 100 ms).
   // [thread-safe]
   void (*cancel_below)(const neb_pow_backend *self, neb_pow_session *session, uint64_t ticket);

   // Cancels what is in flight and frees the session.
   // [session]
   void (*close)(const neb_pow_backend *self, neb_pow_session *session);

   // Since 1.1. Reads the device's sensors; may take some milliseconds. Optional.
   // [thread-safe]
   neb_status (*telemetry)(const neb_pow_backend *self, neb_pow_telemetry *out);
};

NEB_EXTERN_C_END
