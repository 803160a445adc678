// What every fixture shares: a complete plugin, except for the one fault it is built with.
#pragma once

#include "faults.h"

#include <nebula/entry.h>

// Provides what the fixture has to offer; the other source file of a fixture defines it.
neb_status fixture_provide(const neb_host *host, neb_error *err);

// Writes a failure, as a plugin should. Returns `status`.
neb_status fixture_fail(neb_error *err, neb_status status, const char *text);

// What stands behind a record that ends at `end`: a member that its header had in a later release. No sanitizer watches
// this read, as none watches a plugin that was built without: only the end of readable memory tells that it is too far.
int fixture_read_behind(const void *end);

// Uses of the host's extensions, and their faults: in init and in start. What a host lacks is not used.
void fixture_use_in_init(const neb_host *host);
void fixture_use_in_start(const neb_host *host);

// A thread that sleeps until fixture_join_thread, or for ever.
void fixture_start_thread(void);
void fixture_join_thread(void);
