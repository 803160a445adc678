// nebula.command/1: commands a plugin adds to the `nebula` program, and requests it answers inside the running node.
// Offered through neb_plugin.get_extension, and named in the manifest's `commands`.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_COMMAND "nebula.command/1"

// What a command may use of the terminal and of the running node. The host owns it; valid during `run`.
typedef struct neb_command_io neb_command_io;
struct neb_command_io {
   uint32_t size;
   uint32_t flags;
   void *ctx;
   neb_str config_file; // path of node.yaml, or empty for the embedded default

   // [main]
   void (*out)(const neb_command_io *self, neb_str text);
   // [main]
   void (*err)(const neb_command_io *self, neb_str text);

   // Asks for a secret on the terminal without echo; NEB_E_STATE when there is no terminal. `*length` in: capacity, out: bytes.
   // [main]
   neb_status (*read_secret)(const neb_command_io *self, neb_str prompt, char *buffer, uint64_t *length);

   // Sends a request to an instance of the running node over its control socket; the answer comes through `write`.
   // NEB_E_NOT_FOUND: no node runs on this data folder (text says which socket was tried).
   // [main]
   neb_status (*request)(const neb_command_io *self, neb_str instance, neb_str method, neb_str params_json,
                         neb_write_fn write, void *user, neb_error *err);
};

typedef struct neb_command neb_command;
struct neb_command {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // Runs `nebula NAME ...`: argv[0] is NAME. The instance was created with its configuration but not started, in the process
   // of the command. *exit_code follows docs/operating.md (0, 64 usage, 69 unavailable, ...). Optional.
   // [main & created]
   neb_status (*run)(const neb_command *self, const neb_str *argv, uint32_t argc, const neb_command_io *io,
                     int32_t *exit_code);

   // Answers a request inside the running node with one JSON document. Methods named in docs: every miner or server answers
   // what it can of "hashrate", "results", "connections", "workers", "pause", "resume" (the terminal's hot keys; the document
   // then has a member "text" for people). NEB_E_NOT_FOUND: unknown method. Optional.
   // [thread-safe]
   neb_status (*answer)(const neb_command *self, neb_str method, neb_str params_json, neb_write_fn write, void *user,
                        neb_error *err);
};

NEB_EXTERN_C_END
