#include "log_format.h"

#include "common/bitcoin_header.h"

#include <algorithm>
#include <cstring>

namespace nebula::pool::accounts {
namespace {

/// Checksum, number, length.
constexpr std::size_t k_checksum = 16, k_head = k_checksum + 16;

void put64(std::uint8_t *to, std::uint64_t value) {
   for (int i = 0; i < 8; ++i)
      to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
std::uint64_t get64(const std::uint8_t *from) {
   std::uint64_t value = 0;
   for (int i = 7; i >= 0; --i)
      value = value << 8 | from[i];
   return value;
}

/// Of what follows it.
std::array<std::uint8_t, k_checksum> checksum(ByteView rest) {
   const auto digest = common::double_sha256(rest);
   std::array<std::uint8_t, k_checksum> out;
   std::copy_n(digest.begin(), out.size(), out.begin());
   return out;
}

} // namespace

std::size_t logged_size(std::size_t record_bytes) {
   return (k_head + record_bytes + k_log_block - 1) / k_log_block * k_log_block;
}

Bytes logged(std::uint64_t number, ByteView record) {
   Bytes out(logged_size(record.size()));
   put64(out.data() + k_checksum, number);
   put64(out.data() + k_checksum + 8, record.size());
   std::ranges::copy(record, out.begin() + k_head);
   std::ranges::copy(checksum(ByteView(out).subspan(k_checksum, k_head - k_checksum + record.size())), out.begin());
   return out;
}

std::optional<LogRecord> first_logged(ByteView file) {
   if (file.size() < k_head)
      return std::nullopt;
   const std::uint64_t size = get64(file.data() + k_checksum + 8);
   if (size > file.size() - k_head)
      return std::nullopt;
   const ByteView checked = file.subspan(k_checksum, k_head - k_checksum + static_cast<std::size_t>(size));
   if (!std::ranges::equal(checksum(checked), file.first(k_checksum)))
      return std::nullopt;
   return LogRecord{get64(file.data() + k_checksum), file.subspan(k_head, static_cast<std::size_t>(size))};
}

std::size_t each_logged(ByteView file, const Log::Visit &visit) {
   std::size_t at = 0;
   std::uint64_t last = 0;
   while (const auto record = first_logged(file.subspan(at))) {
      if (record->number <= last)
         break;
      last = record->number;
      visit(record->number, record->bytes);
      at = std::min(file.size(), at + logged_size(record->bytes.size()));
   }
   return at;
}

} // namespace nebula::pool::accounts
