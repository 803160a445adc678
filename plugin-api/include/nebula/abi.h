// The vocabulary every header of the contract shares: versions, borrowed strings and bytes, statuses and errors.
//
// Thread tags used in this contract (the last line of each function's comment; tools read them):
//   [main]         the host's main thread, one call at a time
//   [worker]       a thread of the host's executor
//   [session]      any one thread at a time per session object; the caller serialises
//   [io]           a thread the plugin owns
//   [thread-safe]  any thread, concurrently
//   [real]         thread-safe, and must neither block, allocate, nor call the host
// A state may follow: [main & in init], [main & running], [main & (running|draining)], [main & !running].
// The states are listed in plugin.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define NEB_ABI_MAJOR 1u
#define NEB_ABI_MINOR 2u

#if defined(__cplusplus)
#define NEB_EXTERN_C_BEGIN extern "C" {
#define NEB_EXTERN_C_END }
#define NEB_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define NEB_EXTERN_C_BEGIN
#define NEB_EXTERN_C_END
#define NEB_EXPORT __attribute__((visibility("default")))
#endif

// True when the table or record `p` was allocated with room for `member`. A growable record starts with `uint32_t size`,
// written by whoever allocated it; nobody reads or writes past it. (The host completes every plugin table on load, so only
// code that receives a record from a newer or older peer needs this.)
#define NEB_HAS(p, type, member) ((p)->size >= offsetof(type, member) + sizeof((p)->member))

NEB_EXTERN_C_BEGIN

// UTF-8 text, not NUL-terminated, borrowed until the call that received it returns (unless its header says longer).
// `ptr` may be NULL when `len` is 0. This shape is fixed for ever and passed by value.
typedef struct neb_str {
   const char *ptr;
   uint64_t len;
} neb_str;

// Bytes with the same rules as neb_str.
typedef struct neb_bytes {
   const uint8_t *ptr;
   uint64_t len;
} neb_bytes;

// 0 is success, every failure is negative. New codes are only appended; treat an unknown negative value as NEB_E_FAIL.
enum {
   NEB_OK = 0,
   NEB_E_FAIL = -1,        // failed for a reason only the error's text tells
   NEB_E_UNSUPPORTED = -2, // this plugin or host does not have the function
   NEB_E_INVALID = -3,     // an argument is wrong
   NEB_E_STATE = -4,       // not callable in this state
   NEB_E_NOT_FOUND = -5,   //
   NEB_E_BUSY = -6,        // try again later; nothing was taken
   NEB_E_TIMEOUT = -7,     // the time given ran out; the work goes on unless the header says otherwise
   NEB_E_CANCELLED = -8,   //
   NEB_E_GONE = -9,        // it existed and no longer does (an old template, a removed service)
   NEB_E_NO_MEMORY = -10,  //
   NEB_E_IO = -11,         // a file, socket or device failed
   NEB_E_FULL = -12,       // a bounded queue, table or store is full
   NEB_E_TOO_SMALL = -13,  // the caller's buffer is; nothing was written
   NEB_E_CORRUPT = -14,    // stored or received data fails its own checks
   NEB_E_DENIED = -15,     // not permitted
   NEB_E_CONFIG = -16,     // the configuration is wrong; the text says where and what would be right
   NEB_E_EXISTS = -17,     // already there
   NEB_E_CONFLICT = -18,   // another change came first; read again
   NEB_E_DEVICE = -19      // a device was lost or answered wrongly
};
typedef int32_t neb_status;

// The caller's record for the reason of a failure. Any function that takes one accepts NULL. The callee writes `code` and a
// NUL-terminated UTF-8 text within `size`: one sentence saying what is wrong and what would be right, no line break.
typedef struct neb_error {
   uint32_t size; // sizeof(neb_error), written by the caller
   neb_status code;
   char text[240];
} neb_error;

// Receives a piece of a longer text or byte stream; called zero or more times before the function that took it returns.
typedef void (*neb_write_fn)(void *user, neb_bytes piece);

NEB_EXTERN_C_END
