#pragma once

/// What the plugin in a runner provides, as the host knows it: copied facts, no pointer into the other process. Parsed
/// in one place; what breaks a bound of the contract is refused there.

#include "host/isolation/wire.h"

#include <nebula/svc/pow-family.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nebula::host {

struct DescribedVector {
   std::string key;
   std::uint64_t height = 0;
   std::string input, digest;

   friend bool operator==(const DescribedVector &, const DescribedVector &) = default;
};

struct DescribedAlgorithm {
   std::string service, properties; // of `provide`
   std::string name, text;
   std::uint32_t flags = 0;
   std::int32_t status = 0, digest_order = 0;
   std::uint32_t digest_bytes = 0, nonce_bytes = 0, nonce_offset = 0, epoch_kind = 0, input_bytes_max = 0;
   std::uint64_t height_max = 0;
   std::vector<std::string> aliases;
   std::vector<DescribedVector> vectors;

   friend bool operator==(const DescribedAlgorithm &, const DescribedAlgorithm &) = default;
};

struct DescribedBackend {
   std::string service, properties;
   std::string name, algorithm, device;
   std::uint32_t lanes = 0;
   std::uint64_t batch_hint = 0;
};

struct DescribedFamily {
   std::string service, properties; // of `provide`
   std::string name, parameters;

   friend bool operator==(const DescribedFamily &, const DescribedFamily &) = default;
};

/// Everything, or what belongs to one member of a family. Names are unique among the algorithms, and among the backends
/// of one.
struct Described {
   std::vector<DescribedAlgorithm> algorithms;
   std::vector<DescribedBackend> backends;
   std::vector<DescribedFamily> families;
};

/// From the completed tables of a plugin, in the runner. Texts that are too long are cut.
[[nodiscard]] DescribedAlgorithm describe(const neb_pow_algorithm &table);
[[nodiscard]] DescribedBackend describe(const neb_pow_backend &table);
[[nodiscard]] DescribedFamily describe(const neb_pow_family &table);

void write(WireWriter &out, const Described &described);
/// Untrusted: fails the reader at the first value that is not what the contract allows.
[[nodiscard]] Described read_described(WireReader &in);

} // namespace nebula::host
