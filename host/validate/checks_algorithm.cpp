// Group "algorithm": the pure reference of nebula.pow.algorithm/1.
#include "host/plugin/manifest.h"
#include "host/validate/algorithm_probe.h"
#include "host/validate/check.h"
#include "host/validate/first_release.h"

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

namespace nebula::host::validation {
namespace {

constexpr unsigned k_threads = 4;
constexpr unsigned k_hashes = 64;                       // of one check, less when they are slow:
constexpr auto k_time = std::chrono::milliseconds(300); // no check hashes an algorithm for longer

// Runs `body` k_hashes times, or until the time is spent, which the verdict says; at least twice. The first failure
// counts.
template <class Body>
Verdict repeat(Body body) {
   const auto end = std::chrono::steady_clock::now() + k_time;
   for (unsigned i = 0; i < k_hashes; ++i) {
      if (i >= 2 && std::chrono::steady_clock::now() >= end)
         return Verdict::pass("tried " + std::to_string(i) + " of " + std::to_string(k_hashes) +
                              " inputs, for the hash is slow: " + std::to_string(k_time.count()) + " ms were over");
      if (auto verdict = body(); !verdict.passed())
         return verdict;
   }
   return Verdict::pass();
}

Verdict table_is_right(Subject &subject) {
   return with_sized_algorithm(subject, [](const neb_pow_algorithm &algorithm, std::uint32_t given_size) {
      if (given_size < k_first_algorithm)
         return Verdict::fail("its table has " + std::to_string(given_size) + " bytes and the first release's had " +
                              std::to_string(k_first_algorithm) + "; write sizeof(neb_pow_algorithm) into `size`");
      const char *wrong = wrong_with_algorithm(algorithm);
      if (!wrong && (!algorithm.name || wrong_with_plugin_id(algorithm.name)))
         wrong = "name must be made of a-z, 0-9, '-', '_' and '.'";
      return wrong ? Verdict::fail(wrong) : Verdict::pass();
   });
}

// What is wrong with one of the further names, or NULL.
const char *wrong_alias(const std::string &alias, const std::string &name, const std::set<std::string> &others) {
   constexpr std::size_t k_alias_max = 64;
   if (alias.empty() || alias.size() > k_alias_max)
      return "must have 1 to 64 characters";
   if (alias.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") !=
       std::string::npos)
      return "must be made of letters, digits, '-', '_', '.' and '/'";
   if (alias == name)
      return "is its name; list further names only";
   return others.contains(alias) ? "stands twice" : nullptr;
}

Verdict aliases_are_right(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      constexpr std::size_t k_aliases_max = 64; // miners know a handful for any algorithm
      std::set<std::string> seen;
      for (const char *const *alias = algorithm.aliases; alias && *alias; ++alias) {
         if (seen.size() == k_aliases_max)
            return Verdict::fail("it has more than 64 aliases; the last one must be NULL");
         if (const char *wrong = wrong_alias(*alias, algorithm.name, seen))
            return Verdict::fail("the alias \"" + std::string(*alias) + "\" " + wrong);
         seen.insert(*alias);
      }
      return Verdict::pass();
   });
}

Verdict ends_only_when_deprecated(Subject &subject) {
   return with_algorithm(subject, [](const neb_pow_algorithm &algorithm) {
      return algorithm.height_max == 0 || algorithm.status == NEB_POW_DEPRECATED
                ? Verdict::pass()
                : Verdict::fail("height_max is " + std::to_string(algorithm.height_max) +
                                " and its status is not NEB_POW_DEPRECATED; set the status, or height_max to 0");
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
      std::array<Verdict, k_threads> done;
      const auto work = [&](unsigned thread) {
         AlgorithmProbe own(algorithm);
         done[thread] = repeat([&, i = thread]() mutable {
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
                   : done[0];
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
   {"algorithm.aliases", "Its further names are well formed", "algorithm.table", aliases_are_right},
   {"algorithm.end", "Only a deprecated algorithm has a last height", "algorithm.table", ends_only_when_deprecated},
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
