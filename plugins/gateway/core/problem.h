#pragma once

// Errors as application/problem+json (RFC 9457).

#include <string>
#include <string_view>

namespace nebula::gateway {

inline constexpr const char *k_problem_type = "application/problem+json";

// {"type":"about:blank","title":"Not Found","status":404,"detail":...,"instance":path,"request_id":...}
[[nodiscard]] std::string problem(unsigned status, std::string_view detail, std::string_view path,
                                  std::string_view request_id);

[[nodiscard]] std::string_view title_of(unsigned status);

} // namespace nebula::gateway
