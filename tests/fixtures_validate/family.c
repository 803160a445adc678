// A fixture that offers a family of algorithms with two parameters, a and b, each from 1 to 9.
#include "backend_session.h"
#include "base.h"
#include "toy_hash.h"

#include <nebula/svc/pow-family.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 128, LEAST = 1, LARGEST = 9, DEFAULT_A = 1, DEFAULT_B = 2 };

static const uint8_t input_0[36] = {0};
static const uint8_t digest_0[32] = {0xd2, 0xd4, 0x86, 0xb3, 0x61, 0xc6, 0x6d, 0xa6, 0xe0, 0x4d, 0xe3,
                                     0xd2, 0x1f, 0x16, 0x53, 0x66, 0xc3, 0x02, 0x70, 0xa8, 0xbd, 0x8a,
                                     0x49, 0x6b, 0xdf, 0xbd, 0x00, 0xaa, 0xc7, 0xe2, 0x5d, 0xb5};
static const uint8_t wrong[32] = {1, 2, 3};
static const neb_pow_vector vectors[1] = {
   {{{NULL, 0}, 0}, {input_0, sizeof input_0}, {BROKEN(FAMILY_WRONG_ANSWER) ? wrong : digest_0, 32}}};

// Everything about a member is static: it follows from its parameters, whoever asks.
typedef struct made_member {
   char name[32];
   char backend_name[40];
   uint8_t key[2];
   neb_pow_algorithm algorithm;
   neb_pow_backend backend;
   neb_pow_member_backend backends[1];
   neb_pow_member member;
} made_member;

static neb_status hash(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, uint8_t *digest,
                       void *scratch) {
   (void)epoch, (void)scratch;
   const made_member *made = self->ctx;
   if (input.len > INPUT_MAX) {
      return NEB_E_INVALID;
   }
   toy_hash((neb_bytes){made->key, sizeof made->key}, input.ptr, input.len, digest);
   return NEB_OK;
}

// A member's backend is the one of the toy hash, with the member's key in the place of an epoch's.
static neb_status submit(const neb_pow_backend *self, neb_pow_session *session, const neb_pow_job *given) {
   const made_member *made = self->ctx;
   const neb_pow_epoch keyed = {{made->key, sizeof made->key}, 0};
   neb_pow_job job = *given;
   job.size = sizeof job;
   job.epoch = &keyed;
   return fixture_backend.submit(self, session, &job);
}

static const neb_pow_backend other_backend = {
   .size = sizeof(neb_pow_backend), .name = "other/cpu", .algorithm = "other", .device = "CPU"};

static void make(made_member *made, int a, int b) {
   snprintf(made->name, sizeof made->name, BROKEN(FAMILY_NAMES) ? "member-%d-%d" : "fixture:a=%d,b=%d", a, b);
   made->key[0] = (uint8_t)a;
   made->key[1] = (uint8_t)b;
   // Known answers are those of the defaults; the other members hash the same input to something of their own.
   made->algorithm = (neb_pow_algorithm){.size = sizeof(neb_pow_algorithm),
                                         .ctx = made,
                                         .name = made->name,
                                         .text = "The hash of the fixtures, with parameters",
                                         .status = NEB_POW_SUPPORTED,
                                         .digest_bytes = 32,
                                         .nonce_bytes = 4,
                                         .nonce_offset = NEB_POW_NONCE_APPENDED,
                                         .vector_count = 1,
                                         .vectors = vectors,
                                         .input_bytes_max = INPUT_MAX,
                                         .hash = hash};
   snprintf(made->backend_name, sizeof made->backend_name, "fixture/cpu/a=%d,b=%d", a, b);
   made->backend = fixture_backend;
   made->backend.ctx = made;
   made->backend.name = made->backend_name;
   made->backend.algorithm = made->name;
   made->backend.submit = submit;
   made->backends[0].backend = BROKEN(FAMILY_BACKENDS) ? &other_backend : &made->backend;
   made->backends[0].properties = "device=cpu,kind=scalar";
   made->member = (neb_pow_member){
      .size = sizeof(neb_pow_member), .backend_count = 1, .algorithm = &made->algorithm, .backends = made->backends};
}

// Takes "a=1" off the front of `text`. 0: it is something else, or stands twice.
static int take(neb_str *text, int value[2]) {
   const int which =
      text->len >= 3 && text->ptr[1] == '=' && (text->ptr[0] == 'a' || text->ptr[0] == 'b') ? text->ptr[0] - 'a' : -1;
   if (which < 0 || text->ptr[2] < '0' + LEAST || text->ptr[2] > '0' + LARGEST ||
       (text->len > 3 && text->ptr[3] != ',') || text->len == 4 || (value[which] != 0 && !BROKEN(FAMILY_TWICE))) {
      return 0;
   }
   value[which] = text->ptr[2] - '0';
   const uint64_t taken = text->len > 3 ? 4 : 3;
   *text = (neb_str){text->ptr + taken, text->len - taken};
   return 1;
}

static neb_status member(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out, neb_error *err) {
   static made_member kept[2][LARGEST + 1][LARGEST + 1];
   (void)self;
   if (BROKEN(FAMILY_NO_DEFAULTS) && parameters.len == 0) {
      return fixture_fail(err, NEB_E_INVALID, "a and b are missing");
   }
   if (BROKEN(FAMILY_FUZZ) && parameters.len > 0 && memchr(parameters.ptr, ':', parameters.len) != NULL) {
      return NEB_E_INVALID;
   }
   const int turned = parameters.len > 0 && parameters.ptr[0] == 'b';
   int value[2] = {0, 0};
   while (parameters.len > 0 && take(&parameters, value)) {
   }
   if (parameters.len > 0 && !BROKEN(FAMILY_UNKNOWN)) {
      return fixture_fail(err, NEB_E_INVALID, "the parameters are a and b, each once, from 1 to 9");
   }
   const int a = value[0] != 0 ? value[0] : DEFAULT_A;
   const int b = value[1] != 0 ? value[1] : DEFAULT_B;
   made_member *made = &kept[BROKEN(FAMILY_ORDER) && turned][a][b];
   if (BROKEN(FAMILY_UNSTABLE)) {
      made = calloc(1, sizeof *made);
   }
   if (made->member.size == 0) {
      make(made, a, b);
   }
   *out = &made->member;
   return NEB_OK;
}

neb_status fixture_provide(const neb_host *host, neb_error *err) {
   static const neb_pow_family family = {.size = sizeof(neb_pow_family),
                                         .name = "fixture",
                                         .parameters = BROKEN(FAMILY_TABLE) ? "" : "a=1..9 (1), b=1..9 (2)",
                                         .member = member};
   return host->provide(host, NEB_SVC_POW_FAMILY, family.name, NULL, &family, err);
}
