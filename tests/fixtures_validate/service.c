// A fixture that offers a service of its own kind.
#include "base.h"

typedef struct fixture_service {
   uint32_t size;
   uint32_t answer;
} fixture_service;

neb_status fixture_provide(const neb_host *host, neb_error *err) {
   static const fixture_service service = {sizeof(fixture_service), 42};
   return host->provide(host, "com.example.fixture/1", NULL, NULL, &service, err);
}
