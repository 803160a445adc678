// What a fixture takes from its host and gives back, with the faults of doing it wrongly.
#include "base.h"

#include <nebula/ext/clock.h>
#include <nebula/ext/events.h>
#include <nebula/ext/executor.h>
#include <nebula/ext/health.h>
#include <nebula/ext/kv.h>
#include <nebula/ext/metrics.h>
#include <nebula/ext/services.h>
#include <nebula/svc/pow-algorithm.h>

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

// Used by the fixture that uses everything, and by the one that does it wrongly.
#define USES(fault) (BROKEN(USES_HOST) || BROKEN(fault))

static volatile uint64_t touched;

static neb_str str(const char *text) {
   return (neb_str){text, strlen(text)};
}

static const void *extension(const neb_host *host, const char *id) {
   return host->get_extension(host, id);
}

// Runs `body(user)` on another thread, to its end.
static void elsewhere(void *(*body)(void *user), void *user) {
   pthread_t thread;
   if (pthread_create(&thread, NULL, body, user) == 0) {
      pthread_join(thread, NULL);
   }
}

static neb_slot *slot; // of the last instance; NULL: nothing was found

void fixture_use_in_init(const neb_host *host) {
   const neb_ext_services *services = extension(host, NEB_EXT_SERVICES);
   slot = NULL;
   if (services != NULL && (USES(CONTRACT_GUARDS) || BROKEN(READS_ALIASES))) {
      neb_slot *found = NULL;
      if (services->find(host, str(NEB_SVC_POW_ALGORITHM), str("name=fixture"), &found, NULL) == NEB_OK) {
         slot = found;
      }
   }
}

static void use_service(const neb_host *host) {
   static neb_guard guard;
   const neb_ext_services *services = extension(host, NEB_EXT_SERVICES);
   const neb_pow_algorithm *algorithm = services != NULL && slot != NULL ? services->enter(slot, &guard) : NULL;
   if (algorithm == NULL) {
      return;
   }
   if (BROKEN(READS_ALIASES) || NEB_HAS(algorithm, neb_pow_algorithm, aliases)) {
      touched = (uintptr_t)algorithm->aliases;
   }
   if (!BROKEN(CONTRACT_GUARDS)) {
      services->leave(&guard);
   }
}

static void ignore_service(void *user, neb_str name, neb_str properties) {
   (void)user, (void)name, (void)properties;
}

static void *list_services(void *user) {
   const neb_host *host = user;
   const neb_ext_services *services = extension(host, NEB_EXT_SERVICES);
   if (services != NULL) {
      (void)services->list(host, str(NEB_SVC_POW_ALGORITHM), ignore_service, NULL);
   }
   return NULL;
}

static void use_clock(const neb_host *host) {
   const neb_ext_clock *clock = extension(host, NEB_EXT_CLOCK);
   const neb_host copy = *host;
   if (clock != NULL) {
      touched = clock->monotonic_ns(BROKEN(CONTRACT_RECORD) ? &copy : host);
   }
}

typedef struct reading {
   const neb_ext_kv *kv;
   neb_kv_txn *txn;
} reading;

static void *read_elsewhere(void *user) {
   const reading *r = user;
   const neb_bytes key = {(const uint8_t *)"key", 3};
   neb_bytes value;
   (void)r->kv->get(r->txn, 0, key, &value);
   return NULL;
}

static void use_store(const neb_host *host) {
   const neb_ext_kv *kv = extension(host, NEB_EXT_KV);
   const neb_str tables[1] = {str("things")};
   reading r = {kv, NULL};
   if (kv == NULL || kv->open(host, 1, tables, 1, NULL, NULL, NULL) != NEB_OK ||
       kv->begin(host, NEB_KV_READ, &r.txn, NULL) != NEB_OK) {
      return;
   }
   if (BROKEN(CONTRACT_KV_THREAD)) {
      elsewhere(read_elsewhere, &r);
   } else {
      (void)read_elsewhere(&r);
   }
   if (!BROKEN(CONTRACT_KV_ENDED)) {
      kv->abort(r.txn);
   }
}

// A transaction that is ended, and looked at once more. The host of a node would crash; one that watches does not.
static void use_ended_transaction(const neb_host *host) {
   const neb_ext_kv *kv = extension(host, NEB_EXT_KV);
   neb_kv_txn *txn = NULL;
   const neb_str tables[1] = {str("things")};
   if (kv != NULL && kv->open(host, 1, tables, 1, NULL, NULL, NULL) == NEB_OK &&
       kv->begin(host, NEB_KV_WRITE, &txn, NULL) == NEB_OK) {
      (void)kv->commit(txn, NULL);
      (void)kv->put(NULL, 0, (neb_bytes){(const uint8_t *)"key", 3}, (neb_bytes){NULL, 0});
   }
}

static void use_events(const neb_host *host) {
   const neb_ext_events *events = extension(host, NEB_EXT_EVENTS);
   neb_event *event = NULL;
   uint8_t *buffer = NULL;
   if (events == NULL) {
      return;
   }
   const neb_status loaned = events->loan(host, str("fixture.started"), 2, &event, &buffer);
   if (loaned != NEB_OK && !BROKEN(LOAN_UNCHECKED)) {
      return;
   }
   memcpy(buffer, "{}", 2);
   events->retain(event);
   if (BROKEN(CONTRACT_LOANS)) {
      events->release(event);
      return;
   }
   (void)events->publish(host, event);
   if (!BROKEN(CONTRACT_REFERENCES)) {
      events->release(event);
   }
}

static void do_nothing(void *user) {
   (void)user;
}

static void use_timer(const neb_host *host) {
   const neb_ext_executor *executor = extension(host, NEB_EXT_EXECUTOR);
   neb_timer *timer = NULL;
   if (executor != NULL && executor->after(host, 1000, do_nothing, NULL, &timer) == NEB_OK &&
       !BROKEN(CONTRACT_TIMERS)) {
      (void)executor->cancel(host, timer);
   }
}

static void tell(const neb_host *host) {
   const neb_ext_health *health = extension(host, NEB_EXT_HEALTH);
   const neb_ext_metrics *metrics = extension(host, NEB_EXT_METRICS);
   if (health != NULL && USES(CONTRACT_HEALTH)) {
      (void)health->report(host, BROKEN(CONTRACT_HEALTH) ? 9 : NEB_HEALTH_OK, str("fixture"), str("fine, thanks"));
   }
   if (metrics != NULL && USES(CONTRACT_METRICS)) {
      const char *name = BROKEN(CONTRACT_METRICS) ? "Bad-Name" : "fixture_starts";
      neb_cell_add(metrics->cell(host, NEB_METRIC_COUNTER, str(name), str("Starts"), str(""), 1), 1);
   }
   if (USES(CONTRACT_LOG)) {
      host->log(host, BROKEN(CONTRACT_LOG) ? 9 : NEB_LOG_DEBUG, str("started"));
   }
}

void fixture_use_in_start(const neb_host *host) {
   use_service(host);
   if (BROKEN(CONTRACT_THREAD)) {
      elsewhere(list_services, (void *)(uintptr_t)host);
   } else if (BROKEN(USES_HOST)) {
      (void)list_services((void *)(uintptr_t)host);
   }
   if (USES(CONTRACT_RECORD)) {
      use_clock(host);
   }
   if (USES(CONTRACT_KV_THREAD) || BROKEN(CONTRACT_KV_ENDED)) {
      use_store(host);
   }
   if (BROKEN(CONTRACT_KV_GONE)) {
      use_ended_transaction(host);
   }
   if (USES(LOAN_UNCHECKED) || BROKEN(CONTRACT_LOANS) || BROKEN(CONTRACT_REFERENCES)) {
      use_events(host);
   }
   if (USES(CONTRACT_TIMERS)) {
      use_timer(host);
   }
   tell(host);
}
