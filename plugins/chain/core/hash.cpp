#include "hash.h"

#include <sodium.h>

namespace nebula::chain {
namespace {

constexpr const char *k_personal[] = {
   "neb block id    ", "neb tx id       ", "neb tx sign     ", "neb merkle leaf ",
   "neb merkle node ", "neb account     ", "neb state       ", "neb parameters  ",
};

void update(crypto_generichash_blake2b_state &state, ByteView part) {
   crypto_generichash_blake2b_update(&state, part.data(), part.size());
}

} // namespace

Hash hash256(ByteView data) {
   Hash out{};
   crypto_generichash_blake2b(out.data(), out.size(), data.data(), data.size(), nullptr, 0);
   return out;
}

Hash hash256(HashKind kind, std::initializer_list<ByteView> parts) {
   const auto *personal = reinterpret_cast<const unsigned char *>(k_personal[static_cast<std::size_t>(kind)]);
   crypto_generichash_blake2b_state state;
   crypto_generichash_blake2b_init_salt_personal(&state, nullptr, 0, 32, nullptr, personal);
   for (const ByteView part : parts)
      update(state, part);
   Hash out{};
   crypto_generichash_blake2b_final(&state, out.data(), out.size());
   return out;
}

} // namespace nebula::chain
