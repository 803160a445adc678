// LINK: nebula_pool_core
#include "accounts/log_format.h"

using namespace nebula::pool::accounts;

/// A log file of any bytes: ascending records within the file, each as it would be written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   const ByteView file(data, size);
   std::uint64_t last = 0;
   const std::size_t end = each_logged(file, [&](std::uint64_t number, ByteView record) {
      if (number <= last || record.data() < data || record.data() + record.size() > data + size)
         __builtin_trap();
      last = number;
   });
   if (end > size)
      __builtin_trap();
   // What it begins with is found again behind a head of its own, for bytes alone hardly ever have one.
   const Bytes written = logged(last + 1, file);
   const auto found = first_logged(written);
   if (!found || found->number != last + 1 || found->bytes.size() != size)
      __builtin_trap();
   return 0;
}
