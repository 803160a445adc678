#include "tables.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace nebula::autolykos2 {
namespace {

/// About 30 ms of one core with AVX-512, 50 with AVX2: a task of the host should not take longer.
constexpr std::uint32_t k_piece_elements = 16'384;

[[nodiscard]] std::uint64_t pieces_of(const Table &table) noexcept {
   return (std::uint64_t{table.size()} + k_piece_elements - 1) / k_piece_elements;
}

[[nodiscard]] std::uint64_t mib_of(std::uint64_t pieces) noexcept {
   return (pieces * Table::bytes_for(k_piece_elements) + (1u << 20) - 1) >> 20; // up: none means there is nothing to do
}

} // namespace

Tables::Tables(const Kernel &kernel, TableSizeRule rule, Workers workers)
   : kernel_(kernel), rule_(rule), workers_(std::move(workers)) {}

std::shared_ptr<const Table> Tables::find(std::uint32_t height) const {
   const auto found = std::find_if(ready_.begin(), ready_.end(), [&](const auto &t) { return t->height() == height; });
   return found == ready_.end() ? nullptr : *found;
}

std::shared_ptr<const Table> Tables::use(std::uint32_t height, std::uint64_t nonces) {
   BuildPtr begun;
   {
      const std::lock_guard lock(plan_);
      if (auto table = find(height)) {
         used_ = height;
         any_used_ = true;
         asked_for_other_ = 0;
         return table;
      }
      if (unavailable_ || (build_ && build_->table->height() == height))
         return nullptr;
      if (height != other_)
         asked_for_other_ = 0;
      other_ = height;
      asked_for_other_ += nonces;
      if (asked_for_other_ < k_interest_nonces)
         return nullptr;
      begun = begin(height, false);
   }
   post_workers(begun);
   return nullptr;
}

void Tables::build_ahead(std::uint32_t height) {
   BuildPtr begun;
   {
      const std::lock_guard lock(plan_);
      if (unavailable_ || build_ || find(height))
         return;
      begun = begin(height, true);
   }
   post_workers(begun);
}

/// With `keep_others` false, nothing else matters any more. Else the table that jobs use stays, and the new one must
/// find room beside it.
Tables::BuildPtr Tables::begin(std::uint32_t height, bool keep_others) {
   if (build_)
      build_->dropped = true;
   build_.reset();
   // Asked before anything is freed: slices under way may keep a table a moment longer.
   std::uint64_t available = workers_.available_bytes();
   std::erase_if(ready_, [&](const std::shared_ptr<const Table> &table) {
      const bool keep = keep_others && any_used_ && table->height() == used_;
      available += keep ? 0 : Table::bytes_for(table->size());
      return !keep;
   });
   const std::uint32_t size = rule_(height);
   const std::uint64_t needed = Table::bytes_for(size) + k_memory_kept_free;
   if (available < needed) {
      if (ready_.empty())
         give_up(concat("no Autolykos table: ", available >> 20, " MiB of memory are available and it should have ",
                        needed >> 20, "; mining without it, much more slowly"));
      return nullptr;
   }
   try {
      auto build = std::make_shared<Build>();
      build->table = std::make_shared<Table>(height, size);
      build_ = std::move(build);
   } catch (const std::exception &e) {
      give_up(concat(e.what(), "; mining without it, much more slowly"));
      return nullptr;
   }
   asked_for_other_ = 0;
   return build_;
}

void Tables::post_workers(const BuildPtr &build) {
   if (!build)
      return;
   workers_.progress(0, mib_of(pieces_of(*build->table)));
   for (std::uint32_t i = 0; i < workers_.count; ++i) {
      try {
         workers_.post([this, build] { work(build); });
      } catch (const std::exception &e) {
         const std::lock_guard lock(plan_);
         if (i == 0 && build_ == build)
            give_up(e.what());
         return; // with fewer helpers it is slower, not wrong
      }
   }
}

void Tables::give_up(std::string_view why) {
   unavailable_ = true;
   if (build_)
      build_->dropped = true;
   build_.reset();
   workers_.failed(why);
}

void Tables::work(const BuildPtr &build) {
   while (do_piece(*build)) {
      try {
         return workers_.post([this, build] { work(build); });
      } catch (const std::exception &) {
         // The queue is full just now: go on here.
      }
   }
}

/// False when no piece was left, or the table is wanted no more.
bool Tables::do_piece(Build &build) {
   const std::uint64_t all = pieces_of(*build.table);
   const std::uint64_t piece = build.dropped ? all : build.next.fetch_add(1);
   if (piece >= all)
      return false;
   build.table->fill(kernel_, static_cast<std::uint32_t>(piece * k_piece_elements), k_piece_elements);
   const std::uint64_t done = build.done.fetch_add(1) + 1;
   workers_.progress(mib_of(done), mib_of(all));
   if (done == all)
      finish(build);
   return true;
}

void Tables::finish(Build &build) {
   const bool good = build.table->agrees_with_reference();
   const std::lock_guard lock(plan_);
   if (build_.get() != &build)
      return; // dropped in the last moment
   if (good) {
      ready_.push_back(build.table);
      build_.reset();
   } else {
      give_up("the Autolykos table has wrong elements: this machine's memory or processor computes wrongly; mining "
              "without it until the next start");
   }
}

} // namespace nebula::autolykos2
