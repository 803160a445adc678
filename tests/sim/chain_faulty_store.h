#pragma once

/// A store that fails when told to, as disks and kills do.

#include "core/memory_store.h"

namespace nebula::chain::test {

/// Wraps a store; operation number `fail_at` (counted over begin, get, scan, put, remove and commit) fails, and
/// everything after it too, until `heal`: a process that lost its disk, or its life.
class FaultyStore final : public Store {
public:
   explicit FaultyStore(MemoryStore &base) : base_(base) {}

   /// `commit_happens`: a commit that is told to fail is done nevertheless, and reported as failed.
   void fail_at(std::uint64_t operation, bool commit_happens) {
      left_ = operation;
      armed_ = true;
      commit_happens_ = commit_happens;
   }
   void heal() { armed_ = false; }
   [[nodiscard]] bool failed() const { return armed_ && left_ == 0; }

   Result<std::unique_ptr<ReadView>> read() override {
      if (strike())
         return broken();
      auto view = base_.read();
      if (!view)
         return view.error();
      return std::unique_ptr<ReadView>(std::make_unique<View>(*this, std::move(*view)));
   }
   Result<std::unique_ptr<WriteBatch>> write() override {
      if (strike())
         return broken();
      auto batch = base_.write();
      if (!batch)
         return batch.error();
      return std::unique_ptr<WriteBatch>(std::make_unique<Batch>(*this, std::move(*batch)));
   }

private:
   static Error broken() { return {Fault::storage, "the simulated disk failed"}; }

   /// True when this operation fails.
   bool strike() {
      if (!armed_)
         return false;
      if (left_ > 0)
         --left_;
      return left_ == 0;
   }

   template <class Inner, class Base>
   class Reading : public Base {
   public:
      Reading(FaultyStore &owner, std::unique_ptr<Inner> inner) : owner_(owner), inner_(std::move(inner)) {}
      Result<std::optional<Bytes>> get(Table table, ByteView key) const override {
         return owner_.strike() ? Result<std::optional<Bytes>>(broken()) : inner_->get(table, key);
      }
      Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
         return owner_.strike() ? Result<void>(broken()) : inner_->scan(table, from, to, visit);
      }

   protected:
      FaultyStore &owner_;
      std::unique_ptr<Inner> inner_;
   };
   using View = Reading<ReadView, ReadView>;

   class Batch final : public Reading<WriteBatch, WriteBatch> {
   public:
      using Reading::Reading;
      Result<void> put(Table table, ByteView key, ByteView value) override {
         return owner_.strike() ? Result<void>(broken()) : inner_->put(table, key, value);
      }
      Result<void> remove(Table table, ByteView key) override {
         return owner_.strike() ? Result<void>(broken()) : inner_->remove(table, key);
      }
      Result<void> commit() override {
         if (!owner_.strike())
            return inner_->commit();
         if (owner_.commit_happens_)
            (void)inner_->commit().ok();
         return broken();
      }
   };

   MemoryStore &base_;
   std::uint64_t left_ = 0;
   bool armed_ = false;
   bool commit_happens_ = false;
};

} // namespace nebula::chain::test
