#pragma once

#include "core/router.h"

#include <nebula/node.hpp>

#include <memory>
#include <vector>

namespace nebula::gateway {

// The routes that show the node itself: /livez, /readyz, /healthz, /metrics, /api/v1/status, and the index /api/v1.
class NodeRoutes {
public:
   NodeRoutes(Node node, std::shared_ptr<Router> router);
   ~NodeRoutes();
   NodeRoutes(const NodeRoutes &) = delete;
   NodeRoutes &operator=(const NodeRoutes &) = delete;

private:
   struct Entry;
   void add(const char *pattern, const char *summary, const char *document, const char *content_type);
   static void show_document(void *user, const neb_http_request *request, neb_http_exchange *exchange);
   static void show_index(void *user, const neb_http_request *request, neb_http_exchange *exchange);

   Node node_;
   std::shared_ptr<Router> router_;
   std::vector<std::unique_ptr<Entry>> entries_;
};

} // namespace nebula::gateway
