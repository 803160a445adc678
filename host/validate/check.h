#pragma once

/// The catalogue of checks. Each is one sentence that holds for a good plugin, proven by a fixture in
/// tests/fixtures_validate that breaks exactly this one.

#include "host/validate/subject.h"
#include "host/validate/verdict.h"

#include <span>
#include <string_view>

namespace nebula::host::validation {

struct Check {
   std::string_view id;       // "file.exports": group and name
   std::string_view sentence; // what must hold, "It exports nothing but nebula_plugin_entry"
   std::string_view needs;    // ids of checks, separated by spaces; it is skipped unless all of them passed
   Verdict (*run)(Subject &);
   unsigned timeout_s = 10;

   [[nodiscard]] std::string_view group() const noexcept { return id.substr(0, id.find('.')); }
};

[[nodiscard]] std::span<const Check> file_checks();
[[nodiscard]] std::span<const Check> load_checks();
[[nodiscard]] std::span<const Check> entry_checks();
[[nodiscard]] std::span<const Check> life_checks();
[[nodiscard]] std::span<const Check> algorithm_checks();
[[nodiscard]] std::span<const Check> family_checks();
[[nodiscard]] std::span<const Check> backend_checks();
[[nodiscard]] std::span<const Check> bare_host_checks();
[[nodiscard]] std::span<const Check> truncated_host_checks();
[[nodiscard]] std::span<const Check> future_host_checks();
[[nodiscard]] std::span<const Check> config_checks();
[[nodiscard]] std::span<const Check> contract_checks();
[[nodiscard]] std::span<const Check> fuzz_checks();

/// All groups, in the order in which they run: what a check needs comes before it.
[[nodiscard]] std::span<const Check> all_checks();

/// nullptr: no check has this id.
[[nodiscard]] const Check *find_check(std::string_view id);

} // namespace nebula::host::validation
