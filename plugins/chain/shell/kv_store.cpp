#include "kv_store.h"

#include <nebula/error.hpp>

#include <utility>

namespace nebula::chain {
namespace {

constexpr std::uint32_t k_schema_version = 1;

Error storage_error(std::string_view what, neb_status status, const neb_error *err = nullptr) {
   const std::string reason = err != nullptr && err->text[0] != '\0' ? err->text : status_text(status);
   return {Fault::storage, std::string(what) + ": " + reason};
}

neb_error error_record() {
   return {sizeof(neb_error), NEB_OK, {0}};
}

ByteView view_of(neb_bytes bytes) {
   return {bytes.ptr, static_cast<std::size_t>(bytes.len)};
}
neb_bytes bytes_of(ByteView view) {
   return {view.data(), view.size()};
}

/// One transaction of the store; reads and writes alike, so both interfaces share it.
class Access {
public:
   Access(const neb_ext_kv *api, neb_kv_txn *txn) : api_(api), txn_(txn) {}
   Access(const Access &) = delete;
   Access &operator=(const Access &) = delete;
   ~Access() {
      if (txn_ != nullptr)
         api_->abort(txn_);
   }

   Result<std::optional<Bytes>> get(Table table, ByteView key) const {
      neb_bytes value{};
      const neb_status status = api_->get(txn_, static_cast<std::uint32_t>(table), bytes_of(key), &value);
      if (status == NEB_E_NOT_FOUND)
         return std::optional<Bytes>();
      if (status != NEB_OK)
         return storage_error("reading the chain's store", status);
      const ByteView bytes = view_of(value);
      return std::optional(Bytes(bytes.begin(), bytes.end()));
   }

   Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const {
      const auto each = [](void *user, neb_bytes key, neb_bytes value) noexcept -> std::int32_t {
         return (*static_cast<const PairVisitor *>(user))(view_of(key), view_of(value)) ? 1 : 0;
      };
      const neb_status status = api_->range(txn_, static_cast<std::uint32_t>(table), bytes_of(from), bytes_of(to), 0,
                                            each, const_cast<PairVisitor *>(&visit));
      return status == NEB_OK ? Result<void>() : storage_error("reading the chain's store", status);
   }

   Result<void> put(Table table, ByteView key, ByteView value) {
      const neb_status status = api_->put(txn_, static_cast<std::uint32_t>(table), bytes_of(key), bytes_of(value));
      return status == NEB_OK ? Result<void>() : storage_error("writing the chain's store", status);
   }

   Result<void> remove(Table table, ByteView key) {
      const neb_status status = api_->del(txn_, static_cast<std::uint32_t>(table), bytes_of(key));
      return status == NEB_OK || status == NEB_E_NOT_FOUND ? Result<void>()
                                                           : storage_error("writing the chain's store", status);
   }

   Result<void> commit() {
      neb_error err = error_record();
      const neb_status status = api_->commit(std::exchange(txn_, nullptr), &err);
      return status == NEB_OK ? Result<void>() : storage_error("committing to the chain's store", status, &err);
   }

private:
   const neb_ext_kv *api_;
   neb_kv_txn *txn_;
};

class KvView final : public ReadView {
public:
   KvView(const neb_ext_kv *api, neb_kv_txn *txn) : access_(api, txn) {}
   Result<std::optional<Bytes>> get(Table table, ByteView key) const override { return access_.get(table, key); }
   Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
      return access_.scan(table, from, to, visit);
   }

private:
   Access access_;
};

class KvBatch final : public WriteBatch {
public:
   KvBatch(const neb_ext_kv *api, neb_kv_txn *txn) : access_(api, txn) {}
   Result<std::optional<Bytes>> get(Table table, ByteView key) const override { return access_.get(table, key); }
   Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
      return access_.scan(table, from, to, visit);
   }
   Result<void> put(Table table, ByteView key, ByteView value) override { return access_.put(table, key, value); }
   Result<void> remove(Table table, ByteView key) override { return access_.remove(table, key); }
   Result<void> commit() override { return access_.commit(); }

private:
   Access access_;
};

} // namespace

Result<void> KvStore::open() {
   std::array<neb_str, k_table_count> tables{};
   for (std::size_t i = 0; i < tables.size(); ++i)
      tables[i] = str(k_table_names[i]);
   neb_error err = error_record();
   const neb_status status = api_->open(host_, k_schema_version, tables.data(),
                                        static_cast<std::uint32_t>(tables.size()), nullptr, nullptr, &err);
   if (status == NEB_OK)
      return {};
   Error error = storage_error("opening the chain's store", status, &err);
   if (status == NEB_E_BUSY)
      error.fault = Fault::full;
   return error;
}

Result<std::unique_ptr<ReadView>> KvStore::read() {
   neb_kv_txn *txn = nullptr;
   neb_error err = error_record();
   const neb_status status = api_->begin(host_, NEB_KV_READ, &txn, &err);
   if (status != NEB_OK)
      return storage_error("reading the chain's store", status, &err);
   return std::unique_ptr<ReadView>(std::make_unique<KvView>(api_, txn));
}

Result<std::unique_ptr<WriteBatch>> KvStore::write() {
   neb_kv_txn *txn = nullptr;
   neb_error err = error_record();
   const neb_status status = api_->begin(host_, NEB_KV_WRITE, &txn, &err);
   if (status != NEB_OK)
      return storage_error("writing the chain's store", status, &err);
   return std::unique_ptr<WriteBatch>(std::make_unique<KvBatch>(api_, txn));
}

} // namespace nebula::chain
