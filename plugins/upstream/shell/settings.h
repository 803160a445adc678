#pragma once

/// The plugin's configuration, read and checked: only typed values travel inside.

#include "core/client.h"

#include "common/net/transport.h"

#include <nebula/config.hpp>
#include <nebula/svc/pow-algorithm.h>

namespace nebula::upstream {

struct Settings {
   std::string algorithm;
   std::optional<Dialect> dialect; ///< none: as the algorithm's miners speak
   std::optional<Split> split;
   ClientSettings client;
   std::vector<common::TlsPolicy> tls; ///< per pool
};

[[nodiscard]] Settings read_settings(const Config &config);

/// What miners of an algorithm speak, from where it has its nonce; nothing: no pool's dialect carries such work.
[[nodiscard]] std::optional<Dialect> dialect_of(const neb_pow_algorithm &algorithm);

[[nodiscard]] std::string_view name_of(Dialect dialect);

} // namespace nebula::upstream
