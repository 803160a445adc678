// A CPU backend of the toy hash, keyed by epoch, with its faults.
#include "backend_session.h"

#include "base.h"
#include "toy_hash.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DEPTH_MAX = 16, INPUT_MAX = 128, SLICE = 256 };

typedef struct job {
   uint64_t ticket, first, count, done;
   uint32_t input_bytes, hit_capacity, hit_count;
   const uint8_t *borrowed;
   uint8_t input[INPUT_MAX], key[64], target[32];
   uint64_t key_bytes;
   neb_pow_hit *hits;
} job;

struct neb_pow_session {
   job jobs[DEPTH_MAX];
   uint32_t count, depth_max;
   volatile uint64_t cancelled_below;
};

static volatile int touched; // by code that is about to crash

static uint64_t now_ns(void) {
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static neb_status open(const neb_pow_backend *self, const neb_pow_session_config *config, neb_pow_session **out,
                       neb_error *err) {
   (void)self;
   if (BROKEN(BACKEND_OPEN_FAILS)) {
      return fixture_fail(err, NEB_E_DEVICE, "no device today");
   }
   *out = calloc(1, sizeof **out);
   (*out)->depth_max = config->depth_max < DEPTH_MAX ? config->depth_max : DEPTH_MAX;
   return NEB_OK;
}

static int well_formed(const neb_pow_job *given) {
   return given->nonce_count >= 1 && (given->nonce_bytes == 4 || BROKEN(BACKEND_FUZZ)) &&
          given->nonce_offset == NEB_POW_NONCE_APPENDED && given->input.len + 4 <= INPUT_MAX &&
          given->nonce_first <= UINT32_MAX && given->nonce_count - 1 <= UINT32_MAX - given->nonce_first &&
          given->hit_capacity >= 1 && given->hit_capacity <= NEB_POW_HITS_MAX && given->epoch->key.len <= 64;
}

static neb_status submit(const neb_pow_backend *self, neb_pow_session *session, const neb_pow_job *given) {
   static uint8_t first_key[64];
   static uint64_t first_key_bytes;
   (void)self;
   if (BROKEN(BACKEND_READS_PAST_JOB)) {
      touched = fixture_read_behind(given + 1);
   }
   if (BROKEN(BACKEND_EXACT_JOB) && given->size != sizeof *given) {
      return NEB_E_INVALID;
   }
   if (!BROKEN(BACKEND_TAKES_ANYTHING) && !well_formed(given)) {
      return NEB_E_INVALID;
   }
   if (session->count == (BROKEN(BACKEND_NO_DEPTH) ? DEPTH_MAX : session->depth_max)) {
      return NEB_E_BUSY;
   }
   job *j = &session->jobs[session->count++];
   *j = (job){.ticket = given->ticket, .first = given->nonce_first, .count = given->nonce_count};
   j->borrowed = given->input.ptr;
   j->input_bytes = (uint32_t)given->input.len;
   j->hit_capacity = given->hit_capacity;
   memcpy(j->input, given->input.ptr, given->input.len);
   memcpy(j->target, given->target, 32);
   j->key_bytes = given->epoch->key.len;
   memcpy(j->key, given->epoch->key.ptr, j->key_bytes);
   if (BROKEN(BACKEND_FIRST_EPOCH)) {
      if (first_key_bytes == 0) {
         memcpy(first_key, j->key, j->key_bytes);
         first_key_bytes = j->key_bytes;
      }
      memcpy(j->key, first_key, first_key_bytes);
   }
   j->hits = calloc(given->hit_capacity, sizeof *j->hits);
   return NEB_OK;
}

static void digest_of(const job *j, uint32_t nonce, uint8_t *digest) {
   static uint8_t shared[INPUT_MAX];
   uint8_t own[INPUT_MAX];
   uint8_t *input = BROKEN(BACKEND_STATIC_INPUT) ? shared : own;
   memcpy(input, BROKEN(BACKEND_BORROWS) ? j->borrowed : j->input, j->input_bytes);
   const uint32_t in_order = BROKEN(BIG_NONCE) ? __builtin_bswap32(nonce) : nonce;
   memcpy(input + j->input_bytes, &in_order, sizeof in_order);
   if (BROKEN(BACKEND_STATIC_INPUT)) {
      usleep(20); // time for another thread to write it
   }
   toy_hash((neb_bytes){j->key, j->key_bytes}, input, j->input_bytes + sizeof nonce, digest);
}

// One nonce; 0 when its hit finds no room.
static int scan_one(job *j, uint32_t nonce) {
   uint8_t digest[32];
   digest_of(j, nonce, digest);
   const int order = memcmp(digest, j->target, 32);
   if (order > 0 || (order == 0 && BROKEN(BACKEND_BELOW_TARGET)) || (nonce % 8 == 7 && BROKEN(BACKEND_MISSES))) {
      return 1;
   }
   if (j->hit_count == j->hit_capacity) {
      return BROKEN(BACKEND_INEXACT_WHEN_FULL);
   }
   neb_pow_hit *hit = &j->hits[j->hit_count++];
   hit->nonce = nonce;
   memcpy(hit->digest, digest, 32);
   if (BROKEN(BACKEND_WRONG_DIGEST) && nonce % 2) {
      hit->digest[31] ^= 1;
   }
   return 1;
}

// Scans on, at most SLICE nonces. 0 when the job is at its end.
static int scan_slice(job *j) {
   const uint64_t scanned = BROKEN(BACKEND_ROUNDS_COUNT) ? j->count / 4 * 4 : j->count;
   const uint32_t end = (uint32_t)(j->first + j->count); // wraps to 0 behind the largest nonce
   for (int i = 0; i < SLICE && j->done < j->count; ++i) {
      const uint32_t nonce = (uint32_t)(j->first + j->done);
      const int passed_over = j->done >= scanned || (BROKEN(BACKEND_NONCE_WRAPS) && nonce >= end);
      if (!passed_over && !scan_one(j, nonce)) {
         return 0;
      }
      ++j->done;
   }
   return j->done < j->count;
}

static void reverse(neb_pow_hit *hits, uint32_t count) {
   for (uint32_t i = 0; i < count / 2; ++i) {
      const neb_pow_hit hit = hits[i];
      hits[i] = hits[count - 1 - i];
      hits[count - 1 - i] = hit;
   }
}

static neb_status hand_over(neb_pow_session *session, uint32_t index, neb_status status, neb_pow_result *result) {
   job *j = &session->jobs[index];
   if (BROKEN(BACKEND_UNSORTED)) {
      reverse(j->hits, j->hit_count);
   }
   memcpy(result->hits, j->hits, j->hit_count * sizeof *j->hits);
   result->hit_count = j->hit_count;
   result->hashes_done = j->done;
   result->ticket = j->ticket;
   result->device_ns = 0;
   result->status = BROKEN(BACKEND_CANCEL_UNSAID) ? (neb_status)NEB_OK : status;
   free(j->hits);
   --session->count;
   memmove(j, j + 1, (session->count - index) * sizeof *j);
   return NEB_OK;
}

static neb_status wait(const neb_pow_backend *self, neb_pow_session *session, neb_pow_result *result,
                       uint64_t timeout_ns) {
   (void)self;
   if (session->count == 0) {
      return BROKEN(BACKEND_IDLE_OK) ? NEB_OK : NEB_E_STATE;
   }
   const uint64_t started = now_ns();
   const uint32_t index = BROKEN(BACKEND_LAST_FIRST) ? session->count - 1 : 0;
   job *j = &session->jobs[index];
   for (;;) {
      if (j->ticket < session->cancelled_below) {
         return hand_over(session, index, NEB_E_CANCELLED, result);
      }
      if (!scan_slice(j)) {
         return hand_over(session, index, NEB_OK, result);
      }
      if (now_ns() - started >= timeout_ns) {
         return BROKEN(BACKEND_PARTIAL_ON_TIMEOUT) ? hand_over(session, index, NEB_OK, result) : NEB_E_TIMEOUT;
      }
   }
}

static void cancel_below(const neb_pow_backend *self, neb_pow_session *session, uint64_t ticket) {
   (void)self;
   session->cancelled_below = ticket;
}

static void close_session(const neb_pow_backend *self, neb_pow_session *session) {
   (void)self;
   for (uint32_t i = 0; i < session->count; ++i) {
      free(session->jobs[i].hits);
   }
   free(session);
}

// A device with a thermometer, and nothing else.
static neb_status telemetry(const neb_pow_backend *self, neb_pow_telemetry *out) {
   (void)self;
   if (!NEB_HAS(out, neb_pow_telemetry, temperature_mc)) {
      return NEB_E_TOO_SMALL;
   }
   out->present = NEB_POW_HAS_TEMPERATURE | (BROKEN(BACKEND_TELEMETRY) ? 64u : 0u);
   out->temperature_mc = 40000;
   if (BROKEN(BACKEND_TELEMETRY_ROOM)) {
      out->clock_mhz = 0;
   }
   return NEB_OK;
}

const neb_pow_backend fixture_backend = {.size = sizeof(neb_pow_backend),
                                         .name = "fixture/cpu",
                                         .algorithm = "fixture",
                                         .device = "CPU",
                                         .open = open,
                                         .submit = submit,
                                         .wait = wait,
                                         .cancel_below = BROKEN(BACKEND_TABLE) ? NULL : cancel_below,
                                         .close = close_session,
                                         .telemetry = telemetry};
