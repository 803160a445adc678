// A fixture that offers a proof-of-work algorithm keyed by epoch, with a nonce of 4 bytes behind the message.
#include "base.h"
#include "toy_hash.h"

#include <nebula/svc/pow-algorithm.h>

#include <string.h>
#include <unistd.h>

enum { INPUT_MAX = 128, NONCE = 4 };

static const uint8_t key[3] = {'k', 'e', 'y'};
static const uint8_t input_0[36] = {0};
static const uint8_t input_1[36] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18,
                                    19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 0};
static const uint8_t digest_0[32] = {0x9f, 0x68, 0xe6, 0x84, 0x61, 0x52, 0xe4, 0xef, 0x44, 0x53, 0x91,
                                     0xd8, 0xfc, 0x6c, 0x14, 0x10, 0x4e, 0xf4, 0x21, 0x2e, 0x1c, 0x0e,
                                     0x94, 0x99, 0x42, 0xa6, 0x39, 0x2a, 0x27, 0xfa, 0x8e, 0xaa};
static const uint8_t digest_1[32] = {0x5f, 0x11, 0x63, 0x5a, 0xc8, 0x96, 0x79, 0xae, 0x8a, 0x28, 0x70,
                                     0x89, 0x30, 0x33, 0xd4, 0x5b, 0x03, 0x05, 0xea, 0x1f, 0x3b, 0x90,
                                     0x1e, 0xd7, 0x99, 0x67, 0x9f, 0x78, 0xed, 0x37, 0x8b, 0x9f};
static const uint8_t wrong[32] = {1, 2, 3};

static const neb_pow_vector vectors[2] = {
   {{{key, sizeof key}, 0}, {input_0, sizeof input_0}, {digest_0, BROKEN(ALGORITHM_VECTOR_LENGTH) ? 31 : 32}},
   {{{key, sizeof key}, 0}, {input_1, sizeof input_1}, {BROKEN(ALGORITHM_WRONG_ANSWER) ? wrong : digest_1, 32}},
};

static neb_status hash(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, uint8_t *digest,
                       void *scratch) {
   static uint8_t shared[INPUT_MAX + 1];
   static int calls;
   (void)self;
   if (BROKEN(ALGORITHM_EMPTY_INPUT)) {
      ((volatile uint8_t *)shared)[0] = *(const volatile uint8_t *)input.ptr;
   }
   if (BROKEN(ALGORITHM_FUZZ) && input.len >= 50 && input.len <= 60) {
      __builtin_trap();
   }
   if (input.len > INPUT_MAX && !BROKEN(ALGORITHM_LONG_INPUT)) {
      return NEB_E_INVALID;
   }
   uint8_t own[INPUT_MAX + 1];
   uint8_t *message = BROKEN(ALGORITHM_STATIC_BUFFER) ? shared : own;
   if (input.len > 0) { // an empty input may come without a pointer, which memcpy does not take
      memcpy(message, input.ptr, input.len);
   }
   if (BROKEN(ALGORITHM_STATIC_BUFFER)) {
      usleep(50); // time for another thread to write it
   }
   if (BROKEN(ALGORITHM_HALF_NONCE) && input.len > 0) {
      message[input.len - 1] = 0;
   }
   const neb_bytes no_epoch = {key, sizeof key};
   toy_hash(BROKEN(ALGORITHM_IGNORES_EPOCH) ? no_epoch : epoch->key, message, input.len, digest);
   if (BROKEN(ALGORITHM_COUNTS) && ++calls > 8) {
      digest[0] = (uint8_t)(digest[0] ^ calls);
   }
   if (BROKEN(ALGORITHM_READS_SCRATCH)) {
      digest[0] ^= *(uint8_t *)scratch;
   }
   if (BROKEN(ALGORITHM_WRITES_INPUT) && input.len > 0) {
      memset((void *)(uintptr_t)input.ptr, 0, input.len);
   }
   if (BROKEN(ALGORITHM_OVERRUNS)) {
      digest[32] = 0;
   }
   return NEB_OK;
}

static neb_status prepare(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_error *err) {
   (void)self, (void)epoch;
   return BROKEN(ALGORITHM_PREPARE_FAILS) ? fixture_fail(err, NEB_E_FAIL, "no epoch today") : (neb_status)NEB_OK;
}

static const char *const own_name[2] = {"fixture", NULL};
static const char *const known_as[2] = {"fix/0", NULL};

neb_status fixture_provide(const neb_host *host, neb_error *err) {
   static const neb_pow_algorithm algorithm = {
      .size = sizeof(neb_pow_algorithm),
      .flags = BROKEN(BIG_NONCE) ? NEB_POW_NONCE_BIG : 0,
      .name = "fixture",
      .text = "The hash of the fixtures",
      .status = NEB_POW_SUPPORTED,
      .digest_order = NEB_POW_ORDER_BIG,
      .digest_bytes = 32,
      .nonce_bytes = BROKEN(ALGORITHM_TABLE) ? 3 : NONCE,
      .nonce_offset = NEB_POW_NONCE_APPENDED,
      .vector_count = 2,
      .vectors = vectors,
      .scratch_bytes = 64,
      .epoch_kind = 1,
      .input_bytes_max = INPUT_MAX,
      .hash = hash,
      .prepare = prepare,
      .aliases = BROKEN(ALGORITHM_ALIASES) ? own_name : known_as,
      .height_max = BROKEN(ALGORITHM_END) ? 5 : 0,
   };
   return host->provide(host, NEB_SVC_POW_ALGORITHM, algorithm.name, NULL, &algorithm, err);
}
