// A fixture that offers a CPU backend for the algorithm of algorithm.c, which the test gives it with --with.
#include "backend_session.h"
#include "base.h"

neb_status fixture_provide(const neb_host *host, neb_error *err) {
   const char *properties = BROKEN(BACKEND_PROPERTIES) ? "device=cpu" : "algorithm=fixture,device=cpu,kind=scalar";
   return host->provide(host, NEB_SVC_POW_BACKEND, fixture_backend.name, properties, &fixture_backend, err);
}
