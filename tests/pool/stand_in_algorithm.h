#pragma once

/// An algorithm at hand without a node: a quick mixing function in the place of a real one.

#include "tools/algorithms.h"

#include <array>
#include <atomic>

namespace nebula::pool {

class StandInAlgorithm {
public:
   explicit StandInAlgorithm(const char *name = "toy", std::uint32_t nonce_offset = 39, std::uint32_t nonce_bytes = 4)
      : table_(table(name, nonce_offset, nonce_bytes)), api_(api()),
        slot_(&api_, reinterpret_cast<neb_slot *>(&table_)) {}
   StandInAlgorithm(const StandInAlgorithm &) = delete;
   StandInAlgorithm &operator=(const StandInAlgorithm &) = delete;

   [[nodiscard]] const Slot<neb_pow_algorithm> &slot() const { return slot_; }

   [[nodiscard]] static Digest digest(const common::Bytes &input) {
      std::array<std::uint64_t, 4> state = {1, 2, 3, 4};
      for (const std::uint8_t byte : input)
         for (std::uint64_t &word : state)
            word = mixed(word ^ byte);
      Digest out;
      for (std::size_t i = 0; i < out.size(); ++i)
         out[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
      return out;
   }

private:
   [[nodiscard]] static std::uint64_t mixed(std::uint64_t word) { // splitmix64
      word += 0x9E3779B97F4A7C15;
      word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
      word = (word ^ word >> 27) * 0x94D049BB133111EB;
      return word ^ word >> 31;
   }
   [[nodiscard]] static neb_pow_algorithm table(const char *name, std::uint32_t nonce_offset,
                                                std::uint32_t nonce_bytes) {
      static const char *const k_aliases[] = {"toy/0", nullptr};
      neb_pow_algorithm out{};
      out.size = sizeof out;
      out.name = name;
      out.text = "a toy";
      out.digest_order = NEB_POW_ORDER_LITTLE;
      out.digest_bytes = 32;
      out.nonce_bytes = nonce_bytes;
      out.nonce_offset = nonce_offset;
      out.input_bytes_max = 1'024;
      out.aliases = k_aliases;
      out.hash = [](const neb_pow_algorithm *, const neb_pow_epoch *, neb_bytes input, std::uint8_t *to, void *) {
         const Digest digest = StandInAlgorithm::digest(common::Bytes(input.ptr, input.ptr + input.len));
         std::copy(digest.begin(), digest.end(), to);
         return neb_status{NEB_OK};
      };
      return out;
   }
   [[nodiscard]] static neb_ext_services api() {
      neb_ext_services out{};
      out.size = sizeof out;
      out.enter = [](neb_slot *slot, neb_guard *) -> const void * { return slot; };
      out.leave = [](neb_guard *) {};
      return out;
   }

   neb_pow_algorithm table_;
   neb_ext_services api_;
   Slot<neb_pow_algorithm> slot_;
};

} // namespace nebula::pool
