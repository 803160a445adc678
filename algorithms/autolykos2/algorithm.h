#pragma once

/// Autolykos v2 as an algorithm and as CPU backends of the contract.

#include <nebula/algorithm.hpp>
#include <nebula/cpu_backend.hpp>

#include "kernels.h"
#include "reference.h"
#include "table_size.h"
#include "tables.h"

namespace nebula::autolykos2 {

inline constexpr const char *k_algorithm_name = "autolykos2";

/// One year of blocks every 120 s: time enough to move miners to another algorithm.
inline constexpr std::uint64_t k_accept_until_default = 262'800;

/// What the name means: consensus, or the same on tiny tables, which only a development network may use.
enum class Meaning { consensus, tiny_tables };

[[nodiscard]] TableSizeRule rule_of(Meaning meaning) noexcept;

/// The steps are the reference's; the 32 elements come from `kernel`, which passed its self-test and lives for ever.
[[nodiscard]] AlgorithmSpec autolykos2_spec(const Kernel &kernel, std::uint64_t accept_until,
                                            Meaning meaning = Meaning::consensus);

/// Known answers, complete inputs.
[[nodiscard]] std::vector<AlgorithmSpec::Vector> autolykos2_answers(Meaning meaning);

/// Computes every element of every nonce.
[[nodiscard]] CpuBackendSpec tableless_backend_spec(const Kernel &kernel, TableSizeRule rule = table_size);

/// Reads the elements from the table of its height, and computes them while there is none. `tables` outlives the
/// backend.
[[nodiscard]] CpuBackendSpec table_backend_spec(const Kernel &kernel, Tables &tables, TableSizeRule rule = table_size);

} // namespace nebula::autolykos2
