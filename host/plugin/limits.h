#pragma once

/// Every bound of finding and loading plugins, with the sum behind it.

#include <cstddef>
#include <cstdint>

namespace nebula::host {

inline constexpr std::uint64_t k_max_plugin_bytes = 1ull
                                                    << 30; // a plugin with embedded kernels and debug data has 200 MiB
inline constexpr std::uint32_t k_max_segments = 256;       // program headers; linkers write about 12
inline constexpr std::uint32_t k_max_notes = 64;           // in one segment; linkers write about 3
inline constexpr std::size_t k_max_manifest_depth = 32;    // of its JSON; a schema of lists of maps has 12
inline constexpr std::size_t k_max_plugins_in_file = 64;   // a family of algorithms has 8
inline constexpr std::size_t k_max_services_of_plugin =
   256;                                                     // provides and requires each; 4 devices * 16 algorithms fit
inline constexpr std::size_t k_max_aliases_of_service = 16; // no algorithm we know has more than 3
inline constexpr std::size_t k_max_commands_of_plugin = 64; // one screen of help
inline constexpr std::size_t k_max_id_bytes = 128;          // "com.example.team.plugin-name" and room
inline constexpr std::size_t k_max_text_bytes = 1024;       // a summary is a sentence
inline constexpr std::size_t k_max_search_folders = 64;     // of plugin_path and NEBULA_PLUGIN_PATH together
inline constexpr std::size_t k_max_files_in_folder = 4096;  // looked at; a full installation has 40
inline constexpr std::size_t k_max_instances = 256;         // in one node; 50 upstream pools are 60

} // namespace nebula::host
