#pragma once

/// Mapping a plugin's code and agreeing on the ABI. Code is never unmapped: what was loaded once stays until the
/// process ends, and the registry of loaded files with it.

#include "host/plugin/image.h"
#include "host/util/result.h"

#include <nebula/entry.h>

#include <memory>
#include <string>

namespace nebula::host {

struct Library {
   Image image; // its descriptor stays open for ever: the loader matches mappings by path
   const neb_entry *entry = nullptr;
};

/// Maps the image, or gives the library mapped before with the same bytes. Main thread. Every failure names the file,
/// what is wrong and the remedy:
///    the system's loader refuses it · nebula_plugin_entry is missing · no entry for this host's ABI major · it needs a
///    later minor · its entry and its manifest disagree · another version of the file is loaded and has the same path
[[nodiscard]] Result<const Library *> load_library(Image image);

/// The checks of an entry against the manifests of its file, without loading anything.
[[nodiscard]] Result<void> check_entry(const neb_entry *entry, const std::vector<Manifest> &manifests);

/// The check of a manifest's `abi` against this host.
[[nodiscard]] Result<void> check_abi(const Manifest &manifest);

} // namespace nebula::host
