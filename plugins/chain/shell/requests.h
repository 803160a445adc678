#pragma once

/// What the running node answers to `nebula ctl` and to the commands of this plugin.
///
///    status · block {id} · transaction {id} · account {address} · mempool · send {transaction}
///    payouts · payout {key} · pay {key, fund, payments}
///    verify {proofs} · export {path} · job          the first two start a job, the last one tells how it goes

#include "job.h"
#include "node.h"
#include "payouts.h"

#include <nebula/clock.hpp>

namespace nebula::chain {

class Requests {
public:
   /// All must outlive it.
   Requests(Node &node, Payouts &payouts, const PowHasher &hasher, Clock clock, Job &job)
      : node_(node), payouts_(payouts), hasher_(hasher), clock_(clock), job_(job) {}

   /// Fault::missing: unknown method. [thread-safe]
   [[nodiscard]] Result<boost::json::object> answer(std::string_view method, std::string_view params_json);

private:
   [[nodiscard]] Result<boost::json::object> start_verify(bool proofs);
   [[nodiscard]] Result<boost::json::object> start_export(const std::string &path);

   Node &node_;
   Payouts &payouts_;
   const PowHasher &hasher_;
   Clock clock_;
   Job &job_;
};

} // namespace nebula::chain
