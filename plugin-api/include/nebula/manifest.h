// The manifest: JSON in the ELF note section .note.nebula, so that it is read without executing anything and survives strip.
// nebula_add_plugin(... MANIFEST manifest.json) of the CMake package writes it; without CMake, put NEB_MANIFEST("{...}") in one
// source file of the plugin. Its members are documented in docs/writing-a-plugin.md:
//
//   id, version, abi, license, summary        texts; abi is "1.0"
//   status                                    "core" | "supported" | "deprecated"
//   provides   [{"id", "name"?, "aliases"?}]  services it will provide; aliases (since 1.1) are an algorithm's further names,
//                                             by which commands find the plugin without loading it
//   requires   [{"id", "optional"?, "instance_from"?}]
//                                             services it will look for; instance_from is the dotted configuration key that
//                                             holds the name (or names) of the providing instances
//   commands   [{"name", "summary", "runs"?}] command-line commands it answers (svc/command.h): one word or two ("bench pool").
//                                             `runs`: "configured" (as node.yaml enables it; when absent), "alone" (with its
//                                             defaults), "with-algorithms" (beside all algorithms at hand, after init)
//   config     {...}                          JSON Schema of its `config` in node.yaml
//
// A file with several plugins holds a JSON array, in the order of `index`.
#pragma once

#include "abi.h"

#define NEB_MANIFEST_SECTION ".note.nebula"
#define NEB_MANIFEST_NOTE_NAME "Nebula" // with its NUL: 7 bytes, padded to 8
#define NEB_MANIFEST_NOTE_TYPE 1u
#define NEB_MANIFEST_MAX_BYTES 262144u // a host refuses a longer one: 256 KiB is far above any honest schema

// `json` is a string literal.
#define NEB_MANIFEST(json)                                                                                               \
   __attribute__((section(NEB_MANIFEST_SECTION), used, aligned(4))) static const struct {                                \
      uint32_t name_size, text_size, type;                                                                               \
      char name[8];                                                                                                      \
      char text[(sizeof(json) + 3u) & ~(size_t)3u];                                                                      \
   } neb_manifest_note = {7u, (uint32_t)(sizeof(json) - 1u), NEB_MANIFEST_NOTE_TYPE, NEB_MANIFEST_NOTE_NAME, json}
