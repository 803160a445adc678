#pragma once

/// A store in memory, with a log, that loses its power when told to: at a commit or an append, which then happened, or
/// not, or in part.

#include "accounts/log_format.h"
#include "accounts/store.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace nebula::pool::accounts::test {

/// The process is gone: nothing of it is called any more.
struct PowerLost {};

class MemoryStore final : public Store {
public:
   using Tables = std::array<std::map<Bytes, Bytes>, k_table_count>;

   /// Without it each group of shares is a commit.
   void use_log() { log_ = true; }
   /// The power goes at commit or append number `commits` from now (1: the next one).
   void lose_power_at(std::uint64_t commits, bool commit_happens) {
      left_ = commits;
      happens_ = commit_happens;
   }
   /// A disk that is full: commits fail, and everybody lives on.
   void refuse_commits(bool refuse) { refuse_ = refuse; }
   /// Appends fail, after as many of their bytes.
   void refuse_appends(std::optional<std::size_t> bytes) { append_bytes_ = bytes; }
   [[nodiscard]] std::uint64_t appends() const { return appends_; }
   [[nodiscard]] Bytes &file() { return log_file_.bytes; }
   void power_up() {
      left_ = 0;
      dead_ = false;
   }
   [[nodiscard]] std::uint64_t commits() const { return commits_; }
   [[nodiscard]] Tables &tables() { return tables_; }

   std::unique_ptr<Transaction> read() const override {
      return std::make_unique<View>(const_cast<MemoryStore &>(*this), tables_, false);
   }
   std::unique_ptr<Transaction> write() override { return std::make_unique<View>(*this, tables_, true); }
   Log *log() override { return log_ ? &log_file_ : nullptr; }

private:
   /// As the one in a file, and so small that it is full now and then.
   class LogFile final : public Log {
   public:
      explicit LogFile(MemoryStore &store) : bytes(6 * k_log_block), store_(store) {}
      void each(const Visit &visit) override { end_ = each_logged(bytes, visit); }
      bool append(std::uint64_t number, ByteView record) override {
         if (store_.dead_)
            throw PowerLost();
         const Bytes written = logged(number, record);
         if (written.size() > bytes.size() - end_)
            return false;
         ++store_.appends_;
         const bool now = store_.left_ > 0 && --store_.left_ == 0;
         std::size_t count = written.size();
         if (store_.append_bytes_)
            count = std::min(count, *store_.append_bytes_);
         else if (now && !store_.happens_)
            count = (number * 37) % (record.size() + 1); // less than the whole record
         std::copy_n(written.begin(), count, bytes.begin() + static_cast<std::ptrdiff_t>(end_));
         if (now) {
            store_.dead_ = true;
            throw PowerLost();
         }
         if (store_.append_bytes_)
            throw Error(NEB_E_IO, "input/output error");
         end_ += written.size();
         return true;
      }
      void restart() override { end_ = 0; }

      Bytes bytes;

   private:
      MemoryStore &store_;
      std::size_t end_ = 0;
   };

   class View final : public Transaction {
   public:
      View(MemoryStore &store, const Tables &tables, bool write) : store_(store), write_(write) {
         if (store.dead_)
            throw PowerLost();
         if (write)
            own_ = tables; // a test's store is small
      }
      std::optional<Bytes> get(Table table, ByteView key) const override {
         const auto &rows = of(table);
         const auto found = rows.find(Bytes(key.begin(), key.end()));
         return found == rows.end() ? std::nullopt : std::optional(found->second);
      }
      void range(Table table, ByteView from, bool backwards, const Visit &visit) const override {
         const auto &rows = of(table);
         const Bytes key(from.begin(), from.end());
         if (!backwards) {
            for (auto one = rows.lower_bound(key); one != rows.end(); ++one)
               if (!visit(one->first, one->second))
                  return;
            return;
         }
         for (auto one = from.empty() ? rows.end() : rows.lower_bound(key); one != rows.begin();) {
            --one;
            if (!visit(one->first, one->second))
               return;
         }
      }
      void put(Table table, ByteView key, ByteView value) override {
         own_[static_cast<std::size_t>(table)][Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
      }
      void erase(Table table, ByteView key) override {
         own_[static_cast<std::size_t>(table)].erase(Bytes(key.begin(), key.end()));
      }
      void commit() override {
         if (store_.dead_)
            throw PowerLost();
         if (store_.refuse_)
            throw Error(NEB_E_FULL, "no space left on device");
         ++store_.commits_;
         const bool now = store_.left_ > 0 && --store_.left_ == 0;
         if (!now || store_.happens_)
            store_.tables_ = std::move(own_);
         if (now) {
            store_.dead_ = true;
            throw PowerLost();
         }
      }

   private:
      [[nodiscard]] const std::map<Bytes, Bytes> &of(Table table) const {
         return (write_ ? own_ : store_.tables_)[static_cast<std::size_t>(table)];
      }
      MemoryStore &store_;
      bool write_;
      Tables own_;
   };

   Tables tables_;
   LogFile log_file_{*this};
   std::uint64_t left_ = 0, commits_ = 0, appends_ = 0;
   std::optional<std::size_t> append_bytes_;
   bool happens_ = false, dead_ = false, refuse_ = false, log_ = false;
};

} // namespace nebula::pool::accounts::test
