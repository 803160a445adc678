#include "routes.h"

#include "documents.h"
#include "queries.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::chain {
namespace {

using boost::json::object;

/// The HTTP status of a failure, and its name for problem+json.
std::pair<unsigned, const char *> http_status(Fault fault) {
   switch (fault) {
   case Fault::missing:
      return {404, "Not Found"};
   case Fault::duplicate:
   case Fault::too_late:
   case Fault::unknown_parent:
      return {409, "Conflict"};
   case Fault::full:
   case Fault::unavailable:
      return {503, "Service Unavailable"};
   case Fault::storage:
      return {500, "Internal Server Error"};
   case Fault::invalid:
   case Fault::low:
      break;
   }
   return {400, "Bad Request"};
}

Result<std::string> text_of(Result<object> document) {
   if (!document)
      return document.error();
   return boost::json::serialize(*document);
}

} // namespace

const Routes::Route Routes::k_routes[7] = {
   {"GET", "/api/v1/chain/status", "Tip, supply, difficulties and mempool of the chain", &Routes::status, 200},
   {"GET", "/api/v1/chain/blocks", "The last 20 blocks", &Routes::blocks, 200},
   {"GET", "/api/v1/chain/blocks/{id}", "A block by id or height", &Routes::block, 200},
   {"GET", "/api/v1/chain/transactions/{id}", "A transaction by id", &Routes::transaction, 200},
   {"GET", "/api/v1/chain/accounts/{address}", "Balance and nonce of an address", &Routes::account, 200},
   {"GET", "/api/v1/chain/mempool", "Transfers that wait for a block", &Routes::mempool, 200},
   {"POST", "/api/v1/chain/transactions", "Send a signed transfer: {\"transaction\": hex}", &Routes::send, 202},
};

Routes::Routes(Host host, Clock clock)
   : clock_(clock), log_(host), slot_(Services(host).find_optional<neb_http>(NEB_SVC_HTTP, "")) {}

void Routes::start(Node &node) {
   node_ = &node;
   add_all();
   slot_.watch([this](std::uint64_t) { add_all(); });
}

void Routes::add_all() {
   const auto http = slot_.enter();
   if (!http || http.generation() == generation_)
      return;
   generation_ = http.generation();
   for (std::size_t i = 0; i < registered_.size(); ++i) {
      Registered &one = registered_[i];
      one = {this, &k_routes[i], nullptr};
      ErrorRecord record;
      const neb_status status = http->route(http.get(), str(one.route->method), str(one.route->pattern),
                                            str(one.route->summary), &Routes::handle, &one, &one.handle, record.raw());
      if (status != NEB_OK)
         log_.warn("route ", one.route->pattern, " is not served: ", record.text());
   }
}

void Routes::stop() {
   const auto http = slot_.enter();
   if (!http || http.generation() != generation_)
      return;
   for (Registered &one : registered_) {
      if (one.handle != nullptr)
         http->unroute(http.get(), std::exchange(one.handle, nullptr));
   }
}

void Routes::handle(void *user, const neb_http_request *request, neb_http_exchange *exchange) {
   // Without memory even for the answer, the server answers 504 itself.
   (void)guarded(nullptr, [&] { answer_exchange(*static_cast<const Registered *>(user), *request, exchange); });
}

void Routes::answer_exchange(const Registered &registered, const neb_http_request &request,
                             neb_http_exchange *exchange) {
   Routes &self = *registered.owner;
   Result<std::string> answer = Error{Fault::storage, "an unexpected failure"};
   try {
      const std::string_view value = request.path_value_count > 0 ? view(request.path_values[0]) : std::string_view();
      answer = (self.*registered.route->answer)(value, view(request.body));
   } catch (const std::exception &error) {
      answer = Error{Fault::storage, error.what()};
   }
   if (answer)
      return self.respond(exchange, registered.route->status, "application/json", *answer);
   const auto [status, title] = http_status(answer.error().fault);
   const object problem{{"title", title}, {"status", status}, {"detail", answer.error().text}};
   self.respond(exchange, status, "application/problem+json", boost::json::serialize(problem));
}

void Routes::respond(neb_http_exchange *exchange, unsigned status, std::string_view type, std::string_view body) const {
   const auto http = slot_.enter();
   if (!http)
      return;
   neb_http_response response{};
   response.size = sizeof response;
   response.status = status;
   response.content_type = str(type);
   response.body = bytes(body);
   http->respond(http.get(), exchange, &response);
}

Result<std::string> Routes::status(std::string_view, std::string_view) {
   return boost::json::serialize(status_document(node_->network(), *node_->snapshot()));
}

Result<std::string> Routes::blocks(std::string_view, std::string_view) {
   return text_of(query_recent_blocks(*node_));
}

Result<std::string> Routes::block(std::string_view id, std::string_view) {
   return text_of(query_block(*node_, id));
}

Result<std::string> Routes::transaction(std::string_view id, std::string_view) {
   return text_of(query_transaction(*node_, id));
}

Result<std::string> Routes::account(std::string_view address, std::string_view) {
   return text_of(query_account(*node_, address));
}

Result<std::string> Routes::mempool(std::string_view, std::string_view) {
   return boost::json::serialize(mempool_document(*node_));
}

Result<std::string> Routes::send(std::string_view, std::string_view body) {
   boost::json::error_code failed;
   const boost::json::value parsed = boost::json::parse(body, failed);
   const object *members = failed ? nullptr : parsed.if_object();
   const boost::json::value *hex = members == nullptr ? nullptr : members->if_contains("transaction");
   if (hex == nullptr || !hex->is_string())
      return invalid("the body must be {\"transaction\": \"the transfer's encoding in hexadecimal\"}");
   return text_of(send_transaction(*node_, std::string_view(hex->get_string()), clock_.wall_s()));
}

} // namespace nebula::chain
