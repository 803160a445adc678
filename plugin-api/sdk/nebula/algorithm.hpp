// A proof-of-work algorithm out of a description and one hash function: what nebula.pow.algorithm/1 needs, and nothing
// else.
//
//    static nebula::AlgorithmSpec describe() { ... }
//    NEBULA_ALGORITHM(describe);
#pragma once

#include <nebula/plugin.hpp>
#include <nebula/pow.hpp>

#include <functional>
#include <vector>

namespace nebula {

// One hash to compute. All pointers are borrowed for the call.
struct HashCall {
   const neb_pow_epoch &epoch;
   neb_bytes input; // complete, nonce included
   uint8_t *digest; // digest_bytes of the algorithm
   void *scratch;   // scratch_bytes, 64-byte aligned, any content; NULL when scratch_bytes is 0
};

// Describes an algorithm; the comments of neb_pow_algorithm say what each value means.
struct AlgorithmSpec {
   struct Vector {
      std::string_view input;  // hex, nonce included
      std::string_view digest; // hex
      std::string_view key{};  // hex, the epoch's
      uint64_t height = 0;     // the epoch's
   };

   const char *name = nullptr;
   const char *text = nullptr;
   int32_t status = NEB_POW_SUPPORTED;
   int32_t digest_order = NEB_POW_ORDER_BIG;
   uint32_t digest_bytes = 32;
   uint32_t nonce_bytes = 4;
   uint32_t nonce_offset = NEB_POW_NONCE_APPENDED;
   uint32_t flags = 0; // NEB_POW_NONCE_BIG
   uint64_t scratch_bytes = 0;
   uint32_t epoch_kind = 0;
   uint32_t input_bytes_min = 1; // shorter and longer inputs are refused before `hash` sees them
   uint32_t input_bytes_max = 1024;
   std::vector<Vector> vectors;
   std::vector<const char *> aliases{}; // further names that miners write for it
   uint64_t height_max = 0;             // when deprecated: the last height at which a chain may accept it; 0: none

   // Called from any thread, concurrently; throws nebula::Error to refuse.
   std::function<void(const HashCall &)> hash;

   // Makes an epoch fast ahead of its first use. Optional.
   std::function<void(const neb_pow_epoch &)> prepare{};
};

// Owns the table of a service; keep it in the plugin object.
class Algorithm {
public:
   explicit Algorithm(AlgorithmSpec spec) : spec_(std::move(spec)) {
      decode_vectors();
      if (!spec_.aliases.empty()) {
         spec_.aliases.push_back(nullptr);
      }
      table_ = {sizeof(neb_pow_algorithm),
                spec_.flags,
                this,
                spec_.name,
                spec_.text,
                spec_.status,
                spec_.digest_order,
                spec_.digest_bytes,
                spec_.nonce_bytes,
                spec_.nonce_offset,
                static_cast<uint32_t>(vectors_.size()),
                vectors_.data(),
                spec_.scratch_bytes,
                spec_.epoch_kind,
                spec_.input_bytes_max,
                &on_hash,
                &on_prepare,
                spec_.aliases.empty() ? nullptr : spec_.aliases.data(),
                spec_.height_max};
   }
   Algorithm(const Algorithm &) = delete;
   Algorithm &operator=(const Algorithm &) = delete;

   // Provides it as nebula.pow.algorithm/1 under its own name.
   // [main & in init]
   void provide(Host host) const { host.provide(NEB_SVC_POW_ALGORITHM, table_, spec_.name); }

   const neb_pow_algorithm *table() const noexcept { return &table_; }

private:
   void decode_vectors() {
      texts_.reserve(3 * spec_.vectors.size()); // so that the texts stay where the vectors point
      const auto keep = [this](std::string_view hex) {
         texts_.push_back(from_hex(hex));
         return bytes(texts_.back());
      };
      for (const AlgorithmSpec::Vector &vector : spec_.vectors) {
         vectors_.push_back({{keep(vector.key), vector.height}, keep(vector.input), keep(vector.digest)});
      }
   }

   static neb_status on_hash(const neb_pow_algorithm *table, const neb_pow_epoch *epoch, neb_bytes input,
                             uint8_t *digest, void *scratch) noexcept {
      static constexpr neb_pow_epoch k_no_epoch{};
      const AlgorithmSpec &spec = static_cast<const Algorithm *>(table->ctx)->spec_;
      if (input.len < spec.input_bytes_min || input.len > spec.input_bytes_max) {
         return NEB_E_INVALID;
      }
      return guarded(nullptr, [&] { spec.hash({epoch ? *epoch : k_no_epoch, input, digest, scratch}); });
   }

   static neb_status on_prepare(const neb_pow_algorithm *table, const neb_pow_epoch *epoch, neb_error *err) noexcept {
      const AlgorithmSpec &spec = static_cast<const Algorithm *>(table->ctx)->spec_;
      return guarded(err, [&] {
         if (spec.prepare) {
            spec.prepare(*epoch);
         }
      });
   }

   AlgorithmSpec spec_;
   std::vector<std::string> texts_;
   std::vector<neb_pow_vector> vectors_;
   neb_pow_algorithm table_{};
};

// A plugin that is one algorithm and nothing else.
template <AlgorithmSpec (*describe)()>
class AlgorithmPlugin final : public Plugin {
public:
   explicit AlgorithmPlugin(const neb_host *host) : Plugin(host), algorithm_(describe()) {}

protected:
   void init() override { algorithm_.provide(host()); }

private:
   Algorithm algorithm_;
};

} // namespace nebula

// The whole plugin file of an algorithm; `describe` is a function that returns its AlgorithmSpec.
#define NEBULA_ALGORITHM(describe) NEBULA_PLUGIN(::nebula::AlgorithmPlugin<describe>)
