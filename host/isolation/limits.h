#pragma once

/// Every bound of a plugin in a runner process, with the sum behind it.

#include <cstddef>
#include <cstdint>

namespace nebula::host {

// Messages of the control channel.
inline constexpr std::size_t k_message_max = 4u << 20;       // 64 algorithms with 64 known answers of 1 KiB
inline constexpr std::uint32_t k_described_max = 256;        // services of one instance, as the directory has it
inline constexpr std::uint32_t k_vectors_max = 1024;         // known answers of one algorithm
inline constexpr std::uint32_t k_aliases_max = 32;           // further names of one algorithm
inline constexpr std::size_t k_vector_input_max = 64u << 10; // the longest block blob we know has 500 bytes
inline constexpr std::size_t k_word_max = 128;               // a word
inline constexpr std::size_t k_name_max = 512;               // of an algorithm; a yescrypt with all parameters has 310
inline constexpr std::size_t k_properties_max = 1024;        // of one backend
inline constexpr std::size_t k_line_max = 4096;              // a line of the log, as the log has it
inline constexpr std::size_t k_config_nodes_max = 100'000;   // of a plugin's configuration
inline constexpr std::size_t k_config_depth_max = 64;        // of it
inline constexpr std::size_t k_messages_turn_max = 256;      // handled before the watch looks at its clock again

// The shared memory of a session.
inline constexpr std::uint32_t k_ring_input_max = 16u << 10; // of a job; the longest input we know has 500 bytes
inline constexpr std::uint32_t k_ring_key_max = 256;         // of an epoch; RandomX has 60
inline constexpr std::uint32_t k_ring_depth_max = 64;        // as the host's own sessions
inline constexpr std::uint32_t k_hash_sessions_max = 16;     // hashes under way at once in one runner

// Time.
inline constexpr std::uint64_t k_tick_ns = 25'000'000;              // how often a runner is looked at
inline constexpr std::uint64_t k_silence_ns = 400'000'000;          // without progress in a batch, at least
inline constexpr std::uint64_t k_silence_max_ns = 10'000'000'000;   // however long its slices take
inline constexpr std::uint64_t k_first_silence_ns = 60'000'000'000; // of a first preparation that reports no progress
inline constexpr std::uint64_t k_prepare_max_ns = 600'000'000'000;  // of a later one, however long the former took
inline constexpr std::uint64_t k_job_ns =
   60'000'000'000; // without a result, for devices that answer "not yet" for ever
inline constexpr std::uint64_t k_open_ns = 60'000'000'000;       // opening the first session: kernels may be compiled
inline constexpr std::uint64_t k_open_least_ns = 2'000'000'000;  // a later one, however fast the former was
inline constexpr std::uint64_t k_life_cycle_ns = 30'000'000'000; // create and init; start
inline constexpr std::uint64_t k_member_ns = 5'000'000'000;      // making a family's member: tables and known answers
inline constexpr std::uint64_t k_telemetry_ns = 2'000'000'000;   // reading sensors
inline constexpr std::uint64_t k_last_words_ns = 1'000'000'000;  // to end by itself, once asked to

} // namespace nebula::host
