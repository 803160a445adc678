// A library that mentions every type of the contract, so that its debug information holds them all and abidiff compares
// them. C++, because there an enumerator has the type of its enumeration.
#include <nebula/nebula.h>

#define RECORD(record) NEB_EXPORT const record *const abi_##record = nullptr;
#define MEMBER(record, member) // comes with its record
#define ENUM(first) NEB_EXPORT const decltype(first) abi_enum_##first = first;
#include "records.inc"

const neb_entry *nebula_plugin_entry(uint32_t, uint32_t) {
   return nullptr;
}
