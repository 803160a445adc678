#pragma once

/// What the yescrypt tests share: known answers, memory, a host with a clock that records what is provided, and a
/// session as a test drives it.

#include <nebula/ext/clock.h>
#include <nebula/host.hpp>
#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "hasher.h"
#include "member.h"
#include "parameters.h"

namespace nebula::test {

using Bytes = std::vector<std::uint8_t>;

struct Vector {
   yescrypt::Parameters parameters;
   Bytes input;
   Bytes digest;
};

/// Every answer of yescrypt.json and yespower.json. Throws when a file is missing or malformed.
[[nodiscard]] std::vector<Vector> all_vectors();

[[nodiscard]] Bytes unhex(std::string_view hex);
[[nodiscard]] std::string hex(std::span<const std::uint8_t> bytes);

/// The reference, in memory of its own that is not zero at first.
[[nodiscard]] common::Digest256 reference(const yescrypt::Parameters &parameters, std::span<const std::uint8_t> input);

/// Random numbers and inputs from a seed, which a failure prints.
class Random {
public:
   explicit Random(std::uint32_t seed) : engine_(seed) {}
   [[nodiscard]] std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }
   /// 0 to bound - 1.
   [[nodiscard]] std::uint32_t below(std::uint32_t bound) { return (*this)() % bound; }
   [[nodiscard]] Bytes bytes(std::size_t count);

private:
   std::mt19937 engine_;
};

/// Any parameters with N from n_min to n_max; `pers` of every kind.
[[nodiscard]] yescrypt::Parameters random_parameters(Random &random, std::uint32_t n_min, std::uint32_t n_max);

/// Checks that `kernel` gives the reference's digests for two hashes of random parameters and input, alone and
/// together.
void expect_agreement(const yescrypt::Kernel &kernel, const yescrypt::Parameters &parameters, Random &random);

/// The target that every digest meets, and the one that this digest just meets.
[[nodiscard]] Number256 everything();
[[nodiscard]] Number256 exactly(std::span<const std::uint8_t> digest);

class FakeHost {
public:
   FakeHost();
   FakeHost(const FakeHost &) = delete;
   FakeHost &operator=(const FakeHost &) = delete;
   [[nodiscard]] Host host() const { return Host(&raw_); }
   [[nodiscard]] const neb_host *raw() const { return &raw_; }

   struct Service {
      std::string id, name, properties;
      const void *table;
   };
   [[nodiscard]] const std::vector<Service> &provided() const { return provided_; }

private:
   neb_host raw_{};
   std::uint32_t level_ = NEB_LOG_OFF;
   std::vector<Service> provided_;
};

/// Every kernel of this machine, and what the members made of them share.
[[nodiscard]] yescrypt::Shared all_kernels();

struct Result {
   neb_status waited = NEB_OK; ///< what `wait` returned; the rest only means something when that is NEB_OK
   neb_status status = NEB_OK;
   std::uint64_t hashes_done = 0;
   std::vector<neb_pow_hit> hits;
};

/// A job over an 80-byte header.
struct TestJob {
   Bytes header = Bytes(80, 0x5a);
   std::uint64_t first = 0;
   std::uint64_t count = 1;
   Number256 target = everything();
   std::uint32_t capacity = NEB_POW_HITS_MAX;
   std::uint32_t nonce_bytes = 4;
};

/// An open session; closed with the object. Throws when it cannot be opened.
class TestSession {
public:
   explicit TestSession(const neb_pow_backend &table);
   ~TestSession();
   TestSession(const TestSession &) = delete;
   TestSession &operator=(const TestSession &) = delete;

   neb_status submit(const TestJob &job);
   Result wait();
   Result run(const TestJob &job);
   void cancel_all() { table_.cancel_below(&table_, session_, ticket_ + 1); }

private:
   const neb_pow_backend &table_;
   neb_pow_session *session_ = nullptr;
   std::uint64_t ticket_ = 0;
};

/// Reports, as a test failure, how `got` differs from what the reference says of `job`.
void expect_exact(const yescrypt::Parameters &parameters, const TestJob &job, const Result &got);

} // namespace nebula::test
