#pragma once

#include "nebula/ext/events.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace nebula::host {

/// Bytes of the events alive in one bus.
struct EventMemory {
   std::atomic<uint64_t> bytes{0};
   const uint64_t max;
   explicit EventMemory(uint64_t limit) : max(limit) {}

   [[nodiscard]] bool take(uint64_t n) noexcept {
      uint64_t now = bytes.load(std::memory_order_relaxed);
      do {
         if (n > max || now > max - n)
            return false;
      } while (!bytes.compare_exchange_weak(now, now + n, std::memory_order_relaxed));
      return true;
   }
   void give(uint64_t n) noexcept { bytes.fetch_sub(n, std::memory_order_relaxed); }
};

} // namespace nebula::host

/// An event: written by its publisher alone until it is published, read-only afterwards, freed with its last reference.
struct neb_event {
   static constexpr uint64_t k_overhead = 256; // what an event costs besides its payload, for the memory limit

   std::atomic<uint32_t> references{1};
   const std::shared_ptr<nebula::host::EventMemory> memory;
   const std::string topic;
   const std::string publisher;
   const uint64_t size;
   const std::unique_ptr<uint8_t[]> payload;
   neb_event_view view{};

   neb_event(std::shared_ptr<nebula::host::EventMemory> m, std::string t, std::string p, uint64_t n)
      : memory(std::move(m)), topic(std::move(t)), publisher(std::move(p)), size(n),
        payload(new uint8_t[n == 0 ? 1 : n]()) {}
   ~neb_event() { memory->give(size + k_overhead); }
   neb_event(const neb_event &) = delete;
   neb_event &operator=(const neb_event &) = delete;

   void retain() noexcept { references.fetch_add(1, std::memory_order_relaxed); }
   void release() noexcept {
      if (references.fetch_sub(1, std::memory_order_acq_rel) == 1)
         delete this;
   }
};

namespace nebula::host {

/// One reference to an event.
struct EventRelease {
   void operator()(neb_event *event) const noexcept { event->release(); }
};
using EventRef = std::unique_ptr<neb_event, EventRelease>;

} // namespace nebula::host
