#pragma once

/// Sending bytes and a descriptor over the control channel.

#include <cstdint>
#include <string_view>

namespace nebula::host {

/// All of `bytes`, the descriptor (-1: none) with the first of them. False: the other end is gone, or did not take it
/// by `deadline_ns` (monotonic); the stream is of no use then.
[[nodiscard]] bool send_all(int channel, std::string_view bytes, int descriptor, std::uint64_t deadline_ns);

} // namespace nebula::host
