#include "algorithm.h"

#include <algorithm>
#include <memory>

#include "scanner.h"
#include "table_scanner.h"

namespace nebula::autolykos2 {

TableSizeRule rule_of(Meaning meaning) noexcept {
   return meaning == Meaning::tiny_tables ? tiny_table_size : table_size;
}

AlgorithmSpec autolykos2_spec(const Kernel &kernel, std::uint64_t accept_until, Meaning meaning) {
   AlgorithmSpec spec;
   spec.name = k_algorithm_name;
   spec.text =
      "Autolykos v2, bound by memory, made for GPUs. Deprecated: hardly anybody mines a second chain with it, so "
      "its blocks are cheap to overtake; mine randomx or cosmic-harmony instead.";
   spec.status = NEB_POW_DEPRECATED;
   spec.digest_order = NEB_POW_ORDER_BIG;
   spec.nonce_bytes = k_nonce_bytes;
   spec.nonce_offset = NEB_POW_NONCE_APPENDED;
   spec.flags = NEB_POW_NONCE_BIG;
   spec.epoch_kind = 2;
   spec.input_bytes_min = k_input_bytes;
   spec.input_bytes_max = k_input_bytes_max;
   spec.vectors = autolykos2_answers(meaning);
   spec.height_max = accept_until;
   spec.hash = [&kernel, rule = rule_of(meaning)](const HashCall &call) {
      if (call.input.len != k_input_bytes)
         throw Error(NEB_E_INVALID, "autolykos2 hashes a message of 32 bytes and a nonce of 8; this input has ",
                     call.input.len);
      const std::uint32_t height = height_of(call.epoch);
      const std::span<const std::uint8_t, k_input_bytes> input(call.input.ptr, k_input_bytes);
      const Digest digest = solve(input, height, rule(height), kernel).digest;
      std::copy(digest.begin(), digest.end(), call.digest);
   };
   return spec;
}

std::vector<AlgorithmSpec::Vector> autolykos2_answers(Meaning meaning) {
   // The digests on tiny tables come from a second implementation, which gives the others too.
   struct Answer {
      const char *input, *digest, *tiny_digest;
      std::uint64_t height;
   };
   static constexpr Answer k_answers[] = {
      {"548c3e602a8f36f8f2738f5f643b02425038044d98543a51cabaa9785e7e864f0000000000003105",
       "0002fcb113fe65e5754959872dfdbffea0489bf830beb4961ddc0e9e66a1412a",
       "98f77e8280f5290c208dc246442107a0d7206fc7761600d76ec91e7e9de5397c", 614'400},
      {"2f8f5c5ebf99fc5b737710bd94fcd5b53b3cec4578841c2e7e5a5f610ce21bf5000100000580a91b",
       "b1d2b76dcaa19b4f670090034123c6a5c8b2d57dc0423d4b94c9a3565628e53b",
       "cf9036f5584b212bb75a0cef6b3e3a99d70f74682b2f91f37873bbd352325b60", 2'870},
      {"4cc16b115795912371c584e22e313e7337abc4602b0ab1d67ae24e8f331ec99d5939ecfee6b0d7f4",
       "00000000000066bd7c871eca5e1a53a4b83300925846b6584e5fcfb91d639d29",
       "37d698dc7852ecbd0ed5fe13b481003842c53591d3b44eb5bdc396826710d0c9", 471'746},
   };
   std::vector<AlgorithmSpec::Vector> out;
   for (const Answer &answer : k_answers)
      out.push_back(
         {answer.input, meaning == Meaning::tiny_tables ? answer.tiny_digest : answer.digest, {}, answer.height});
   return out;
}

CpuBackendSpec tableless_backend_spec(const Kernel &kernel, TableSizeRule rule) {
   CpuBackendSpec spec;
   spec.name = kernel.backend_name;
   spec.algorithm = k_algorithm_name;
   spec.properties = kernel.properties;
   spec.batch_hint = kernel.batch_hint;
   spec.width = kernel.lanes;
   spec.open = [&kernel, rule] { return std::make_unique<TablelessScanner>(kernel, rule); };
   return spec;
}

CpuBackendSpec table_backend_spec(const Kernel &kernel, Tables &tables, TableSizeRule rule) {
   CpuBackendSpec spec;
   spec.name = "autolykos2/table";
   spec.algorithm = k_algorithm_name;
   spec.properties = "device=cpu,kind=table,table=yes";
   spec.batch_hint = 1u << 16;
   spec.width = kernel.lanes;
   spec.open = [&kernel, &tables, rule] { return std::make_unique<TableScanner>(kernel, rule, tables); };
   return spec;
}

} // namespace nebula::autolykos2
