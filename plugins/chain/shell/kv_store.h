#pragma once

/// The chain's store on the host's nebula.kv/1.

#include "core/store.h"

#include <nebula/ext/kv.h>

namespace nebula::chain {

class KvStore final : public Store {
public:
   /// `host` and `api` must outlive the store.
   KvStore(const neb_host *host, const neb_ext_kv *api) : host_(host), api_(api) {}

   /// Once, before anything else, and before the instance runs. Fault::full: another process holds the data folder.
   [[nodiscard]] Result<void> open();

   [[nodiscard]] Result<std::unique_ptr<ReadView>> read() override;
   [[nodiscard]] Result<std::unique_ptr<WriteBatch>> write() override;

private:
   const neb_host *host_;
   const neb_ext_kv *api_;
};

} // namespace nebula::chain
