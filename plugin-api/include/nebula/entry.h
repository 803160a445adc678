// The one symbol a plugin file exports.
#pragma once

#include "host.h"

NEB_EXTERN_C_BEGIN

typedef struct neb_entry {
   uint32_t size;
   uint32_t abi_major; // NEB_ABI_MAJOR the plugin was built with
   uint32_t abi_minor; // the lowest minor of the host it can work with
   uint32_t count;     // plugins in this file, at least 1
   const char *id;     // of the file; equals the manifest's
   const char *version; // equals the manifest's

   // Makes an instance of plugin `index`. Allocates only: no thread, no I/O, no service. Returns NULL and fills `err` on
   // failure. `host` stays valid until the instance's `destroy` returned. May be called several times, for several instances:
   // keep everything in the instance's ctx, nothing in static variables.
   // [main]
   const neb_plugin *(*create)(const neb_host *host, uint32_t index, neb_error *err);
} neb_entry;

NEB_EXTERN_C_END

// Defined by the plugin. Returns the entry for a host of this version, or NULL when the file has none for that major. The
// answer is static and may depend on the major, so that one file can serve several.
// [main]
NEB_EXPORT const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t host_minor);
