#pragma once

// One request on its way through a plugin. It owns the request, so that what the plugin borrowed stays valid until it
// answers, also when the server gave up waiting.

#include <nebula/svc/http.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace nebula::gateway {

struct Response {
   unsigned status = 200;
   std::string content_type = "application/json";
   std::string body;
   std::vector<std::pair<std::string, std::string>> headers;
};

} // namespace nebula::gateway

// Shared by the server and the plugin; each lets go of it once.
struct neb_http_exchange {
   std::string method;
   std::string path;
   std::string query;
   std::string body;
   std::string remote;
   std::string id;
   std::vector<std::pair<std::string, std::string>> headers;
   std::vector<std::string> path_values;

   // Called with the answer, on the answering thread, at most once.
   std::function<void(nebula::gateway::Response)> answer;

   // Views for the handler, valid as long as the exchange.
   [[nodiscard]] neb_http_request request();

   // The first answer counts; later ones are dropped.
   void finish(nebula::gateway::Response response);
   // The server no longer waits: an answer is dropped from now on.
   void abandon();

   void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
   void release();

private:
   std::mutex mutex_;
   std::atomic<int> references_{1};
   std::vector<neb_http_header> header_views_;
   std::vector<neb_str> value_views_;
};
