#include "host/slots/reader.h"

#include <algorithm>

namespace nebula::host {
namespace {

std::atomic<ReaderRecord *> all_readers{nullptr}; // grows at the front, to the largest number of threads at one time

ReaderRecord *adopt() noexcept {
   for (auto *record = all_readers.load(std::memory_order_acquire); record; record = record->next) {
      bool free = false;
      if (record->owned.compare_exchange_strong(free, true, std::memory_order_acq_rel))
         return record;
   }
   return nullptr;
}

ReaderRecord *make() {
   auto *record = new ReaderRecord;
   record->owned.store(true, std::memory_order_relaxed);
   record->next = all_readers.load(std::memory_order_relaxed);
   while (!all_readers.compare_exchange_weak(record->next, record, std::memory_order_acq_rel))
      ;
   return record;
}

// A plain pointer for the fast path: a thread_local with a destructor would be asked whether it exists at every access.
constinit thread_local ReaderRecord *own_record = nullptr;

// A thread that ends with a guard held leaves its word set and its record taken: the occupant stays protected, which is
// the safe side.
struct Owner {
   ReaderRecord *record;
   ~Owner() {
      own_record = nullptr; // whoever enters later in this thread's end takes another record
      if (record->used == 0)
         record->owned.store(false, std::memory_order_release);
   }
};

[[gnu::noinline, gnu::cold]] ReaderRecord &first_record() {
   auto *record = adopt();
   if (!record)
      record = make();
   own_record = record;
   thread_local const Owner owner{record};
   return *record;
}

bool names_any(const ReaderRecord &record, const Occupant *const *occupants, std::size_t count) noexcept {
   return std::any_of(record.inside.begin(), record.inside.end(), [&](const auto &word) {
      const auto *inside = word.load(std::memory_order_seq_cst);
      return inside && std::find(occupants, occupants + count, inside) != occupants + count;
   });
}

} // namespace

ReaderRecord &this_reader() noexcept {
   return own_record ? *own_record : first_record();
}

bool any_reader_inside(const Occupant *const *occupants, std::size_t count) noexcept {
   for (const auto *record = all_readers.load(std::memory_order_seq_cst); record; record = record->next)
      if (names_any(*record, occupants, count))
         return true;
   return false;
}

bool this_thread_inside(const Occupant *const *occupants, std::size_t count) noexcept {
   return names_any(this_reader(), occupants, count);
}

const void *enter(::neb_slot *slot, ::neb_guard *guard) noexcept {
   // An empty slot costs one load: nothing is announced.
   const auto *occupant = slot->occupant.load(std::memory_order_acquire);
   if (!occupant)
      return nullptr;
   auto &reader = this_reader();
   const std::uint32_t free_words = ~reader.used & ((1u << k_guards_max) - 1u);
   if (free_words == 0) [[unlikely]]
      return nullptr;
   const auto index = static_cast<std::uint32_t>(__builtin_ctz(free_words));
   auto &word = reader.inside[index];
   // Announce, then look again: either the writer's scan sees the word, or this thread sees that the occupant left.
   // Both accesses are sequentially consistent because the argument needs one order of the two on both sides.
   for (;;) {
      word.store(occupant, std::memory_order_seq_cst);
      const auto *now = slot->occupant.load(std::memory_order_seq_cst);
      if (now == occupant)
         break;
      occupant = now;
      if (!occupant) {
         word.store(nullptr, std::memory_order_release);
         return nullptr;
      }
   }
   reader.used |= 1u << index;
   guard->generation = occupant->generation;
   guard->opaque[0] = &reader;
   guard->opaque[1] = &word;
   guard->opaque[2] = nullptr;
   return occupant->table;
}

void leave(::neb_guard *guard) noexcept {
   auto *reader = static_cast<ReaderRecord *>(guard->opaque[0]);
   auto *word = static_cast<std::atomic<const Occupant *> *>(guard->opaque[1]);
   reader->used &= ~(1u << static_cast<std::uint32_t>(word - reader->inside.data()));
   word->store(nullptr, std::memory_order_release);
}

} // namespace nebula::host
