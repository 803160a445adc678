#pragma once

/// The networks this program knows, and their genesis blocks.

#include "block.h"
#include "params.h"

#include <optional>

namespace nebula::chain {

/// One processor core finds a block within seconds; no premine; may admit extra algorithms.
[[nodiscard]] NetworkParams nebula_dev();
/// 120 s blocks and the economics of ZION.
[[nodiscard]] NetworkParams nebula_main();

[[nodiscard]] bool is_development(const NetworkParams &network);

/// Of the bonus fund's key, which on a development network everyone has.
[[nodiscard]] std::optional<Hash> bonus_fund_seed(const NetworkParams &network);

/// "nebula-dev" or "nebula-main"; the error names both.
[[nodiscard]] Result<NetworkParams> network_by_name(std::string_view name);

/// The one first block of a network. It has no proof and no algorithm (id 0); its state holds the premine.
[[nodiscard]] Block genesis_block(const NetworkParams &network);
/// The id genesis_block() must have; checked whenever a chain is opened.
[[nodiscard]] Hash genesis_id(const NetworkParams &network);

} // namespace nebula::chain
