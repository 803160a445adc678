#pragma once

/// What the hostile peer can be told to do, by name.

#include <cstdint>

namespace nebula::host {

/// The job of this many nonces is the one at which a deed of the shared memory is done. No gate asks for as many.
inline constexpr std::uint64_t k_trigger = 777;

inline constexpr const char *k_channel_deeds[] = {"noise",
                                                  "oversized",
                                                  "half a message",
                                                  "unknown kind",
                                                  "the host's kind",
                                                  "answers nobody asked for",
                                                  "two answers",
                                                  "noise in an answer",
                                                  "a changed answer",
                                                  "a flood of lines",
                                                  "a line too long",
                                                  "a health that is none",
                                                  "descriptors"};

inline constexpr const char *k_ring_deeds[] = {"another ticket",
                                               "more hits than room",
                                               "more hashes than asked for",
                                               "fewer hashes than asked for",
                                               "a status that is none",
                                               "cancelled by nobody",
                                               "a hit twice",
                                               "a hit from outside",
                                               "hits out of order",
                                               "a wrong digest",
                                               "calls that were not made",
                                               "more results than jobs",
                                               "noise in the host's part",
                                               "noise in all of it",
                                               "another number of slots",
                                               "no memory any more",
                                               "torn"};

} // namespace nebula::host
