#pragma once

/// A plugin file that was opened and looked at, and is not executed yet. Without a pin it is the file itself; with a
/// sha256 pin it is a sealed copy in memory, so that the bytes that were hashed are the bytes that will be mapped,
/// whatever happens to the file meanwhile.

#include "host/plugin/manifest.h"
#include "host/util/descriptor.h"
#include "host/util/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nebula::host {

struct Image {
   std::string path; // as an operator knows it
   Descriptor descriptor;
   bool sealed = false;  // a copy in memory
   std::string sha256;   // hex, when sealed
   std::string identity; // equal for two images with the same bytes: the hash, or device, inode, size and time
   std::vector<Manifest> manifests;

   /// What dlopen is given. For a sealed image it is only right while the descriptor is open.
   [[nodiscard]] std::string loadable_path() const;
   /// The manifest of plugin `id`, and its place in the file; nullptr when the file has another.
   [[nodiscard]] const Manifest *manifest(std::string_view id, std::uint32_t *index = nullptr) const;
};

/// Opens the file and reads its manifests. `sha256` (64 hex digits, any case; empty: no pin) must be the hash of its
/// bytes. Errors name the file, what is wrong and the remedy.
[[nodiscard]] Result<Image> open_image(const std::string &path, std::string_view sha256);

} // namespace nebula::host
