#pragma once

/// The words of a request of the control socket, as an operator typed them. What is wrong with them is thrown as
/// NEB_E_INVALID, with the usage.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::pool {

using Words = std::vector<std::string>;

/// `{"arguments": ["...", ...]}`; none when the member is missing.
[[nodiscard]] Words words_of(std::string_view params_json);

void expect(const Words &words, std::size_t least, std::size_t most, const char *usage);

[[nodiscard]] std::uint64_t number_of(const std::string &text, std::uint64_t most, const char *usage);

/// In nanoseconds: "90s", "10m", "2h", "1d"; at most a year.
[[nodiscard]] std::uint64_t duration_of(const std::string &text, const char *usage);

} // namespace nebula::pool
