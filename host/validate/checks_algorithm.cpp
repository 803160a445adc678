// Group "algorithm": the pure reference of nebula.pow.algorithm/1.
#include "host/plugin/manifest.h"
#include "host/validate/algorithm_probe.h"
#include "host/validate/check.h"

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

namespace nebula::host::validation {
namespace {

constexpr std::uint64_t k_scratch_max = 64u << 20;
constexpr std::uint32_t k_input_min = 76; // the shortest header that miners know
constexpr unsigned k_threads = 4;
constexpr unsigned k_hashes = 64;                         // of one check, less when they are slow:
constexpr auto k_time = std::chrono::milliseconds(2'000); // no check hashes for longer

// Runs `body` k_hashes times, or until the time is spent; at least twice. The first failure counts.
template <class Body>
Verdict repeat(Body body) {
   const auto end = std::chrono::steady_clock::now() + k_time;
   for (unsigned i = 0; i < k_hashes && (i < 2 || std::chrono::steady_clock::now() < end); ++i)
      if (auto verdict = body(); !verdict.passed())
         return verdict;
   return Verdict::pass();
}

// What is wrong with the table's members, or NULL.
const char *wrong_member(const neb_pow_algorithm &a) {
   if (!a.name || wrong_with_plugin_id(a.name))
      return "name must be made of a-z, 0-9, '-', '_' and '.'";
   if (!a.text || !*a.text)
      return "text is empty; write one sentence for operators";
   if (a.status < NEB_POW_CORE || a.status > NEB_POW_DEPRECATED)
      return "status must be NEB_POW_CORE, NEB_POW_SUPPORTED or NEB_POW_DEPRECATED";
   if (a.digest_order < NEB_POW_ORDER_BIG || a.digest_order > NEB_POW_ORDER_WORDS32)
      return "digest_order must be NEB_POW_ORDER_BIG, _LITTLE or _WORDS32";
   if (a.digest_bytes < 32 || a.digest_bytes > NEB_POW_DIGEST_MAX)
      return "digest_bytes must be 32 to 64";
   if (a.nonce_bytes != 4 && a.nonce_bytes != 8)
      return "nonce_bytes must be 4 or 8";
   if (a.nonce_offset != NEB_POW_NONCE_APPENDED && a.nonce_offset > a.input_bytes_max - a.nonce_bytes)
      return "nonce_offset lies outside the longest input";
   if (a.vector_count == 0 || !a.vectors)
      return "vectors are missing; give at least one known answer from another implementation";
   if (a.scratch_bytes > k_scratch_max)
      return "scratch_bytes is above 64 MiB; keep larger memory in the plugin";
   if (a.epoch_kind > 2)
      return "epoch_kind must be 0 (none), 1 (by key) or 2 (by height)";
   if (a.input_bytes_max < k_input_min)
      return "input_bytes_max must be at least 76, the length of the shortest header";
   return nullptr;
}

Verdict table_is_right(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      // What 1.0 had; a table built then stays good, what came later is optional.
      if (!NEB_HAS(&algorithm, neb_pow_algorithm, prepare))
         return Verdict::fail("its table is too small; write sizeof(neb_pow_algorithm) into `size`");
      const char *wrong = wrong_member(algorithm);
      return wrong ? Verdict::fail(wrong) : Verdict::pass();
   });
}

Verdict vectors_are_well_formed(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      for (std::uint32_t i = 0; i < algorithm.vector_count; ++i) {
         const auto &vector = algorithm.vectors[i];
         const std::string name = "vector " + std::to_string(i);
         if (vector.digest.len != algorithm.digest_bytes)
            return Verdict::fail(name + " has a digest of " + std::to_string(vector.digest.len) +
                                 " bytes; digest_bytes is " + std::to_string(algorithm.digest_bytes));
         const std::uint64_t nonce_end = algorithm.nonce_offset == NEB_POW_NONCE_APPENDED
                                            ? algorithm.nonce_bytes
                                            : std::uint64_t{algorithm.nonce_offset} + algorithm.nonce_bytes;
         if (vector.input.len < nonce_end || vector.input.len > algorithm.input_bytes_max)
            return Verdict::fail(name + " has an input of " + std::to_string(vector.input.len) +
                                 " bytes; with its nonce it has " + std::to_string(nonce_end) + " to " +
                                 std::to_string(algorithm.input_bytes_max));
      }
      return Verdict::pass();
   });
}

Verdict answers_its_vectors(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      for (std::uint32_t i = 0; i < algorithm.vector_count; ++i) {
         const auto &vector = algorithm.vectors[i];
         const auto hashed = probe.hash(&vector.epoch, probe.input(i));
         const Bytes expected(vector.digest.ptr, vector.digest.ptr + vector.digest.len);
         if (hashed.status != NEB_OK)
            return Verdict::fail("hash returned " + std::to_string(hashed.status) + " for vector " + std::to_string(i));
         if (hashed.digest != expected)
            return Verdict::fail("vector " + std::to_string(i) + " gives " + hex(hashed.digest) + " instead of " +
                                 hex(expected));
      }
      return Verdict::pass();
   });
}

// A check of single hashes of random inputs.
template <class CheckOne>
Verdict random_hashes(Subject &subject, CheckOne check) {
   return with_algorithm(subject, [&](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      Random random(subject.options().seed);
      return repeat([&] { return check(probe, random); });
   });
}

Verdict is_deterministic(Subject &subject) {
   return random_hashes(subject, [](AlgorithmProbe &probe, Random &random) {
      const auto input = probe.random_input(random);
      return probe.hash(input).digest == probe.hash(input).digest
                ? Verdict::pass()
                : Verdict::fail("the input " + hex(input) + " gives two different digests; hash must be pure");
   });
}

Verdict ignores_old_scratch(Subject &subject) {
   return random_hashes(subject, [](AlgorithmProbe &probe, Random &random) {
      const auto input = probe.random_input(random);
      return probe.hash(&probe.epoch(), input, 0x00).digest == probe.hash(&probe.epoch(), input, 0xFF).digest
                ? Verdict::pass()
                : Verdict::fail(
                     "the digest depends on what the scratch memory held before; write it before reading it");
   });
}

Verdict leaves_input_alone(Subject &subject) {
   return random_hashes(subject, [](AlgorithmProbe &probe, Random &random) {
      return probe.hash(probe.random_input(random)).input_changed
                ? Verdict::fail("hash changed its input, which is borrowed and read-only; work on a copy")
                : Verdict::pass();
   });
}

Verdict stays_within_digest(Subject &subject) {
   return random_hashes(subject, [](AlgorithmProbe &probe, Random &random) {
      return probe.hash(probe.random_input(random)).overran
                ? Verdict::fail("hash wrote outside the digest; it has room for digest_bytes and no more")
                : Verdict::pass();
   });
}

Verdict depends_on_nonce(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      Bytes input = probe.input(0);
      const std::size_t place = probe.nonce_place(input.size());
      for (std::uint32_t byte = 0; byte < algorithm.nonce_bytes; ++byte) {
         Bytes changed = input;
         changed[place + byte] ^= 1;
         if (probe.hash(input).digest == probe.hash(changed).digest)
            return Verdict::fail("byte " + std::to_string(byte) +
                                 " of the nonce does not change the digest; set "
                                 "nonce_offset and nonce_bytes to where the nonce is");
      }
      return Verdict::pass();
   });
}

Verdict refuses_long_inputs(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      const auto status = probe.hash(Bytes(std::size_t{algorithm.input_bytes_max} + 1)).status;
      return status == NEB_E_INVALID ? Verdict::pass()
                                     : Verdict::fail("an input one byte above input_bytes_max gives " +
                                                     std::to_string(status) + "; return NEB_E_INVALID");
   });
}

Verdict survives_empty_input(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      AlgorithmProbe probe(algorithm);
      (void)probe.hash(Bytes());
      return Verdict::pass(); // it did not crash; an algorithm may well hash nothing
   });
}

Verdict hashes_in_parallel(Subject &subject) {
   return with_algorithm(subject, [&](const neb_pow_algorithm &algorithm) {
      constexpr unsigned k_inputs = 8;
      AlgorithmProbe probe(algorithm);
      Random random(subject.options().seed);
      std::array<Bytes, k_inputs> inputs;
      std::array<Bytes, k_inputs> digests;
      for (unsigned i = 0; i < k_inputs; ++i) {
         inputs[i] = probe.random_input(random);
         digests[i] = probe.hash(inputs[i]).digest;
      }
      std::atomic<bool> wrong{false};
      const auto work = [&](unsigned thread) {
         AlgorithmProbe own(algorithm);
         (void)repeat([&, i = thread]() mutable {
            const unsigned at = i++ % k_inputs;
            if (own.hash(inputs[at]).digest == digests[at])
               return Verdict::pass();
            wrong = true;
            return Verdict::fail({});
         });
      };
      std::array<std::thread, k_threads> threads;
      for (unsigned i = 0; i < k_threads; ++i)
         threads[i] = std::thread(work, i);
      for (auto &thread : threads)
         thread.join();
      return wrong ? Verdict::fail("on four threads at once it gives other digests than alone; keep nothing in static "
                                   "variables and use the scratch memory given")
                   : Verdict::pass();
   });
}

Verdict heeds_epochs(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      if (algorithm.epoch_kind == 0)
         return Verdict::pass();
      AlgorithmProbe probe(algorithm);
      const auto input = probe.input(0);
      Bytes key(probe.epoch().key.ptr, probe.epoch().key.ptr + probe.epoch().key.len);
      if (algorithm.epoch_kind == 1 && key.empty())
         return Verdict::fail("epoch_kind is 1 (by key) and the first vector has no key");
      if (!key.empty())
         key[0] ^= 1;
      // Far enough for any schedule by height: Autolykos grows its table every 51,200 blocks, from 614,400 on.
      constexpr std::uint64_t k_far = 1'000'000;
      const neb_pow_epoch other{{key.data(), key.size()},
                                probe.epoch().height + (algorithm.epoch_kind == 2 ? k_far : 0)};
      return probe.hash(input).digest == probe.hash(&other, input).digest
                ? Verdict::fail("another epoch gives the same digest; use the epoch, or set epoch_kind to 0")
                : Verdict::pass();
   });
}

Verdict prepares(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      const neb_status status = algorithm.prepare(&algorithm, &algorithm.vectors[0].epoch, &err);
      return status == NEB_OK || status == NEB_E_UNSUPPORTED
                ? Verdict::pass()
                : Verdict::fail("prepare of the first vector's epoch returned " + std::to_string(status) + " " +
                                err.text);
   });
}

constexpr unsigned k_patience_s = 120; // an epoch may take seconds, a slow machine ten times as long

constexpr Check k_checks[] = {
   {"algorithm.table", "Its parameters are what they should be", "life.init", table_is_right},
   {"algorithm.vectors", "Its known answers have the right lengths", "algorithm.table", vectors_are_well_formed},
   {"algorithm.known-answers", "It gives its known answers", "algorithm.vectors", answers_its_vectors, k_patience_s},
   {"algorithm.pure", "The same input gives the same digest", "algorithm.known-answers", is_deterministic,
    k_patience_s},
   {"algorithm.scratch", "Old content of the scratch memory does not matter", "algorithm.pure", ignores_old_scratch,
    k_patience_s},
   {"algorithm.input", "It leaves its input alone", "algorithm.known-answers", leaves_input_alone, k_patience_s},
   {"algorithm.digest", "It writes the digest and nothing around it", "algorithm.known-answers", stays_within_digest,
    k_patience_s},
   {"algorithm.nonce", "Every byte of the nonce matters", "algorithm.known-answers", depends_on_nonce, k_patience_s},
   {"algorithm.long-input", "It refuses inputs above its limit", "algorithm.known-answers", refuses_long_inputs,
    k_patience_s},
   {"algorithm.empty-input", "An empty input does not crash it", "algorithm.known-answers", survives_empty_input,
    k_patience_s},
   {"algorithm.threads", "It hashes on several threads at once", "algorithm.pure algorithm.scratch", hashes_in_parallel,
    k_patience_s},
   {"algorithm.epoch", "Another epoch gives another digest", "algorithm.known-answers", heeds_epochs, k_patience_s},
   {"algorithm.prepare", "It prepares the epoch of its first vector", "algorithm.known-answers", prepares,
    k_patience_s},
};

} // namespace

std::span<const Check> algorithm_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
