#pragma once

/// The accounts' log in a file of a fixed length that is written over and over: its blocks are there before they are
/// needed, so one write and one wait for the disk make a group of shares durable.

#include "accounts/store.h"

#include <string>

namespace nebula::pool {

class ShareLog final : public accounts::Log {
public:
   /// Ten seconds of the usual groups; what does not fit goes to the store at once.
   static constexpr std::size_t k_bytes = std::size_t{1} << 20;

   /// Makes it when it is not there. Throws nebula::Error with what to do.
   explicit ShareLog(std::string path);
   ~ShareLog() override;
   ShareLog(const ShareLog &) = delete;
   ShareLog &operator=(const ShareLog &) = delete;

   void each(const Visit &visit) override;
   [[nodiscard]] bool append(std::uint64_t number, accounts::ByteView record) override;
   void restart() override { end_ = 0; }

private:
   [[noreturn]] void raise(const char *what) const;
   void make();

   std::string path_;
   int file_ = -1;
   std::size_t end_ = 0; // of its records
};

} // namespace nebula::pool
