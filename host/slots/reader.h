#pragma once

/// How readers announce which occupant they are inside. Each thread owns a record of k_guards_max words on cache lines
/// of its own; entering writes the occupant's address into a free word, leaving clears it. A writer that took an
/// occupant out of its slot looks through all records until none names it: readers never wait, never lock, and never
/// write to a line that another reader writes. Records of ended threads are used again, none is ever freed, so a scan
/// may walk the list without a lock.

#include "host/slots/slot.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace nebula::host {

/// Of one thread; the contract's number. Nested calls through five plugins need five.
inline constexpr std::uint32_t k_guards_max = 16;

struct alignas(64) ReaderRecord {
   std::array<std::atomic<const Occupant *>, k_guards_max> inside{};
   std::uint32_t used = 0; // bit i: inside[i] is taken; only its thread touches it
   std::atomic<bool> owned{false};
   ReaderRecord *next = nullptr;
};

/// This thread's record, made or taken over at the first call.
[[nodiscard]] ReaderRecord &this_reader() noexcept;

/// True when some thread announces one of these addresses.
[[nodiscard]] bool any_reader_inside(const Occupant *const *occupants, std::size_t count) noexcept;

/// True when the calling thread does.
[[nodiscard]] bool this_thread_inside(const Occupant *const *occupants, std::size_t count) noexcept;

} // namespace nebula::host
