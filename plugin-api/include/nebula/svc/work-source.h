// nebula.work.source/1: work that flows from chains, daemons, upstream pools and switchers to miners and pools.
//
// A source gives templates; a sink derives jobs from them with extranonces of its own, searches, and hands solutions in. No
// sink knows what its source is. Targets are 256-bit big-endian numbers; the algorithm says how its digest reads as one.
// Consumers recompute a miner's hash; sources recompute a sink's.
#pragma once

#include "pow-algorithm.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_WORK_SOURCE "nebula.work.source/1"

#define NEB_WORK_INPUT_MAX 1024u
#define NEB_WORK_EXTRANONCE_MAX 32u
#define NEB_WORK_ALGORITHMS_MAX 64u

enum {
   NEB_WORK_COMMITMENT = 1, // 32 bytes, nonce kept apart           (cosmic-harmony)
   NEB_WORK_BLOB = 2,       // bytes with a nonce at an offset       (RandomX: our mold or a Monero hashing blob)
   NEB_WORK_COINBASE = 3,   // the miner builds the header itself    (yescrypt family, Stratum v1)
   NEB_WORK_MESSAGE = 4     // message + height, wide nonce          (Autolykos v2)
};

// Template flags.
enum { NEB_WORK_CLEAN = 1 }; // older templates of this source and algorithm are worthless now

// The parts a Bitcoin-style miner builds its header from (kind COINBASE). Borrowed with the template. Fixed for ever.
typedef struct neb_work_coinbase {
   neb_bytes coinb1; // coinbase = coinb1 ‖ extranonce ‖ coinb2
   neb_bytes coinb2;
   const uint8_t (*branches)[32]; // merkle branch, from the leaf upwards
   uint32_t branch_count;
   uint32_t version;
   uint32_t bits;
   uint32_t ntime;
   uint8_t previous[32]; // as it stands in the header
} neb_work_coinbase;

// Borrowed for the call of `on_template`.
typedef struct neb_work_template {
   uint32_t size;
   uint32_t kind;            // NEB_WORK_...
   uint32_t flags;
   uint32_t extranonce_size; // bytes the sink owns, 0 to NEB_WORK_EXTRANONCE_MAX
   uint64_t id;              // only grows, over all algorithms of the source
   uint64_t height;
   uint64_t time_s;          // of the block, since 1970
   uint64_t reward;          // to the finder, in the coin's atomic units; 0 when unknown
   neb_str algorithm;        // "cosmic-harmony", "randomx", "yescryptr16", ...
   neb_pow_epoch epoch;      // what to prepare now; holds only what the algorithm is keyed with, so equal means prepared
   neb_pow_epoch next_epoch; // what to prepare ahead; equal to epoch (or an empty key and height 0) when nothing is known
   uint8_t network_target[32]; // a solution at or under it is a block
   uint8_t submit_target[32];  // a solution at or under it is worth handing in; never harder than network_target
   const neb_work_coinbase *coinbase; // kind COINBASE, else NULL
   neb_str coin;             // "zion-dev", "monero", for people
   uint64_t bonus; // what the block releases from the coin's bonus fund on top of `reward`, 0 when unknown; since 1.2
} neb_work_template;

// What to hash. The caller allocates it and writes `size`; the source writes the rest.
typedef struct neb_work_job {
   uint32_t size;
   uint32_t input_size;
   uint32_t nonce_offset; // or NEB_POW_NONCE_APPENDED
   uint32_t nonce_bytes;
   uint64_t nonce_first;  // the sink may use nonces from here ...
   uint64_t nonce_last;   // ... to here, inclusive (a proxy's share of a nonce can be narrower than nonce_bytes)
   uint8_t input[NEB_WORK_INPUT_MAX];
} neb_work_job;

// Borrowed until `submit` returns.
typedef struct neb_work_solution {
   uint32_t size;
   uint32_t ntime;        // kind COINBASE: the header's time; else 0
   uint64_t template_id;
   uint64_t nonce;
   neb_bytes extranonce;  // as given to derive
   neb_bytes digest;      // what the sink computed; the source recomputes it
   neb_bytes extra;       // the backend's further proof, usually empty
   neb_str worker;        // who found it, for logs and statistics; may be empty
   uint32_t version_bits; // kind COINBASE: rolled version bits; else 0
   uint32_t reserved;     // 0
} neb_work_solution;

// What became of a solution. NEB_WORK_ACCEPTED: it counts, and was no block.
enum {
   NEB_WORK_ACCEPTED = 0,
   NEB_WORK_BLOCK = 1,
   NEB_WORK_STALE = 2,
   NEB_WORK_LOW = 3,
   NEB_WORK_DUPLICATE = 4,
   NEB_WORK_INVALID = 5,
   NEB_WORK_LOST = 6 // the source could not hand it on (daemon or pool unreachable)
};

// Borrowed for the call of `on_result`.
typedef struct neb_work_result {
   uint32_t size;
   int32_t outcome;
   uint64_t template_id;
   uint64_t height;
   neb_str block_id; // hex, when it is a block
   neb_str text;     // the reason, for people
} neb_work_result;

typedef struct neb_watch neb_watch;
typedef void (*neb_on_template)(void *user, const neb_work_template *work);
typedef void (*neb_on_result)(void *user, const neb_work_result *result);

typedef struct neb_work_source neb_work_source;
struct neb_work_source {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // The algorithms it gives work for; texts valid as long as the service. Writes at most `capacity`, returns how many there
   // are.
   // [thread-safe]
   uint32_t (*algorithms)(const neb_work_source *self, neb_str *out, uint32_t capacity);

   // Calls `on_template` at once with the current template (when there is one) and again at each change, one call at a time
   // per watch, until `unwatch` returns; from any thread; it must return soon. The id of the template before again: only its
   // submit_target is another one. NEB_E_NOT_FOUND: no work for that algorithm, ever.
   // [main & running]
   neb_status (*watch)(const neb_work_source *self, neb_str algorithm, neb_on_template on_template, void *user,
                       neb_watch **out);

   // When it returns, no `on_template` of the watch runs or will run. Not from inside `on_template`.
   // [main & (running|draining|stopped)]
   void (*unwatch)(const neb_work_source *self, neb_watch *watch);

   // Writes the job that follows from a template and an extranonce of exactly its extranonce_size. Every (template, extranonce)
   // pair gives a different input. NEB_E_GONE for a template that is no longer kept. NEB_E_FULL: the source has no more inputs
   // to give at this moment. NEB_E_UNSUPPORTED for kind COINBASE when the source leaves the building to the sink.
   // [thread-safe]
   neb_status (*derive)(const neb_work_source *self, uint64_t template_id, neb_bytes extranonce, neb_work_job *out);

   // Hands in a solution; never blocks. `on_result` is called exactly once for each NEB_OK, possibly before submit returns,
   // from any thread. NEB_E_FULL: 1,024 solutions wait; NEB_E_STATE: not running; then it is not called.
   // [thread-safe]
   neb_status (*submit)(const neb_work_source *self, const neb_work_solution *solution, neb_on_result on_result, void *user);
};

NEB_EXTERN_C_END
