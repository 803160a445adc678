// nebula.pow.algorithm/1: WHAT a proof-of-work algorithm computes: a pure reference, its parameters and its known answers.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_POW_ALGORITHM "nebula.pow.algorithm/1"

#define NEB_POW_DIGEST_MAX 64u

// What an epoch-dependent algorithm is keyed with: RandomX by `key` (the seed hash), Autolykos by `height`. Algorithms without
// epochs ignore it. Borrowed for the call. Fixed for ever.
typedef struct neb_pow_epoch {
   neb_bytes key;
   uint64_t height;
} neb_pow_epoch;

// How the digest reads as a 256-bit number, to be compared with a target (which is always 32 bytes big-endian).
enum {
   NEB_POW_ORDER_BIG = 0,     // byte 0 is the most significant
   NEB_POW_ORDER_LITTLE = 1,  // byte 31 is the most significant
   NEB_POW_ORDER_WORDS32 = 2  // eight little-endian 32-bit words, word 0 the most significant
};

enum { NEB_POW_CORE = 0, NEB_POW_SUPPORTED = 1, NEB_POW_DEPRECATED = 2 };

// neb_pow_algorithm.flags, since 1.1: the nonce stands in the input most significant byte first (Autolykos); without it, least
// significant byte first.
#define NEB_POW_NONCE_BIG 1u

// nonce_offset of an algorithm whose input is message ‖ nonce.
#define NEB_POW_NONCE_APPENDED 0xFFFFFFFFu

// One known answer. `input` is complete, nonce included. Fixed for ever.
typedef struct neb_pow_vector {
   neb_pow_epoch epoch;
   neb_bytes input;
   neb_bytes digest;
} neb_pow_vector;

typedef struct neb_pow_algorithm neb_pow_algorithm;
struct neb_pow_algorithm {
   uint32_t size;
   uint32_t flags; // NEB_POW_NONCE_BIG or 0
   void *ctx;

   const char *name; // as miners write it: "cosmic-harmony", "randomx"
   const char *text; // one sentence for operators; when deprecated, why and what instead
   int32_t status;   // NEB_POW_CORE, ...
   int32_t digest_order;
   uint32_t digest_bytes; // 32 for everything that mines
   uint32_t nonce_bytes;  // 4 or 8; NEB_POW_NONCE_BIG says in which order they stand in the input
   uint32_t nonce_offset; // where miners expect it in the input, or NEB_POW_NONCE_APPENDED
   uint32_t vector_count; // at least 1
   const neb_pow_vector *vectors;
   uint64_t scratch_bytes; // what `hash` wants, 0 for none; at most 64 MiB
   uint32_t epoch_kind;    // 0: none, 1: by key, 2: by height
   uint32_t input_bytes_max; // the longest input it accepts; at least 76

   // Hashes the input (nonce included) into `digest` (digest_bytes). `scratch`: scratch_bytes, 64-byte aligned, any content,
   // not shared. An epoch that was not prepared is prepared first, which may take seconds.
   // NEB_E_INVALID: input too long or too short for the algorithm, or an epoch it cannot have.
   // [thread-safe]
   neb_status (*hash)(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, uint8_t *digest,
                      void *scratch);

   // Makes `hash` fast for an epoch ahead of its first use, and keeps at least the last three. Optional.
   // [worker]
   neb_status (*prepare)(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_error *err);

   // Since 1.1: further names that miners write for it, such as "rx/0"; the last one is NULL. NULL: there are none.
   const char *const *aliases;
   // Since 1.1, when deprecated: the last height at which a chain may accept it; 0: no end is set.
   uint64_t height_max;
};

NEB_EXTERN_C_END
