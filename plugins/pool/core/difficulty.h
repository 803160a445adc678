#pragma once

/// How hard a share is, as the pool counts it, and the scales that miners know.

#include "common/share_target.h"

namespace nebula::pool {

using common::bitcoin_difficulty_text;
using common::cosmic_target32;
using common::Difficulty;
using common::difficulty_of;
using common::target_of;
using common::target_of_cosmic;
using common::target_of_xmrig;
using common::U256;
using common::xmrig_target64;

} // namespace nebula::pool
