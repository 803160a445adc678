#include "pow/toy.h"

#include "pow/toy_hash.h"

#include <nebula/ext/clock.h>

#include <chrono>
#include <cstring>

namespace nebula::host::toy {

namespace {

neb_status hash(const neb_pow_algorithm *, const neb_pow_epoch *epoch, neb_bytes input, std::uint8_t *digest, void *) {
   if (input.len != 36)
      return NEB_E_INVALID;
   compute(*epoch, input.ptr, input.len, digest);
   return NEB_OK;
}

neb_status prepare(const neb_pow_algorithm *, const neb_pow_epoch *, neb_error *) {
   return NEB_OK;
}

/// Known answers in two epochs, made by the function itself: the toy has no second implementation.
struct Vectors {
   static constexpr std::size_t k_count = 6;
   std::uint8_t inputs[k_count][36], digests[k_count][32];
   std::uint8_t keys[2][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}};
   neb_pow_vector vectors[k_count];

   explicit Vectors(bool wrong) {
      for (std::size_t i = 0; i < k_count; ++i) {
         for (std::size_t at = 0; at < 36; ++at)
            inputs[i][at] = static_cast<std::uint8_t>(mixed(100 * i + at));
         const neb_pow_epoch epoch{{keys[i % 2], 4}, 0};
         compute(epoch, inputs[i], 36, digests[i]);
         vectors[i] = {epoch, {inputs[i], 36}, {digests[i], 32}};
      }
      digests[3][17] ^= wrong ? 0x20 : 0;
   }
};

neb_pow_algorithm table_of(const Vectors &vectors) {
   neb_pow_algorithm table{};
   table.size = sizeof table;
   table.name = k_name;
   table.text = "A small hash for tests";
   table.digest_order = NEB_POW_ORDER_WORDS32;
   table.digest_bytes = 32;
   table.nonce_bytes = 4;
   table.nonce_offset = NEB_POW_NONCE_APPENDED;
   table.vector_count = Vectors::k_count;
   table.vectors = vectors.vectors;
   table.epoch_kind = 1;
   table.input_bytes_max = 76;
   table.hash = hash;
   table.prepare = prepare;
   return table;
}

std::uint64_t now(const neb_host *) {
   return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}
std::int64_t wall(const neb_host *) {
   return 0;
}
constexpr neb_ext_clock k_clock = {sizeof(neb_ext_clock), 0, now, wall};
const void *extension(const neb_host *, const char *id) {
   return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &k_clock : nullptr;
}
neb_status provide(const neb_host *, const char *, const char *, const char *, const void *, neb_error *) {
   return NEB_OK;
}
constexpr std::uint32_t k_off = NEB_LOG_OFF;
void no_log(const neb_host *, std::uint32_t, neb_str) {}
constexpr neb_host k_host = {sizeof(neb_host), 0, nullptr, "test", "", "toy", &k_off, no_log, extension, provide};

class ToyScanner final : public Scanner {
public:
   ToyScanner(const Fault &fault, const std::atomic<bool> &faulty, std::atomic<std::uint64_t> &hashes)
      : fault_(fault), faulty_(faulty), hashes_(hashes) {}

   void scan(const ScanRange &range, Hits &hits) override {
      const bool faulty = faulty_.load();
      hashes_.fetch_add(range.nonce_count);
      for (std::uint64_t i = 0; i < range.nonce_count; ++i) {
         const std::uint64_t nonce = range.nonce_first + i;
         if (faulty && fault_.skips && fault_.skips(nonce, range))
            continue;
         write_nonce(range.input + range.nonce_offset, range.nonce_bytes, nonce);
         std::uint8_t digest[32];
         compute(range.epoch, range.input, range.input_bytes, digest);
         if (faulty && fault_.change)
            fault_.change(nonce, digest);
         if (meets_target(digest, NEB_POW_ORDER_WORDS32, range.target))
            hits.add(nonce, digest);
      }
   }

private:
   const Fault &fault_;
   const std::atomic<bool> &faulty_;
   std::atomic<std::uint64_t> &hashes_;
};

} // namespace

const neb_pow_algorithm &algorithm() {
   static const Vectors vectors(false);
   static const neb_pow_algorithm table = table_of(vectors);
   return table;
}

const neb_pow_algorithm &algorithm_with_wrong_vector() {
   static const Vectors vectors(true);
   static const neb_pow_algorithm table = table_of(vectors);
   return table;
}

Provided provided_algorithm(const neb_pow_algorithm &table, const std::string &instance) {
   Provided provided;
   provided.id = NEB_SVC_POW_ALGORITHM;
   provided.name = table.name;
   provided.instance = instance;
   provided.plugin = "toy";
   provided.table = &table;
   return provided;
}

ToyBackend::ToyBackend(std::string name, std::string properties, Fault fault, std::uint32_t lanes)
   : name_(std::move(name)), properties_(std::move(properties)), fault_(std::move(fault)), lanes_(lanes),
     backend_(spec()) {
   backend_.provide(Host(&k_host));
}

CpuBackendSpec ToyBackend::spec() {
   CpuBackendSpec spec;
   spec.name = name_.c_str();
   spec.algorithm = k_name;
   spec.properties = properties_.c_str();
   spec.lanes = lanes_;
   spec.open = [this] { return std::make_unique<ToyScanner>(fault_, faulty_, hashes_); };
   // However slow the machine is, slices are longer than the ranges that an audit samples: faults tell them apart by
   // that.
   spec.width = 1024;
   return spec;
}

Provided ToyBackend::provided(const std::string &instance, std::uint64_t order) const {
   Provided provided;
   provided.id = NEB_SVC_POW_BACKEND;
   provided.name = name_;
   provided.instance = instance;
   provided.plugin = "toy";
   provided.properties = parse_properties(std::string("algorithm=toy,") + properties_).value();
   provided.properties.emplace("name", "x");
   provided.table = backend_.table();
   provided.order = order;
   return provided;
}

PowEnvironment Bench::environment() {
   PowEnvironment environment;
   environment.log = [this](std::uint32_t, std::string_view text) {
      const std::lock_guard lock(mutex);
      log.emplace_back(text);
   };
   environment.publish = [this](std::string_view topic, std::string_view json) {
      const std::lock_guard lock(mutex);
      events.emplace_back(topic, json);
   };
   environment.health = [this](std::string_view, std::int32_t level, std::string_view, std::string_view text) {
      const std::lock_guard lock(mutex);
      health.emplace_back(level, text);
   };
   return environment;
}

Bench::Bench(const neb_pow_algorithm &table) : pow(environment()) {
   (void)pow.algorithm_added(provided_algorithm(table));
   pow.instance_ready("toy");
}

void Bench::add(const ToyBackend &backend, const std::string &instance, std::uint64_t order) {
   (void)pow.backend_added(backend.provided(instance, order));
   pow.instance_ready(instance);
}

Slot &Bench::find(const std::string &select) {
   Slot *slot = nullptr;
   (void)pow.find_backend(Selection::parse(select).value(), consumer_, &slot);
   pow.settle();
   return *slot;
}

std::string Bench::serving(const Slot &slot) {
   pow.settle();
   const std::string text = pow.explain(k_name).value();
   const std::string key = "\"select\":\"" + slot.select() + "\",\"backend\":";
   const std::size_t at = text.find(key);
   if (at == std::string::npos || text[at + key.size()] != '"')
      return "nobody";
   const std::size_t begin = at + key.size() + 1;
   return text.substr(begin, text.find('"', begin) - begin);
}

bool Bench::said(const std::string &text) {
   const std::lock_guard lock(mutex);
   for (const std::string &line : log)
      if (line.find(text) != std::string::npos)
         return true;
   return false;
}

JobCopy job(std::uint64_t first, std::uint64_t count, unsigned target_bits, std::uint32_t capacity) {
   JobCopy copy;
   copy.epoch.key = "\x01\x02\x03\x04";
   copy.input.assign(32, 0x5a);
   copy.nonce_first = first;
   copy.nonce_count = count;
   copy.target = target_of_bits(target_bits).target;
   copy.hit_capacity = capacity;
   return copy;
}

Consumer::Consumer(Slot &slot, std::uint32_t depth)
   : table_(static_cast<const neb_pow_backend *>(enter(&slot, &guard_))) {
   const neb_pow_session_config config{sizeof config, depth, 0};
   if (table_)
      (void)table_->open(table_, &config, &session_, nullptr);
}

Consumer::~Consumer() {
   if (session_)
      table_->close(table_, session_);
   if (table_)
      leave(&guard_);
}

neb_status Consumer::submit(std::uint64_t ticket, std::uint64_t first, std::uint64_t count, unsigned target_bits,
                            std::uint32_t capacity) {
   JobCopy copy = job(first, count, target_bits, capacity);
   copy.ticket = ticket;
   neb_pow_epoch epoch;
   const neb_pow_job wire = copy.wire(epoch);
   return table_->submit(table_, session_, &wire);
}

Answer Consumer::wait() {
   Answer answer;
   answer.hits.resize(NEB_POW_HITS_MAX);
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = answer.hits.data();
   result.hit_capacity = NEB_POW_HITS_MAX;
   while (table_->wait(table_, session_, &result, 1'000'000'000) == NEB_E_TIMEOUT) {
   }
   answer.status = result.status;
   answer.hashes_done = result.hashes_done;
   answer.hits.resize(result.hit_count);
   return answer;
}

} // namespace nebula::host::toy
