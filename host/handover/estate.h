#pragma once

/// All that a node hands over, through a channel.

#include "host/handover/channel.h"
#include "host/node/handed_over.h"

#include <optional>

namespace nebula::host::handover {

inline constexpr std::size_t k_instances_max = 256;
/// A hundred thousand connections with five kilobytes each, many times over.
inline constexpr std::uint64_t k_state_bytes_max = std::uint64_t{4} << 30;
inline constexpr std::uint64_t k_descriptors_max = 2'000'000;

/// What the list says of one instance.
struct Announced {
   std::string instance, plugin;
   std::uint64_t bytes = 0, descriptors = 0;
};
struct EstateList {
   std::string version; ///< of the node that gives
   std::vector<Announced> instances;
};
[[nodiscard]] std::string to_text(const EstateList &list);
[[nodiscard]] Result<EstateList> parse_estate_list(std::string_view text);

struct Estate {
   std::string version;
   std::vector<HandedOver> instances;
   Descriptor lock; ///< of the data folder
};

/// The descriptors stay the sender's as well.
[[nodiscard]] Result<void> send_estate(Channel &channel, std::string_view version,
                                       const std::vector<HandedOver> &instances, const Descriptor &lock);
[[nodiscard]] Result<Estate> receive_estate(Channel &channel, std::chrono::milliseconds patience);

} // namespace nebula::host::handover
