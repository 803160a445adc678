#pragma once

/// Where somebody listens, as people write it: "pool.example.org:3333", "[::1]:18081".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::common {

struct HostPort {
   std::string host; ///< a name or an address, without brackets
   std::uint16_t port = 0;

   /// As a Host header and messages to people have it.
   [[nodiscard]] std::string authority() const;
   friend bool operator==(const HostPort &, const HostPort &) = default;
};

/// Nothing when `text` is no such place; `why` then says so, for people, and repeats nothing of the text.
/// `default_port` 0: the port must be there.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port,
                                                      const char *&why);

} // namespace nebula::common
