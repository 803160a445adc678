// nebula.http/1: routes that plugins add to the node's HTTP server (provided by the gateway).
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_HTTP "nebula.http/1"

typedef struct neb_http neb_http;
typedef struct neb_http_route neb_http_route;
typedef struct neb_http_exchange neb_http_exchange;

typedef struct neb_http_header {
   neb_str name; // lower case in requests
   neb_str value;
} neb_http_header;

// A parsed request, within the server's limits. Everything is borrowed until the exchange is answered.
typedef struct neb_http_request {
   uint32_t size;
   uint32_t header_count;
   neb_str method; // "GET"
   neb_str path;   // decoded, without the query
   neb_str query;  // raw, without '?'
   neb_bytes body;
   const neb_http_header *headers;
   const neb_str *path_values; // what the {names} of the route's pattern matched, in order
   uint32_t path_value_count;
   uint32_t reserved;
   neb_str remote; // "127.0.0.1:40312"
   neb_str id;     // request id, for logs
} neb_http_request;

// Borrowed until `respond` returns. An error is best answered as application/problem+json.
typedef struct neb_http_response {
   uint32_t size;
   uint32_t status; // 200, ...
   neb_str content_type;
   neb_bytes body;
   const neb_http_header *headers; // further ones
   uint32_t header_count;
   uint32_t reserved;
} neb_http_response;

// Called on the server's thread: answer at once when that takes under a millisecond, else keep `exchange` and answer later
// from any thread. Every exchange must be answered exactly once; after 30 s the server answers 504 itself (then `respond` is
// harmless).
typedef void (*neb_http_handler)(void *user, const neb_http_request *request, neb_http_exchange *exchange);

struct neb_http {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // Adds a route such as GET "/api/v1/chain/blocks/{id}". `method` NULL-length: GET. The summary goes to the API's index.
   // NEB_E_EXISTS: taken by another route.
   // [thread-safe]
   neb_status (*route)(const neb_http *self, neb_str method, neb_str pattern, neb_str summary, neb_http_handler handler,
                       void *user, neb_http_route **out, neb_error *err);

   // When it returns the handler does not run and will not. Exchanges it kept must still be answered. Not from the handler.
   // [thread-safe]
   void (*unroute)(const neb_http *self, neb_http_route *route);

   // [thread-safe]
   void (*respond)(const neb_http *self, neb_http_exchange *exchange, const neb_http_response *response);
};

NEB_EXTERN_C_END
