#pragma once

/// The proof-of-work algorithms at hand: a load generator finds its shares as a miner does.

#include "core/request.h"
#include "core/template.h"

#include <nebula/pow.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::pool {

/// One algorithm's reference, with the memory that it wants. One thread.
class Computer {
public:
   explicit Computer(const Slot<neb_pow_algorithm> &slot);

   [[nodiscard]] const std::string &name() const { return name_; }
   /// By its name or another one that miners write.
   [[nodiscard]] bool is_called(std::string_view name) const;
   /// Where miners expect the nonce in its input, or NEB_POW_NONCE_APPENDED.
   [[nodiscard]] std::uint32_t nonce_offset() const { return nonce_offset_; }
   /// It takes microseconds: it has neither a key nor memory to walk.
   [[nodiscard]] bool quick() const { return quick_; }
   /// Why it is deprecated; empty: it is not.
   [[nodiscard]] const std::string &deprecated() const { return deprecated_; }
   /// The dialect that its miners speak at pools of this project, unless their source gives other work.
   [[nodiscard]] Dialect usual_dialect() const { return usual_dialect_; }
   /// The digest of the input with that nonce in its place; throws nebula::Error when the algorithm refuses.
   [[nodiscard]] Digest digest(const Input &input, const Epoch &epoch, std::uint64_t nonce);
   /// At or under the target, which is big-endian.
   [[nodiscard]] bool meets(const Digest &digest, const Number256 &target) const;
   /// The digest that reads as the target itself: it meets it, and no nonce has it.
   [[nodiscard]] Digest digest_at(const Number256 &target) const;

private:
   const Slot<neb_pow_algorithm> &slot_;
   std::string name_, deprecated_;
   std::vector<std::string> aliases_;
   std::uint32_t flags_ = 0, nonce_offset_ = 0;
   bool quick_ = false;
   Dialect usual_dialect_ = Dialect::cosmic;
   std::int32_t order_ = 0;
   std::uint64_t scratch_bytes_ = 0;
   std::unique_ptr<std::uint8_t, void (*)(void *)> scratch_;
   common::Bytes bytes_;
};

class Algorithms {
public:
   /// [main & in init]
   void find(Host host);

   /// By its name or another one that miners write; throws nebula::Error with those there are.
   [[nodiscard]] std::unique_ptr<Computer> computer(std::string_view name) const;

private:
   std::vector<Slot<neb_pow_algorithm>> slots_;
};

} // namespace nebula::pool
