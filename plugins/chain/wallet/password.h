#pragma once

/// Where a wallet's password comes from: --password-file, then NEBULA_WALLET_PASSWORD, then the terminal.

#include "command/arguments.h"
#include "command/environment.h"

namespace nebula::chain {

/// `twice`: a new password is typed twice. Fails when nothing gives one, naming all three ways. An empty one is
/// refused.
[[nodiscard]] Result<std::string> get_password(const Arguments &arguments, const CommandEnvironment &environment,
                                               bool twice);

} // namespace nebula::chain
