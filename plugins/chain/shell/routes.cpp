#include "routes.h"

#include "documents.h"
#include "queries.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::chain {
namespace {

using boost::json::object;

unsigned http_status(Fault fault) {
   switch (fault) {
   case Fault::missing:
      return 404;
   case Fault::duplicate:
   case Fault::too_late:
   case Fault::unknown_parent:
      return 409;
   case Fault::full:
   case Fault::unavailable:
      return 503;
   case Fault::storage:
      return 500;
   case Fault::invalid:
   case Fault::low:
      break;
   }
   return 400;
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

Routes::Routes(Host host, Clock clock) : clock_(clock), http_(host) {
   for (const Route &route : k_routes)
      http_.add(
         route.method, route.pattern, route.summary,
         [this, &route](const HttpRequest &request, HttpExchange &exchange) { answer(route, request, exchange); });
}

void Routes::start(Node &node) {
   node_ = &node;
   http_.start();
}

void Routes::answer(const Route &route, const HttpRequest &request, HttpExchange &exchange) {
   const auto answer = (this->*route.answer)(request.value(), request.body());
   if (answer)
      exchange.json(*answer, route.status);
   else
      exchange.problem(http_status(answer.error().fault), answer.error().text);
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
