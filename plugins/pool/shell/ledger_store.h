#pragma once

/// The accounts' store on the host's nebula.kv/1.

#include "accounts/store.h"

#include <nebula/kv.hpp>

namespace nebula::pool {

class LedgerStore final : public accounts::Store {
public:
   explicit LedgerStore(Host host) : kv_(host) {}

   /// [main & (created|ready)]
   void open();

   [[nodiscard]] std::unique_ptr<accounts::Transaction> read() const override;
   [[nodiscard]] std::unique_ptr<accounts::Transaction> write() override;

private:
   Kv kv_;
};

} // namespace nebula::pool
