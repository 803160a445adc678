#pragma once

/// The requests this plugin sends to monerod: path and JSON body.

#include "core/bytes.h"

namespace nebula::monero {

struct RpcRequest {
   std::string path;
   std::string body;
};

[[nodiscard]] RpcRequest height_request();
[[nodiscard]] RpcRequest info_request();
/// Precondition: 1 <= reserve_size <= 127 (above it the daemon fails or misplaces the reserved bytes).
[[nodiscard]] RpcRequest template_request(std::string_view wallet, std::size_t reserve_size);
[[nodiscard]] RpcRequest submit_request(ByteView block_blob);
[[nodiscard]] RpcRequest header_request(const Hash &block_id);
[[nodiscard]] RpcRequest header_at_request(std::uint64_t height);
[[nodiscard]] RpcRequest transactions_request(std::span<const Hash> ids);
[[nodiscard]] RpcRequest key_images_request(std::span<const Hash> images);

} // namespace nebula::monero
