// LINK: nebula_chain_core
// Whatever bytes come: no crash, and what is taken as a block has these bytes as its only encoding.
#include "core/header_check.h"
#include "core/mold.h"
#include "core/networks.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::chain;
   static const NetworkParams network = nebula_dev();
   const ByteView raw(data, size);
   const auto block = decode_block(raw, network.chain_id, network.max_block_bytes);
   if (!block)
      return 0;
   const Bytes again = encode_block(**block);
   if (again.size() != size || !std::equal(again.begin(), again.end(), data) || encoded_size(**block) != size)
      std::abort();
   (void)check_block_form(network, **block).ok();
   const Proof &proof = (*block)->proof;
   for (AlgorithmParams algorithm : network.algorithms) {
      for (std::uint8_t mold = 0; mold < 7; ++mold) {
         algorithm.mold = static_cast<MoldId>(mold);
         (void)mold_input(algorithm, (*block)->header, proof.witness).ok();
         // Whoever hands this solution in writes the same bytes.
         if (check_proof_form(algorithm, proof)) {
            const auto made = make_proof(algorithm, proof.nonce, proof.witness);
            if (!made || encode_proof(*made) != encode_proof(proof))
               std::abort();
         }
      }
   }
   return 0;
}
