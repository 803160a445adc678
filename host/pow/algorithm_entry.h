#pragma once

/// One algorithm that an instance provides, with the reference backend that the host adds to it.

#include "host/pow/contender.h"
#include "host/pow/reference_backend.h"
#include "host/slots/provided.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

class AlgorithmEntry {
public:
   explicit AlgorithmEntry(const Provided &provided);

   [[nodiscard]] const neb_pow_algorithm &table() const noexcept { return *table_; }
   [[nodiscard]] const Provided &provided() const noexcept { return provided_; }
   [[nodiscard]] const std::string &instance() const noexcept { return provided_.instance; }
   /// Its own name, or one of its aliases.
   [[nodiscard]] bool is_called(std::string_view name) const noexcept;
   [[nodiscard]] std::vector<std::string> aliases() const;
   [[nodiscard]] const std::shared_ptr<Contender> &reference() const noexcept { return reference_; }

   /// What one reference hash takes, measured once on the first vector that can be hashed; at least 1. Its epoch must
   /// be prepared by this call, so the first one may take seconds. Thread-safe.
   [[nodiscard]] std::uint64_t reference_ns() const;

private:
   const Provided provided_;
   const neb_pow_algorithm *table_;
   ReferenceBackend backend_;
   std::shared_ptr<Contender> reference_;
   mutable std::atomic<std::uint64_t> reference_ns_{0}; // 0: not measured yet
};

} // namespace nebula::host
