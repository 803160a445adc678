#pragma once

/// The selection language: "device=gpu, vendor!=amd, ?simd=avx512".
///
/// Clauses are separated by commas. `key=value` and `key!=value` are mandatory; a `?` before a clause makes it a
/// preference. A value with one of , = ? ! stands in double quotes, with \" and \\ inside: name="yescrypt:N=4096,r=16".
/// A service without the property fulfils `!=` and not `=`. The order among those admitted is total: the number of
/// fulfilled preferences, then the place in node.yaml, then the measured rate, then the name.

#include "host/slots/properties.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_max_select_bytes = 1024; // of the whole text
inline constexpr std::size_t k_max_clauses = 16;

struct Clause {
   std::string key;
   std::string value;
   bool negated = false;  // !=
   bool optional = false; // ?

   [[nodiscard]] bool admits(const Properties &properties) const;
   [[nodiscard]] std::string text() const; // "?simd=avx512"
};

class Selection {
public:
   /// Admits everything.
   Selection() = default;
   /// An error names the clause and what it should look like (ErrorKind::configuration).
   [[nodiscard]] static Result<Selection> parse(std::string_view text);

   [[nodiscard]] const std::vector<Clause> &clauses() const noexcept { return clauses_; }
   /// The value of the mandatory clause key=..., or nullopt.
   [[nodiscard]] std::optional<std::string_view> required(std::string_view key) const;
   /// The same with another value in its mandatory clauses key=...
   [[nodiscard]] Selection with(std::string_view key, std::string_view value) const;
   /// The first mandatory clause that these properties fail, or nullptr.
   [[nodiscard]] const Clause *rejected_by(const Properties &properties) const;
   /// How many preferences they fulfil.
   [[nodiscard]] std::size_t preference(const Properties &properties) const;
   /// In the one spelling that equal selections share.
   [[nodiscard]] std::string text() const;

private:
   std::vector<Clause> clauses_;
};

/// What selection looks at. The pointer is borrowed.
struct Candidate {
   const Properties *properties = nullptr;
   std::uint64_t order = 0; // place in node.yaml
   std::uint64_t rate = 0;  // measured, in any unit that grows with speed; 0: unknown
   std::string_view name;
};

/// What became of one candidate.
struct Verdict {
   std::size_t index = 0;      // in the list given
   std::size_t preference = 0; // preferences fulfilled
   std::string rejected_by;    // the clause, empty when admitted
};

/// All candidates: those admitted first, best first; then the rejected ones in the order given.
[[nodiscard]] std::vector<Verdict> rank(const Selection &selection, const std::vector<Candidate> &candidates);

} // namespace nebula::host
