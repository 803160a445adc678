#include "pow_check.h"

#include "mold.h"

namespace nebula::chain {

Result<void> check_pow(const AlgorithmParams &algorithm, const Epoch &epoch, const Header &header, const Proof &proof,
                       const PowHasher &hasher) {
   if (auto form = check_proof_form(algorithm, proof); !form)
      return form.error();
   auto input = mold_input(algorithm, header, proof.witness);
   if (!input)
      return input.error();
   auto digest = hasher.hash(algorithm, epoch, with_nonce(*input, proof.nonce));
   if (!digest)
      return digest.error();
   if (digest_number(algorithm.order, *digest) > header.target)
      return Error{Fault::low, "the proof of work does not reach the target"};
   return {};
}

} // namespace nebula::chain
