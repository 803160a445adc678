// The journal that the shim writes and crash_image.cpp reads: records of this head, then `length` bytes.
#pragma once

#include <stdint.h>

enum {
   NEBULA_JOURNAL_WRITE = 1,         // bytes at `offset`, durable at the next sync
   NEBULA_JOURNAL_DURABLE_WRITE = 2, // bytes at `offset`, durable at once
   NEBULA_JOURNAL_SYNC = 3,          // everything before it is durable
   NEBULA_JOURNAL_TRUNCATE = 4,      // the size becomes `offset`
   NEBULA_JOURNAL_MARK = 5           // the program acknowledges number `offset`
};

struct nebula_journal_record {
   uint32_t kind;
   uint32_t length;
   uint64_t offset;
};
