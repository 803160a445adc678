#pragma once

/// The dialects, one source file each.

#include "speech.h"

namespace nebula::pool {

[[nodiscard]] std::unique_ptr<Speech> make_xmrig_speech(const SpeechSettings &settings, Computer &computer);
[[nodiscard]] std::unique_ptr<Speech> make_bitcoin_speech(const SpeechSettings &settings, Computer &computer);
[[nodiscard]] std::unique_ptr<Speech> make_ergo_speech(const SpeechSettings &settings, Computer &computer);
[[nodiscard]] std::unique_ptr<Speech> make_cosmic_speech(const SpeechSettings &settings, Computer &computer);

} // namespace nebula::pool
