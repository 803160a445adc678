#pragma once

/// Every bound of the configuration engine, with the sum behind it. A configuration is written by hand: the largest we
/// can imagine (50 upstream pools, 20 plugins, a page of comments each) has 2,000 lines, 100 KiB and 10,000 nodes.

#include <cstddef>

namespace nebula::host::config {

inline constexpr std::size_t k_max_file_bytes = 1u << 20;     // ten times the largest file we can imagine
inline constexpr std::size_t k_max_scalar_bytes = 64u << 10;  // a certificate chain in PEM fits
inline constexpr std::size_t k_max_depth = 64;                // maps in lists in maps; people stop at eight
inline constexpr std::size_t k_max_nodes = 100'000;           // counted with every alias expanded: a bomb has 10^9
inline constexpr std::size_t k_max_map_keys = 1024;           // duplicates are found by looking at each: 10^6 / 2 steps
inline constexpr std::size_t k_max_mistakes = 100;            // nobody reads more; the rest is counted
inline constexpr std::size_t k_max_extends_depth = 16;        // a chain of files
inline constexpr std::size_t k_max_files = 64;                // all files of one configuration together
inline constexpr std::size_t k_max_secret_bytes = 64u << 10;  // what ${file:...} may read
inline constexpr std::size_t k_max_variable_name = 128;       // bytes of NAME in ${NAME}
inline constexpr std::size_t k_max_shown_bytes = 60;          // of a value quoted in a message
inline constexpr std::size_t k_max_schema_bytes = 256u << 10; // a manifest's schema; large ones have 10 KiB
inline constexpr std::size_t k_max_pattern_bytes = 256;       // of a regular expression in a schema
inline constexpr std::size_t k_max_matched_bytes = 4096;      // of the text a regular expression is run on
inline constexpr std::size_t k_max_suggest_bytes = 64;        // of a word that is compared with the known ones

} // namespace nebula::host::config
