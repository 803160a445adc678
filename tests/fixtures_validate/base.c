// Loading, the entry and the life cycle, with their faults.
#include "base.h"

#include <nebula/ext/clock.h>
#include <nebula/ext/config.h>
#include <nebula/ext/health.h>
#include <nebula/svc/status.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define UNDECLARED "com.example.undeclared/1"

enum { CREATED, READY, RUNNING, DRAINING, STOPPED };

typedef struct instance {
   neb_plugin table;
   neb_status_view status;
   const neb_host *host;
   int state;
   int *made_in_init;
   int broken; // by a change that was refused
} instance;

static volatile int touched; // by code that is about to crash

void missing_function(void); // nobody has it

__attribute__((constructor)) static void on_load(void) {
#if FAULT_MISSING_LIBRARY
   missing_function();
#endif
   if (BROKEN(LOAD_THREAD)) {
      fixture_start_thread();
   }
   if (BROKEN(LOAD_SIGNAL)) {
      signal(SIGTERM, SIG_IGN);
   }
}

neb_status fixture_fail(neb_error *err, neb_status status, const char *text) {
   if (err == NULL && !BROKEN(NULL_ERROR)) {
      return status;
   }
   err->code = status;
   const size_t head = offsetof(neb_error, text);
   const size_t room = BROKEN(ERROR_ROOM) ? sizeof err->text : err->size - head;
   memset(err->text, 0, room);
   memcpy(err->text, text, strlen(text) < room ? strlen(text) : room - 1);
   return status;
}

__attribute__((noinline, no_sanitize_address)) int fixture_read_behind(const void *end) {
   return *(const volatile int *)end;
}

static neb_status move(const neb_plugin *self, int from, int to) {
   instance *p = self->ctx;
   if (p->state != from) {
      return NEB_E_STATE;
   }
   p->state = to;
   return NEB_OK;
}

static int64_t limit_in(const neb_host *host, const neb_config *config) {
   int64_t limit = 0;
   const neb_ext_config *table = host->get_extension(host, NEB_EXT_CONFIG);
   if (table != NULL) {
      const neb_str name = {"limit", 5};
      (void)table->as_i64(table->at(config != NULL ? config : table->root(host), name), &limit);
   }
   return limit;
}

// The faults that depend on the configuration.
static neb_status read_config(const neb_host *host, neb_error *err) {
   if (FAULT < READS_LIMIT || FAULT > FUZZ_CONFIG) {
      return NEB_OK; // it has no configuration
   }
   const int64_t limit = limit_in(host, NULL);
   if (BROKEN(CONFIG_EDGE) && limit == 100) {
      return fixture_fail(err, NEB_E_CONFIG, "no");
   }
   const neb_ext_config *table = host->get_extension(host, NEB_EXT_CONFIG);
   if ((BROKEN(CONFIG_EMPTY) && table != NULL && limit == 0) || (BROKEN(FUZZ_CONFIG) && limit > 30 && limit < 60)) {
      abort();
   }
   if (BROKEN(CONFIG_UNDOCUMENTED) && table != NULL) {
      const neb_str name = {"limits", 6};
      touched = table->at(table->root(host), name) != NULL;
   }
   return NEB_OK;
}

// The faults that depend on what the host has and how large it is.
static neb_status look_at_host(const neb_host *host, neb_error *err) {
   const neb_ext_clock *clock = host->get_extension(host, NEB_EXT_CLOCK);
   if (BROKEN(EXACT_RECORD) && host->size != sizeof *host) {
      return fixture_fail(err, NEB_E_UNSUPPORTED, "this host has another size");
   }
   if (BROKEN(UNSAID_EXTENSION) && clock == NULL) {
      return NEB_E_UNSUPPORTED;
   }
   if (BROKEN(ALL_EXTENSIONS_OR_NONE) && clock != NULL && host->get_extension(host, NEB_EXT_HEALTH) == NULL) {
      abort();
   }
   if (BROKEN(READS_PAST_HOST)) {
      touched = fixture_read_behind(host + 1);
   }
   if (BROKEN(READS_PAST_CLOCK) && clock != NULL) {
      touched = fixture_read_behind(clock + 1);
   }
   return NEB_OK;
}

static neb_status init(const neb_plugin *self, neb_error *err) {
   instance *p = self->ctx;
   const neb_status status = move(self, CREATED, READY);
   if (status != NEB_OK || BROKEN(INIT_FAILS)) {
      return fixture_fail(err, status != NEB_OK ? status : (neb_status)NEB_E_FAIL, "init does not like this host");
   }
   p->made_in_init = calloc(1, sizeof *p->made_in_init);
   if (BROKEN(INIT_THREAD)) {
      fixture_start_thread();
   }
   const neb_ext_clock *clock = p->host->get_extension(p->host, NEB_EXT_CLOCK);
   if (clock != NULL || BROKEN(NEEDS_EXTENSION)) {
      touched = (int)clock->monotonic_ns(p->host);
   }
   if (BROKEN(UNDECLARED_SERVICE)) {
      (void)p->host->provide(p->host, UNDECLARED, NULL, NULL, &p->status, NULL);
   }
   fixture_use_in_init(p->host);
   const neb_status fits = look_at_host(p->host, err);
   const neb_status configured = fits == NEB_OK ? read_config(p->host, err) : fits;
   if (configured != NEB_OK) {
      return configured;
   }
   const neb_status provided = fixture_provide(p->host, err);
   const int unknown = provided < NEB_E_DEVICE;
   return BROKEN(IGNORES_REFUSAL) || (BROKEN(REFUSALS_IT_KNOWS) && unknown) ? (neb_status)NEB_OK : provided;
}

static neb_status start(const neb_plugin *self, neb_error *err) {
   instance *p = self->ctx;
   static int running;
   if (BROKEN(START_BEFORE_INIT)) {
      touched = *p->made_in_init;
   }
   const neb_status status = move(self, READY, RUNNING);
   if (status != NEB_OK || BROKEN(START_FAILS) || (BROKEN(STATIC_STATE) && running++ > 0)) {
      return fixture_fail(err, status != NEB_OK ? status : (neb_status)NEB_E_FAIL, "start does not want to");
   }
   if (BROKEN(START_NEEDS_EXTENSION)) {
      const neb_ext_clock *clock = p->host->get_extension(p->host, NEB_EXT_CLOCK);
      touched = (int)clock->monotonic_ns(p->host);
   }
   if (BROKEN(LEVELS_IT_KNOWS) && *p->host->log_level > NEB_LOG_OFF) {
      p->state = READY;
      return fixture_fail(err, NEB_E_FAIL, "there is no such log level");
   }
   fixture_use_in_start(p->host);
   if (BROKEN(STOP_LEAVES_THREAD)) {
      fixture_start_thread();
   }
   if (BROKEN(START_SIGNAL)) {
      signal(SIGTERM, SIG_IGN);
   }
   if (BROKEN(PROVIDE_IN_START)) {
      (void)p->host->provide(p->host, UNDECLARED, NULL, NULL, &p->status, NULL);
   }
   return NEB_OK;
}

static neb_status drain(const neb_plugin *self, uint64_t deadline_ns) {
   (void)deadline_ns;
   if (BROKEN(FUZZ_LIFE) && ((instance *)self->ctx)->state == DRAINING) {
      abort();
   }
   const neb_status status = move(self, RUNNING, DRAINING);
   return BROKEN(DRAIN_FAILS) ? (neb_status)NEB_E_FAIL : status;
}

static neb_status stop(const neb_plugin *self, uint64_t deadline_ns) {
   (void)deadline_ns;
   instance *p = self->ctx;
   if (p->state != RUNNING && p->state != DRAINING) {
      return NEB_E_STATE;
   }
   p->state = STOPPED;
   if (!BROKEN(STOP_LEAVES_THREAD) && !BROKEN(LOAD_THREAD)) {
      fixture_join_thread();
   }
   return BROKEN(STOP_FAILS) ? (neb_status)NEB_E_FAIL : (neb_status)NEB_OK;
}

static void destroy(const neb_plugin *self) {
   instance *p = self->ctx;
   if (BROKEN(DESTROY_EARLY)) {
      touched = *p->made_in_init;
   }
   free(p->made_in_init);
   free(p);
}

static neb_status reconfigure(const neb_plugin *self, const neb_config *config, neb_error *err) {
   instance *p = self->ctx;
   const neb_status status = move(self, RUNNING, RUNNING);
   if (status == NEB_OK && (BROKEN(CHANGE_UNSAID) || BROKEN(CHANGE_BREAKS)) &&
       (p->broken || limit_in(p->host, config) == 100)) {
      p->broken = BROKEN(CHANGE_BREAKS);
      return fixture_fail(err, NEB_E_CONFIG, BROKEN(CHANGE_UNSAID) ? "no" : "limit 100 is too much today");
   }
   return BROKEN(RECONFIGURE_FAILS) ? fixture_fail(err, NEB_E_FAIL, "reconfigure does not want to") : status;
}

static neb_status write_status(const neb_status_view *self, neb_write_fn write, void *user) {
   (void)self;
   const char *text = BROKEN(STATUS_NOT_JSON) ? "fine, thanks" : "{\"summary\": \"fine, thanks\"}";
   write(user, (neb_bytes){(const uint8_t *)text, strlen(text)});
   return NEB_OK;
}

static const void *get_extension(const neb_plugin *self, const char *id) {
   instance *p = self->ctx;
   return strcmp(id, NEB_SVC_STATUS) == 0 || BROKEN(ANY_EXTENSION) ? &p->status : NULL;
}

static const neb_plugin *create(const neb_host *host, uint32_t index, neb_error *err) {
   if ((index > 0 && !BROKEN(ANY_INDEX)) || BROKEN(CREATE_FAILS)) {
      (void)fixture_fail(err, NEB_E_INVALID, "this file has one plugin, number 0");
      return NULL;
   }
   if (BROKEN(CREATE_NEEDS_EXTENSION) && host->get_extension(host, NEB_EXT_CLOCK) == NULL) {
      (void)fixture_fail(err, NEB_E_UNSUPPORTED, "this host has no clock");
      return NULL;
   }
   if (BROKEN(CREATE_THREAD)) {
      fixture_start_thread();
   }
   instance *p = calloc(1, sizeof *p);
   p->host = host;
   p->status = (neb_status_view){.size = sizeof(neb_status_view), .write = write_status};
   p->table = (neb_plugin){.size = sizeof(neb_plugin),
                           .ctx = p,
                           .init = init,
                           .start = start,
                           .drain = drain,
                           .stop = BROKEN(TABLE_WITHOUT_STOP) ? NULL : stop,
                           .destroy = destroy,
                           .reconfigure = reconfigure,
                           .get_extension = get_extension};
   return &p->table;
}

#define ENTRY                                                                                                          \
   {                                                                                                                   \
      BROKEN(ENTRY_SIZE) ? 8 : sizeof(neb_entry), NEB_ABI_MAJOR, BROKEN(ENTRY_ABI) ? 9 : 0,                            \
         BROKEN(ENTRY_COUNT) ? 2 : 1, BROKEN(ENTRY_ID) ? "somebody-else" : NEBULA_PLUGIN_ID,                           \
         BROKEN(ENTRY_VERSION) ? "0.0.0" : NEBULA_PLUGIN_VERSION, create                                               \
   }

#if FAULT_NO_ENTRY
#define nebula_plugin_entry nebula_plugin_door
const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t host_minor);
#endif

const neb_entry *nebula_plugin_entry(uint32_t host_major, uint32_t host_minor) {
   static const neb_entry entries[2] = {ENTRY, ENTRY};
   static int calls;
   if ((BROKEN(ENTRY_NEW_MINOR) && host_minor < NEB_ABI_MINOR) ||
       (BROKEN(ENTRY_THIS_MINOR) && host_minor > NEB_ABI_MINOR)) {
      return NULL;
   }
   if (BROKEN(ENTRY_NULL) || (host_major != NEB_ABI_MAJOR && !BROKEN(ENTRY_ANY_MAJOR))) {
      return NULL;
   }
   return &entries[BROKEN(ENTRY_UNSTABLE) ? calls++ % 2 : 0];
}
