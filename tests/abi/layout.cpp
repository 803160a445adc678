// Prints the layout of every record of the contract: one line per member, "record member offset size". The golden file
// tests/abi/layout.golden is its output when a minor version was made.
#include <nebula/nebula.h>

#include <cstddef>
#include <cstdio>

namespace {

void line(const char *record, const char *member, std::size_t offset, std::size_t size) {
   std::printf("%s %s %zu %zu\n", record, member, offset, size);
}

} // namespace

#define RECORD(record) line(#record, "-", 0, sizeof(record));
#define MEMBER(record, member) line(#record, #member, offsetof(record, member), sizeof(record::member));
#define ENUM(first) // has no layout

// Passed by value, embedded or arrayed by those who were built long ago: their sizes never change.
#define FIXED(record, bytes) static_assert(sizeof(record) == (bytes), #record " is fixed for ever")
FIXED(neb_str, 16);
FIXED(neb_bytes, 16);
FIXED(neb_guard, 32);
FIXED(neb_cell, 8);
FIXED(neb_histogram, 32);
FIXED(neb_event_view, 72);
FIXED(neb_pow_epoch, 24);
FIXED(neb_pow_vector, 56);
FIXED(neb_pow_hit, 72);
FIXED(neb_http_header, 32);

int main() {
#include "records.inc"
   return 0;
}
