#pragma once

/// The records of a Log as they stand in its file. Each begins a block of its own, so that none that is durable is ever
/// written again; it says its number and its length, and its checksum tells whether all of it came to the disk.

#include "store.h"

namespace nebula::pool::accounts {

/// What a disk writes entirely or not at all is no longer than this, and no record shares one.
inline constexpr std::size_t k_log_block = 4'096;

/// Bytes that a record takes in the file.
[[nodiscard]] std::size_t logged_size(std::size_t record_bytes);
/// As it is written.
[[nodiscard]] Bytes logged(std::uint64_t number, ByteView record);

struct LogRecord {
   std::uint64_t number = 0;
   ByteView bytes; ///< of the file
};
/// The record that `file` begins with; nothing: it begins with none that is whole.
[[nodiscard]] std::optional<LogRecord> first_logged(ByteView file);

/// Visits records from the first one on, until one is not whole or has no larger number than the one before it: that is
/// one of an earlier time. The bytes that they take.
std::size_t each_logged(ByteView file, const Log::Visit &visit);

} // namespace nebula::pool::accounts
