#pragma once

/// The batches of payments in the instance's nebula.kv/1.

#include "core/payout_batch.h"

#include <nebula/kv.hpp>

namespace nebula::monero {

class KvPayoutStore final : public PayoutStore {
public:
   explicit KvPayoutStore(Host host) : kv_(host) {}

   /// Once, before anything else, and before the instance runs.
   void open();

   void put(const PayoutBatch &batch, const std::string *signed_metadata) override;
   void close(const PayoutBatch &batch) override;
   [[nodiscard]] std::optional<PayoutBatch> find(std::string_view key) override;
   [[nodiscard]] std::vector<PayoutBatch> open_batches() override;
   [[nodiscard]] std::string metadata(const Hash &id) override;

private:
   Kv kv_;
};

} // namespace nebula::monero
