#pragma once

/// What operators ask about payouts, as documents.

#include "payouts.h"

#include <boost/json/object.hpp>

namespace nebula::chain {

/// The funds, and the batches that are not final.
[[nodiscard]] Result<boost::json::object> payouts_document(Payouts &payouts);
[[nodiscard]] Result<boost::json::object> payout_document(Payouts &payouts, const std::string &key);
/// {"key": ..., "fund": "main" | "bonus", "payments": [{"address": ..., "amount": "1.5"}, ...]}
[[nodiscard]] Result<boost::json::object> pay_request(Payouts &payouts, const boost::json::object &request,
                                                      std::uint64_t now_s);

} // namespace nebula::chain
