// example-c: a complete proof-of-work algorithm in plain C11. Replace `digest_of` and the vectors by those of your own.
//
// It absorbs the input in little-endian 64-bit words with SipHash's round function and gives all 256 bits of the state.
// That is an example's hash: do not use it for money.
#include <nebula/entry.h>
#include <nebula/svc/pow-algorithm.h>

#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES_MAX = 1024 };

static uint64_t rotate(uint64_t x, int n) {
   return x << n | x >> (64 - n);
}

static void rounds(uint64_t v[4], int count) {
   while (count-- > 0) {
      v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
      v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
      v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
      v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
   }
}

static void digest_of(neb_bytes input, uint8_t *digest) {
   uint64_t v[4] = {0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573};
   for (uint64_t i = 0; i < input.len; i += 8) {
      uint64_t word = 0;
      for (uint64_t j = i; j < i + 8 && j < input.len; ++j) {
         word |= (uint64_t)input.ptr[j] << (8 * (j - i));
      }
      v[3] ^= word;
      rounds(v, 2);
      v[0] ^= word;
   }
   v[2] ^= input.len;
   rounds(v, 4);
   for (int i = 0; i < 32; ++i) {
      digest[i] = (uint8_t)(v[i / 8] >> (8 * (i % 8)));
   }
}

static neb_status hash(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, uint8_t *digest,
                       void *scratch) {
   (void)self, (void)epoch, (void)scratch;
   if (input.len < 1 || input.len > INPUT_BYTES_MAX) {
      return NEB_E_INVALID;
   }
   digest_of(input, digest);
   return NEB_OK;
}

// Known answers, nonce included.
static const uint8_t input_0[8] = {0};
static const uint8_t digest_0[32] = {0x7f, 0x2d, 0x1d, 0xca, 0xb4, 0x8c, 0x48, 0xc4, 0xee, 0x4b, 0x11,
                                     0x0d, 0xa4, 0x46, 0xdf, 0xdd, 0xc2, 0x7c, 0x68, 0xdf, 0xc6, 0x3d,
                                     0xda, 0xc8, 0x62, 0xcd, 0xdb, 0x35, 0x9c, 0x34, 0xdb, 0x2b};
static const uint8_t input_1[40] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                                    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39};
static const uint8_t digest_1[32] = {0x98, 0x32, 0x9e, 0x11, 0xef, 0x41, 0xbb, 0x72, 0xb4, 0xbb, 0x73,
                                     0x69, 0x7a, 0xf6, 0x7b, 0xf0, 0xeb, 0x77, 0xa9, 0xf4, 0x64, 0xd2,
                                     0xcc, 0x55, 0x5c, 0x87, 0x1e, 0x20, 0x4a, 0x16, 0x0d, 0xa6};
static const neb_pow_vector vectors[] = {
   {{{NULL, 0}, 0}, {input_0, sizeof input_0}, {digest_0, sizeof digest_0}},
   {{{NULL, 0}, 0}, {input_1, sizeof input_1}, {digest_1, sizeof digest_1}},
};

static const neb_pow_algorithm algorithm = {
   .size = sizeof(neb_pow_algorithm),
   .name = "example-c",
   .text = "An example: SipHash rounds with a 256-bit digest, not for money",
   .status = NEB_POW_SUPPORTED,
   .digest_order = NEB_POW_ORDER_BIG,
   .digest_bytes = 32,
   .nonce_bytes = 8,
   .nonce_offset = NEB_POW_NONCE_APPENDED,
   .vector_count = sizeof vectors / sizeof *vectors,
   .vectors = vectors,
   .input_bytes_max = INPUT_BYTES_MAX,
   .hash = hash,
};

// One instance: the table and what it hangs on.
typedef struct plugin {
   neb_plugin table;
   const neb_host *host;
   int32_t state; // how far the life cycle got
} plugin;

enum { CREATED, READY, RUNNING, STOPPED };

// Moves from one state to the next; a call out of order is refused.
static neb_status step(const neb_plugin *self, int32_t from, int32_t to) {
   plugin *p = self->ctx;
   if (p->state != from) {
      return NEB_E_STATE;
   }
   p->state = to;
   return NEB_OK;
}

static neb_status init(const neb_plugin *self, neb_error *err) {
   const neb_status status = step(self, CREATED, READY);
   if (status != NEB_OK) {
      return status;
   }
   const neb_host *host = ((plugin *)self->ctx)->host;
   return host->provide(host, NEB_SVC_POW_ALGORITHM, algorithm.name, NULL, &algorithm, err);
}

static neb_status start(const neb_plugin *self, neb_error *err) {
   (void)err;
   return step(self, READY, RUNNING);
}

static neb_status stop(const neb_plugin *self, uint64_t deadline_ns) {
   (void)deadline_ns;
   return step(self, RUNNING, STOPPED);
}

static void destroy(const neb_plugin *self) {
   free(self->ctx);
}

static const neb_plugin *create(const neb_host *host, uint32_t index, neb_error *err) {
   static const char no_memory[] = "out of memory";
   plugin *p = index == 0 ? calloc(1, sizeof *p) : NULL;
   if (p == NULL) {
      if (err != NULL && err->size >= offsetof(neb_error, text) + sizeof no_memory) {
         err->code = NEB_E_NO_MEMORY;
         memcpy(err->text, no_memory, sizeof no_memory);
      }
      return NULL;
   }
   p->host = host;
   p->table = (neb_plugin){
      .size = sizeof(neb_plugin), .ctx = p, .init = init, .start = start, .stop = stop, .destroy = destroy};
   return &p->table;
}

static const neb_entry entry = {
   .size = sizeof(neb_entry),
   .abi_major = NEB_ABI_MAJOR,
   .count = 1,
   .id = NEBULA_PLUGIN_ID, // both from the manifest, through nebula_add_plugin
   .version = NEBULA_PLUGIN_VERSION,
   .create = create,
};

const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t host_minor) {
   (void)host_minor;
   return host_major == NEB_ABI_MAJOR ? &entry : NULL;
}
