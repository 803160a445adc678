#include "exchange.h"

#include <nebula/text.hpp>

neb_http_request neb_http_exchange::request() {
   for (const auto &[name, value] : headers) {
      header_views_.push_back({nebula::str(name), nebula::str(value)});
   }
   for (const auto &value : path_values) {
      value_views_.push_back(nebula::str(value));
   }
   neb_http_request request{};
   request.size = sizeof request;
   request.header_count = static_cast<uint32_t>(header_views_.size());
   request.method = nebula::str(method);
   request.path = nebula::str(path);
   request.query = nebula::str(query);
   request.body = nebula::bytes(body);
   request.headers = header_views_.data();
   request.path_values = value_views_.data();
   request.path_value_count = static_cast<uint32_t>(value_views_.size());
   request.remote = nebula::str(remote);
   request.id = nebula::str(id);
   return request;
}

void neb_http_exchange::finish(nebula::gateway::Response response) {
   std::function<void(nebula::gateway::Response)> once;
   {
      const std::lock_guard lock(mutex_);
      once = std::exchange(answer, nullptr);
   }
   if (once) {
      once(std::move(response));
   }
}

void neb_http_exchange::abandon() {
   const std::lock_guard lock(mutex_);
   answer = nullptr;
}

void neb_http_exchange::release() {
   if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete this;
   }
}
