#pragma once

/// A store that fails like a machine: at a chosen step of its durable life everything in memory is gone, before or
/// after the commit reached the disk.

#include "core/memory_store.h"

namespace nebula::chain::test {

/// Thrown where the machine stops.
struct Crash {};

class CrashStore final : public Store {
public:
   /// The machine stops at the `steps`-th step from now: the begin of a write, just before its commit, just after it.
   void crash_after(unsigned steps) { left_ = steps; }
   void survive() { left_ = 0; }

   Result<std::unique_ptr<ReadView>> read() override { return disk.read(); }
   Result<std::unique_ptr<WriteBatch>> write() override {
      step();
      auto batch = disk.write();
      return std::unique_ptr<WriteBatch>(std::make_unique<Batch>(*this, std::move(*batch)));
   }

   MemoryStore disk;

private:
   class Batch final : public WriteBatch {
   public:
      Batch(CrashStore &owner, std::unique_ptr<WriteBatch> inner) : owner_(owner), inner_(std::move(inner)) {}
      Result<std::optional<Bytes>> get(Table table, ByteView key) const override { return inner_->get(table, key); }
      Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
         return inner_->scan(table, from, to, visit);
      }
      Result<void> put(Table table, ByteView key, ByteView value) override { return inner_->put(table, key, value); }
      Result<void> remove(Table table, ByteView key) override { return inner_->remove(table, key); }
      Result<void> commit() override {
         owner_.step();
         auto done = inner_->commit();
         owner_.step();
         return done;
      }

   private:
      CrashStore &owner_;
      std::unique_ptr<WriteBatch> inner_;
   };
   void step() {
      if (left_ != 0 && --left_ == 0)
         throw Crash{};
   }
   unsigned left_ = 0;
};

} // namespace nebula::chain::test
