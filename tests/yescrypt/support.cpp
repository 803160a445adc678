#include "support.h"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/bytes.h"
#include "pages.h"
#include "reference.h"
#include "scanner.h"

namespace nebula::test {

using namespace nebula::yescrypt;

namespace {

std::string text(const boost::json::value &row, const char *key) {
   return std::string(row.at(key).as_string());
}

Personality personality(const boost::json::value &pers) {
   if (pers.is_null())
      return {};
   const std::string value(pers.as_string());
   if (value == "<the 80-byte input itself>")
      return {Personality::Kind::input};
   return {Personality::Kind::bytes, value};
}

void add_rows(const std::string &name, const char *list, const char *version_key, const char *input_key,
              std::vector<Vector> &out) {
   std::ifstream file(std::string(NEBULA_TEST_VECTORS "/") + name);
   const boost::json::value all = boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
   for (const boost::json::value &row : all.at(list).as_array()) {
      const Version version = text(row, version_key) == "1.0" ? Version::v1_0 : Version::v0_5;
      const Parameters parameters{version, row.at("N").to_number<std::uint32_t>(),
                                  row.at("r").to_number<std::uint32_t>(), personality(row.at("pers"))};
      out.push_back({parameters, unhex(text(row, input_key)), unhex(text(row, "hash_raw"))});
   }
}

const neb_ext_clock &clock_table() {
   static const neb_ext_clock table = {sizeof table, 0,
                                       [](const neb_host *) {
                                          const auto now = std::chrono::steady_clock::now().time_since_epoch();
                                          return static_cast<uint64_t>(
                                             std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
                                       },
                                       [](const neb_host *) { return int64_t{0}; }};
   return table;
}

} // namespace

std::vector<Vector> all_vectors() {
   std::vector<Vector> out;
   add_rows("yescrypt.json", "coin_reference", "version", "input", out);
   add_rows("yescrypt.json", "coins", "yespower_version", "header", out);
   add_rows("yespower.json", "reference", "version", "input", out);
   return out;
}

Bytes unhex(std::string_view text) {
   const std::string bytes = from_hex(text);
   return {bytes.begin(), bytes.end()};
}

std::string hex(std::span<const std::uint8_t> bytes) {
   std::string out;
   for (const std::uint8_t byte : bytes) {
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
   }
   return out;
}

common::Digest256 reference(const Parameters &parameters, std::span<const std::uint8_t> input) {
   const std::size_t bytes = reference_memory_bytes(parameters);
   const Pages memory(bytes);
   std::memset(memory.data(), 0xA5, bytes);
   return reference_hash(parameters, input, memory.data());
}

Bytes Random::bytes(std::size_t count) {
   Bytes out(count);
   for (std::uint8_t &byte : out)
      byte = static_cast<std::uint8_t>((*this)());
   return out;
}

Parameters random_parameters(Random &random, std::uint32_t n_min, std::uint32_t n_max) {
   Parameters out;
   out.version = random.below(2) == 0 ? Version::v0_5 : Version::v1_0;
   out.n = n_min;
   while (out.n < n_max && random.below(2) == 0)
      out.n *= 2;
   out.r = k_r_min + random.below(k_r_max - k_r_min + 1);
   out.pers.kind = static_cast<Personality::Kind>(random.below(3));
   if (out.pers.kind == Personality::Kind::bytes) {
      const Bytes value = random.bytes(random.below(k_pers_bytes_max + 1));
      out.pers.value.assign(value.begin(), value.end());
   }
   return out;
}

void expect_agreement(const Kernel &kernel, const Parameters &parameters, Random &random) {
   Bytes input = random.bytes(4 + random.below(200));
   const std::uint32_t offset = random.below(static_cast<std::uint32_t>(input.size()) - 3);
   const std::uint32_t nonce = random();
   Hasher hasher(kernel, parameters);
   Hasher::Digests together, alone;
   hasher.hash(input, offset, nonce, 2, together);
   hasher.hash(input, offset, nonce, 1, alone);
   for (std::uint32_t k = 0; k < 2; ++k) {
      common::store_le32(input.data() + offset, nonce + k);
      const std::string want = hex(reference(parameters, input));
      EXPECT_EQ(hex(together[k]), want) << kernel.name << ", " << member_name(parameters) << ", " << hex(input);
      if (k == 0) {
         EXPECT_EQ(hex(alone[0]), want) << kernel.name << ", " << member_name(parameters) << ", " << hex(input);
      }
   }
}

Number256 everything() {
   Number256 target;
   target.fill(0xFF);
   return target;
}

Number256 exactly(std::span<const std::uint8_t> digest) {
   return digest_number(digest.data(), NEB_POW_ORDER_LITTLE);
}

FakeHost::FakeHost() {
   raw_.size = sizeof raw_;
   raw_.ctx = this;
   raw_.name = raw_.instance = "test";
   raw_.version = "0";
   raw_.log_level = &level_;
   raw_.log = [](const neb_host *, uint32_t, neb_str) {};
   raw_.get_extension = [](const neb_host *, const char *id) -> const void * {
      return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &clock_table() : nullptr;
   };
   raw_.provide = [](const neb_host *self, const char *id, const char *name, const char *properties, const void *table,
                     neb_error *) {
      static_cast<FakeHost *>(self->ctx)->provided_.push_back({id, name, properties ? properties : "", table});
      return neb_status{NEB_OK};
   };
}

Shared all_kernels() {
   const auto kernels = available_kernels();
   return {{kernels.begin(), kernels.end()}, [] {}};
}

TestSession::TestSession(const neb_pow_backend &table) : table_(table) {
   const neb_pow_session_config config = {sizeof config, 4, 0};
   neb_error err{sizeof err, NEB_OK, {}};
   if (table_.open(&table_, &config, &session_, &err) != NEB_OK)
      throw std::runtime_error(err.text);
}

TestSession::~TestSession() {
   table_.close(&table_, session_);
}

neb_status TestSession::submit(const TestJob &job) {
   const neb_pow_epoch epoch{};
   neb_pow_job raw{};
   raw.size = sizeof raw;
   raw.nonce_offset = 76;
   raw.ticket = ++ticket_;
   raw.epoch = &epoch;
   raw.input = {job.header.data(), job.header.size()};
   raw.nonce_bytes = job.nonce_bytes;
   raw.hit_capacity = job.capacity;
   raw.nonce_first = job.first;
   raw.nonce_count = job.count;
   std::copy(job.target.begin(), job.target.end(), raw.target);
   return table_.submit(&table_, session_, &raw);
}

Result TestSession::wait() {
   std::vector<neb_pow_hit> hits(NEB_POW_HITS_MAX);
   neb_pow_result raw{};
   raw.size = sizeof raw;
   raw.hits = hits.data();
   raw.hit_capacity = NEB_POW_HITS_MAX;
   Result result;
   result.waited = table_.wait(&table_, session_, &raw, UINT64_MAX);
   if (result.waited != NEB_OK)
      return result;
   result.status = raw.status;
   result.hashes_done = raw.hashes_done;
   result.hits.assign(hits.begin(), hits.begin() + raw.hit_count);
   return result;
}

Result TestSession::run(const TestJob &job) {
   EXPECT_EQ(submit(job), NEB_OK);
   return wait();
}

void expect_exact(const Parameters &parameters, const TestJob &job, const Result &got) {
   Result want;
   for (Bytes header = job.header; want.hashes_done < job.count; ++want.hashes_done) {
      const auto nonce = static_cast<std::uint32_t>(job.first + want.hashes_done);
      common::store_le32(header.data() + 76, nonce);
      neb_pow_hit hit{};
      hit.nonce = nonce;
      const common::Digest256 digest = reference(parameters, header);
      std::copy(digest.begin(), digest.end(), hit.digest);
      if (!meets_target(hit.digest, NEB_POW_ORDER_LITTLE, job.target.data()))
         continue;
      if (want.hits.size() == job.capacity)
         break;
      want.hits.push_back(hit);
   }
   ASSERT_EQ(got.waited, NEB_OK);
   EXPECT_EQ(got.status, NEB_OK);
   EXPECT_EQ(got.hashes_done, want.hashes_done);
   ASSERT_EQ(got.hits.size(), want.hits.size());
   for (std::size_t i = 0; i < want.hits.size(); ++i)
      EXPECT_EQ(std::memcmp(&got.hits[i], &want.hits[i], sizeof(neb_pow_hit)), 0)
         << "hit " << i << ": nonce " << got.hits[i].nonce << ", expected " << want.hits[i].nonce;
}

} // namespace nebula::test
