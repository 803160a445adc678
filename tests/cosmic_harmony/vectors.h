#pragma once

/// The known answers in tests/vectors, made by a second implementation.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::test {

using Bytes = std::vector<std::uint8_t>;

struct Vector {
   std::string name;
   Bytes message;
   std::uint32_t nonce;
   Bytes digest;
};

/// 32-bit random numbers from a seed.
class Random {
public:
   explicit Random(std::uint32_t seed) : engine_(seed) {}
   [[nodiscard]] std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

private:
   std::mt19937 engine_;
};

[[nodiscard]] Bytes unhex(std::string_view hex);
[[nodiscard]] std::string hex(const Bytes &bytes);

/// Both throw when the file is missing or malformed.
[[nodiscard]] std::vector<Vector> cosmic_harmony_vectors();
[[nodiscard]] std::vector<Vector> native5_vectors();

/// A recorded search: the first nonce whose first output word is at most the target.
struct Search {
   Bytes message;
   std::uint32_t target;
   std::uint32_t first_valid_nonce;
   Bytes digest;
};
[[nodiscard]] std::vector<Search> share_searches();

} // namespace nebula::test
