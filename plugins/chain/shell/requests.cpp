#include "requests.h"

#include "documents.h"
#include "export.h"
#include "payout_requests.h"
#include "queries.h"

#include "core/verify.h"

#include <boost/json/parse.hpp>

namespace nebula::chain {
namespace {

using boost::json::object;

/// The member as a text; a number is taken as its digits, so that a height needs no quotes.
Result<std::string> text_param(const object &params, std::string_view name) {
   const boost::json::value *found = params.if_contains(name);
   if (found != nullptr && found->is_string())
      return std::string(found->get_string());
   if (found != nullptr && found->is_int64() && found->get_int64() >= 0)
      return std::to_string(found->get_int64());
   return invalid("the request needs a member \"" + std::string(name) + "\"");
}

template <class Query>
Result<object> with_text(const object &params, std::string_view name, const Query &query) {
   auto text = text_param(params, name);
   if (!text)
      return text.error();
   return query(*text);
}

} // namespace

Result<object> Requests::answer(std::string_view method, std::string_view params_json) {
   boost::json::error_code failed;
   const boost::json::value parsed = boost::json::parse(params_json.empty() ? "{}" : params_json, failed);
   if (failed || !parsed.is_object())
      return invalid("the request's parameters must be a JSON object");
   const object &params = parsed.get_object();
   if (method == "status")
      return status_document(node_.network(), *node_.snapshot());
   if (method == "mempool")
      return mempool_document(node_);
   if (method == "job")
      return job_.status();
   if (method == "block")
      return with_text(params, "id", [this](const std::string &id) { return query_block(node_, id); });
   if (method == "transaction")
      return with_text(params, "id", [this](const std::string &id) { return query_transaction(node_, id); });
   if (method == "account")
      return with_text(params, "address", [this](const std::string &text) { return query_account(node_, text); });
   if (method == "send")
      return with_text(params, "transaction",
                       [this](const std::string &hex) { return send_transaction(node_, hex, clock_.wall_s()); });
   if (method == "payouts")
      return payouts_document(payouts_);
   if (method == "payout")
      return with_text(params, "key", [this](const std::string &key) { return payout_document(payouts_, key); });
   if (method == "pay")
      return pay_request(payouts_, params, clock_.wall_s());
   if (method == "export")
      return with_text(params, "path", [this](const std::string &path) { return start_export(path); });
   if (method == "verify") {
      const boost::json::value *proofs = params.if_contains("proofs");
      return start_verify(proofs != nullptr && proofs->is_bool() && proofs->get_bool());
   }
   return Error{
      Fault::missing,
      "the chain has no method " + std::string(method) +
         "; it has status, block, transaction, account, mempool, send, payouts, payout, pay, verify, export and "
         "job"};
}

Result<object> Requests::start_verify(bool proofs) {
   auto started = job_.start("verify", [this, proofs](const Job::Progress &progress) -> Result<object> {
      auto report = verify_chain(node_.store(), node_.network(), {proofs ? &hasher_ : nullptr, progress});
      if (!report)
         return report.error();
      return object{{"blocks", report->blocks},
                    {"transactions", report->transactions},
                    {"accounts", report->accounts},
                    {"proofs_checked", report->proofs_checked}};
   });
   if (!started)
      return started.error();
   return object{{"state", "running"}};
}

Result<object> Requests::start_export(const std::string &path) {
   if (!path.starts_with('/'))
      return invalid("\"path\" must be absolute");
   auto started = job_.start("export", [this, path](const Job::Progress &progress) -> Result<object> {
      auto report = export_chain(node_.store(), node_.network(), path, progress);
      if (!report)
         return report.error();
      return object{{"blocks", report->blocks}, {"bytes", report->bytes}};
   });
   if (!started)
      return started.error();
   return object{{"state", "running"}};
}

} // namespace nebula::chain
