#pragma once

/// The accounts' store on the host's nebula.kv/1, and their log beside it.

#include "share_log.h"

#include "accounts/store.h"

#include <nebula/kv.hpp>

namespace nebula::pool {

class LedgerStore final : public accounts::Store {
public:
   explicit LedgerStore(Host host) : host_(host), kv_(host) {}

   /// [main & (created|ready)] With a log when the instance has a folder.
   void open();

   [[nodiscard]] std::unique_ptr<accounts::Transaction> read() const override;
   [[nodiscard]] std::unique_ptr<accounts::Transaction> write() override;
   [[nodiscard]] accounts::Log *log() override { return log_ ? &*log_ : nullptr; }

private:
   Host host_;
   Kv kv_;
   std::optional<ShareLog> log_;
};

} // namespace nebula::pool
