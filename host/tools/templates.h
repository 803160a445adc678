#pragma once

/// The examples of plugin-api as they were when the program was built (embed_templates.cmake).

#include <span>
#include <string_view>

namespace nebula::host {

struct EmbeddedFile {
   std::string_view folder; // "algorithm-cpp"
   std::string_view name;   // "manifest.json"
   std::string_view content;
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_templates();

} // namespace nebula::host
