// toy-splitmix-c: a proof-of-work algorithm in C11 with nothing but pkg-config's flags and cc; the manifest stands in
// this file.
#include <nebula/entry.h>
#include <nebula/manifest.h>
#include <nebula/svc/pow-algorithm.h>

#include <stdlib.h>
#include <string.h>

NEB_MANIFEST("{\"id\": \"toy-splitmix-c\", \"version\": \"1.0.0\", \"abi\": \"1.0\", \"license\": \"Apache-2.0\", "
             "\"summary\": \"A toy proof-of-work algorithm: SplitMix64 with a 256-bit digest\", "
             "\"provides\": [{\"id\": \"nebula.pow.algorithm/1\", \"name\": \"toy-splitmix-c\"}], "
             "\"config\": {\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}}");

enum { INPUT_BYTES_MAX = 1024 };

static uint64_t mix(uint64_t z) {
   z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
   z = (z ^ z >> 27) * 0x94d049bb133111ebu;
   return z ^ z >> 31;
}

static void absorb(uint64_t state[4], uint64_t word) {
   for (unsigned i = 0; i < 4; ++i) {
      const uint64_t next = state[(i + 1) % 4];
      state[i] = mix((state[i] ^ word) + (next << 17 | next >> 47));
   }
}

static neb_status hash(const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, uint8_t *digest,
                       void *scratch) {
   (void)self, (void)epoch, (void)scratch;
   if (input.len > INPUT_BYTES_MAX) {
      return NEB_E_INVALID;
   }
   uint64_t state[4];
   for (unsigned i = 0; i < 4; ++i) {
      state[i] = 0x9e3779b97f4a7c15u * (i + 1);
   }
   for (uint64_t i = 0; i < input.len; i += 8) {
      uint64_t word = 0;
      for (uint64_t j = i; j < i + 8 && j < input.len; ++j) {
         word |= (uint64_t)input.ptr[j] << 8 * (j - i);
      }
      absorb(state, word);
   }
   absorb(state, input.len);
   absorb(state, 0);
   for (unsigned i = 0; i < 32; ++i) {
      digest[i] = (uint8_t)(state[i / 8] >> 8 * (i % 8));
   }
   return NEB_OK;
}

static const uint8_t input_0[8] = {0};
static const uint8_t digest_0[32] = {0x9b, 0x07, 0xb1, 0x47, 0x83, 0x71, 0x7b, 0x79, 0x63, 0xe9, 0x11,
                                     0xdf, 0x4e, 0x50, 0x25, 0x60, 0x42, 0x0f, 0x21, 0xb5, 0xf2, 0x20,
                                     0xb5, 0xd4, 0x12, 0x8a, 0xd4, 0x79, 0x84, 0x9b, 0x7d, 0xca};
static const neb_pow_vector vectors[] = {
   {.input = {input_0, sizeof input_0}, .digest = {digest_0, sizeof digest_0}},
};

static const neb_pow_algorithm algorithm = {
   .size = sizeof(neb_pow_algorithm),
   .name = "toy-splitmix-c",
   .text = "A toy in C: SplitMix64 with a 256-bit digest, not for money",
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

// The instance is its table and the host it belongs to.
typedef struct instance {
   neb_plugin table;
   const neb_host *host;
} instance;

static neb_status init(const neb_plugin *self, neb_error *err) {
   const neb_host *host = ((instance *)self->ctx)->host;
   return host->provide(host, NEB_SVC_POW_ALGORITHM, algorithm.name, NULL, &algorithm, err);
}

// There is nothing to start or stop: hashing has no threads of its own.
static neb_status start(const neb_plugin *self, neb_error *err) {
   (void)self, (void)err;
   return NEB_OK;
}

static neb_status stop(const neb_plugin *self, uint64_t deadline_ns) {
   (void)self, (void)deadline_ns;
   return NEB_OK;
}

static void destroy(const neb_plugin *self) {
   free(self->ctx);
}

static const neb_plugin *create(const neb_host *host, uint32_t index, neb_error *err) {
   static const char refusal[] = "the file has one plugin, number 0, or memory is short";
   instance *made = index == 0 ? calloc(1, sizeof *made) : NULL;
   if (made == NULL) {
      if (err != NULL && NEB_HAS(err, neb_error, text)) {
         err->code = index == 0 ? NEB_E_NO_MEMORY : NEB_E_NOT_FOUND;
         memcpy(err->text, refusal, sizeof refusal);
      }
      return NULL;
   }
   made->host = host;
   made->table = (neb_plugin){
      .size = sizeof(neb_plugin), .ctx = made, .init = init, .start = start, .stop = stop, .destroy = destroy};
   return &made->table;
}

static const neb_entry entry = {.size = sizeof(neb_entry),
                                .abi_major = NEB_ABI_MAJOR,
                                .count = 1,
                                .id = "toy-splitmix-c",
                                .version = "1.0.0",
                                .create = create};

const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t host_minor) {
   (void)host_minor;
   return host_major == NEB_ABI_MAJOR ? &entry : NULL;
}
