// What the host gives each plugin instance: a log, extensions by id, and a way to provide services.
#pragma once

#include "plugin.h"

NEB_EXTERN_C_BEGIN

// Log levels, as in *log_level.
enum { NEB_LOG_TRACE = 0, NEB_LOG_DEBUG = 1, NEB_LOG_INFO = 2, NEB_LOG_WARN = 3, NEB_LOG_ERROR = 4, NEB_LOG_OFF = 5 };

typedef struct neb_host neb_host;

// One per plugin instance, so the host knows who calls. The host owns it; it is valid from `create` until `destroy` returns.
struct neb_host {
   uint32_t size;
   uint32_t abi_minor; // the host's; the major was agreed in nebula_plugin_entry
   void *ctx;
   const char *name;     // "nebula"
   const char *version;  // of the host, "0.1.0"
   const char *instance; // this instance's name in node.yaml (`as`, else the plugin id)

   // The lowest level that is logged for this instance now. It changes live: read it (one relaxed load) before building a text.
   const uint32_t *log_level;

   // Writes one line. Bytes that are not UTF-8, line breaks and control characters are escaped; a line over 4 KiB is cut; more
   // than 200 lines a second of one instance are counted instead of written.
   // [thread-safe]
   void (*log)(const neb_host *self, uint32_t level, neb_str text);

   // The table of a host extension such as NEB_EXT_KV, or NULL when this host does not have it: a plugin that can live
   // without it must. Valid as long as the host record.
   // [thread-safe]
   const void *(*get_extension)(const neb_host *self, const char *id);

   // Offers a service. `id` names the contract ("nebula.work.source/1"), `name` the service among its kind (NULL: the instance
   // name), `properties` what selection can use: "device=cpu,simd=avx2" (NULL: none). The host adds name=, plugin= and
   // instance=. The host copies the table at `iface`; what it points to stays the plugin's until `destroy`.
   // NEB_E_EXISTS: this instance already provides that id and name. NEB_E_INVALID: malformed id or properties.
   // [main & in init]
   neb_status (*provide)(const neb_host *self, const char *id, const char *name, const char *properties, const void *iface,
                         neb_error *err);
};

NEB_EXTERN_C_END
