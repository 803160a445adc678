#include "support.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace nebula::test {
namespace {

Bytes unhex(const boost::json::value &row, const char *member) {
   const std::string bytes = from_hex(std::string_view(row.at(member).as_string()));
   return {bytes.begin(), bytes.end()};
}

uint64_t monotonic_ns(const neb_host *) {
   const auto now = std::chrono::steady_clock::now().time_since_epoch();
   return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

} // namespace

std::vector<Vector> vectors() {
   std::ifstream file(NEBULA_TEST_VECTORS "/randomx.json");
   const auto json = boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
   std::vector<Vector> out;
   for (const boost::json::value &row : json.at("hashes").as_array())
      out.push_back({std::string(row.at("key_ascii").as_string()), unhex(row, "input_hex"), unhex(row, "rx0")});
   return out;
}

bool has_nonce(const Vector &vector) {
   return vector.input.size() >= randomx::k_nonce_offset + randomx::k_nonce_bytes;
}

Bytes hash_alone(const std::string &key, const Bytes &input) {
   static std::string made_for;
   static randomx::CachePtr cache;
   static randomx::VmPtr vm;
   const randomx::KeepRounding keep;
   if (made_for != key) {
      vm.reset();
      const randomx::Maker maker({.huge_pages = false}, [] {});
      cache = maker.make_cache();
      randomx_init_cache(cache.get(), key.data(), key.size());
      vm = maker.make_vm(cache.get(), nullptr);
      made_for = key;
   }
   Bytes digest(RANDOMX_HASH_SIZE);
   randomx_calculate_hash(vm.get(), input.data(), input.size(), digest.data());
   return digest;
}

Bytes blob_with(std::uint32_t nonce) {
   Bytes blob(76);
   for (std::size_t i = 0; i < blob.size(); ++i)
      blob[i] = static_cast<std::uint8_t>(i * 7);
   write_nonce(blob.data() + randomx::k_nonce_offset, randomx::k_nonce_bytes, nonce);
   return blob;
}

std::vector<neb_pow_hit> all_hits(const std::string &key, std::uint64_t first, std::uint64_t count) {
   std::vector<neb_pow_hit> hits;
   for (std::uint64_t nonce = first; nonce < first + count; ++nonce) {
      neb_pow_hit hit{};
      hit.nonce = nonce;
      const Bytes digest = hash_alone(key, blob_with(static_cast<std::uint32_t>(nonce)));
      std::copy(digest.begin(), digest.end(), hit.digest);
      hits.push_back(hit);
   }
   return hits;
}

void expect_same(const std::vector<neb_pow_hit> &got, const std::vector<neb_pow_hit> &want) {
   ASSERT_EQ(got.size(), want.size());
   for (std::size_t i = 0; i < want.size(); ++i)
      EXPECT_EQ(std::memcmp(&got[i], &want[i], sizeof(neb_pow_hit)), 0) << "nonce " << want[i].nonce;
}

Number256 everything() {
   Number256 target;
   target.fill(0xFF);
   return target;
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

void TestSession::prepare(const std::string &key) {
   const neb_pow_epoch epoch{key_of(key), 0};
   neb_error err{sizeof err, NEB_OK, {}};
   EXPECT_EQ(table_.prepare(&table_, session_, &epoch, &err), NEB_OK) << err.text;
}

neb_status TestSession::submit(neb_pow_job job, const neb_pow_epoch &epoch, const Bytes &input,
                               const Number256 &target) {
   job.size = sizeof job;
   job.nonce_offset = randomx::k_nonce_offset;
   job.ticket = ++ticket_;
   job.epoch = &epoch;
   job.input = bytes(input);
   job.nonce_bytes = randomx::k_nonce_bytes;
   std::copy(target.begin(), target.end(), job.target);
   return table_.submit(&table_, session_, &job);
}

neb_status TestSession::submit(const std::string &key, std::uint64_t first, std::uint64_t count,
                               const Number256 &target, std::uint32_t capacity) {
   neb_pow_job job{};
   job.hit_capacity = capacity;
   job.nonce_first = first;
   job.nonce_count = count;
   return submit(job, {key_of(key), 0}, blob_with(0xDEADBEEF), target);
}

Bytes TestSession::digest_of(const Vector &vector) {
   neb_pow_job job{};
   job.hit_capacity = 1;
   for (std::uint32_t i = 0; i < randomx::k_nonce_bytes; ++i)
      job.nonce_first |= std::uint64_t{vector.input.at(randomx::k_nonce_offset + i)} << (8 * i);
   job.nonce_count = 1;
   EXPECT_EQ(submit(job, {key_of(vector.key), 0}, vector.input, everything()), NEB_OK);
   const Result result = wait();
   EXPECT_EQ(result.hits.size(), 1u);
   return result.hits.empty() ? Bytes{} : Bytes(result.hits[0].digest, result.hits[0].digest + RANDOMX_HASH_SIZE);
}

Result TestSession::wait(std::uint64_t timeout_ns) {
   std::vector<neb_pow_hit> hits(64);
   neb_pow_result raw{};
   raw.size = sizeof raw;
   raw.hits = hits.data();
   raw.hit_capacity = 64;
   neb_status waited = NEB_E_TIMEOUT;
   while ((waited = table_.wait(&table_, session_, &raw, timeout_ns)) == NEB_E_TIMEOUT) {
   }
   EXPECT_EQ(waited, NEB_OK);
   hits.resize(raw.hit_count);
   return {raw.status, raw.hashes_done, hits};
}

FakeHost::FakeHost() {
   raw_.size = sizeof raw_;
   raw_.name = raw_.instance = "test";
   raw_.version = "0";
   raw_.log_level = &level_;
   raw_.log = [](const neb_host *, uint32_t, neb_str) {};
   raw_.get_extension = [](const neb_host *, const char *id) -> const void * {
      static const neb_ext_clock clock = {sizeof clock, 0, monotonic_ns, [](const neb_host *) { return int64_t{0}; }};
      return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &clock : nullptr;
   };
   raw_.provide = [](const neb_host *, const char *, const char *, const char *, const void *, neb_error *) {
      return neb_status{NEB_OK};
   };
}

} // namespace nebula::test
