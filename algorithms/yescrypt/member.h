#pragma once

/// One function of the family as the contract knows it: an algorithm, and a backend for every kernel.

#include <nebula/algorithm.hpp>
#include <nebula/cpu_backend.hpp>
#include <nebula/svc/pow-family.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "kernels.h"
#include "parameters.h"

namespace nebula::yescrypt {

/// What all members share.
struct Shared {
   std::vector<Kernel> kernels;          ///< those that passed their self-test
   std::function<void()> on_small_pages; ///< called from any thread, whenever a session gets no large pages
};

class Member {
public:
   /// `shared` outlives it. Without a published answer the reference makes one, which takes the time of a hash (3 s for
   /// the largest parameters). Throws NEB_E_NO_MEMORY.
   Member(const Shared &shared, std::string name, std::string text, Parameters parameters);
   Member(const Member &) = delete;
   Member &operator=(const Member &) = delete;

   /// Provides the algorithm and its backends. [main & in init]
   void provide(Host host);
   /// Makes the backends ready without providing them: the family hands them out. [thread-safe]
   void bind(Host host);

   [[nodiscard]] const Parameters &parameters() const noexcept { return parameters_; }
   [[nodiscard]] const neb_pow_algorithm &algorithm() const noexcept { return *algorithm_.table(); }
   [[nodiscard]] const neb_pow_member &table() const noexcept { return table_; }

private:
   [[nodiscard]] AlgorithmSpec algorithm_spec();
   [[nodiscard]] CpuBackendSpec backend_spec(const Kernel &kernel, const std::string &backend_name);
   void hash(const HashCall &call) const;

   // In the order they depend on each other: the tables point to the texts.
   const Shared &shared_;
   const std::string name_, text_;
   const Parameters parameters_;
   std::string made_input_, made_digest_; ///< hex; the answer that the reference made
   Algorithm algorithm_;
   std::deque<std::string> backend_names_;
   std::deque<CpuBackend> backends_;
   std::vector<neb_pow_member_backend> handed_out_;
   neb_pow_member table_{};
};

} // namespace nebula::yescrypt
