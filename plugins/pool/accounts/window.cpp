#include "window.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

/// Sums of work stay within 64 bits: no wallet has done 2^64 hashes of any algorithm within a window.
void add_saturating(std::uint64_t &sum, std::uint64_t more) {
   if (__builtin_add_overflow(sum, more, &sum))
      sum = ~std::uint64_t{0};
}

[[nodiscard]] Slice merged(const Slice &older, const Slice &newer) {
   Weights sums(older.work.begin(), older.work.end());
   for (const auto &[wallet, work] : newer.work)
      add_saturating(sums[wallet], work);
   return {older.first, newer.last, {sums.begin(), sums.end()}};
}

} // namespace

void Window::load(Slice slice) {
   entries_ += slice.work.size();
   total_ += slice.total();
   closed_.push_back(std::move(slice));
}

void Window::add(std::uint32_t wallet, std::uint64_t work, Sequence at) {
   if (open_.empty())
      open_first_ = at;
   open_last_ = at;
   add_saturating(open_[wallet], work);
   total_ += work;
}

Weights Window::newest(u128 most) const {
   std::vector<std::uint64_t> sums;                     // by wallet: two million entries take milliseconds this way
   u128 left = std::min<u128>(most, ~std::uint64_t{0}); // so that products fit
   const auto take = [&](const auto &work) {
      u128 total = 0;
      for (const auto &[wallet, amount] : work)
         total += amount;
      for (const auto &[wallet, amount] : work) {
         if (wallet >= sums.size())
            sums.resize(wallet + 1);
         add_saturating(sums[wallet], total <= left ? amount : static_cast<std::uint64_t>(u128{amount} * left / total));
      }
      left -= std::min(left, total);
   };
   take(open_);
   for (auto slice = closed_.rbegin(); slice != closed_.rend() && left > 0; ++slice)
      take(slice->work);
   Weights out;
   for (std::size_t wallet = 0; wallet < sums.size(); ++wallet)
      if (sums[wallet] > 0)
         out.emplace_hint(out.end(), static_cast<std::uint32_t>(wallet), sums[wallet]);
   return out;
}

const Slice *Window::close() {
   if (open_.empty())
      return nullptr;
   closed_.push_back({open_first_, open_last_, {open_.begin(), open_.end()}});
   entries_ += open_.size();
   open_.clear();
   return &closed_.back();
}

Window::Change Window::trim(u128 keep) {
   Change out;
   while (closed_.size() > 1) { // the newest says what of the journal is in slices
      const u128 oldest = closed_.front().total();
      if (total_ - oldest < keep)
         break;
      total_ -= oldest;
      entries_ -= closed_.front().work.size();
      out.erase.push_back(closed_.front().first);
      closed_.pop_front();
   }
   if (closed_.size() < 4 || (closed_.size() <= k_slices_max && entries_ <= k_entries_max))
      return out;
   std::deque<Slice> coarser;
   const std::size_t pairs = closed_.size() / 4;
   for (std::size_t i = 0; i < pairs; ++i) {
      const Slice &older = closed_[2 * i], &newer = closed_[2 * i + 1];
      out.erase.push_back(newer.first);
      coarser.push_back(merged(older, newer));
      entries_ -= older.work.size() + newer.work.size() - coarser.back().work.size();
      out.put.push_back(coarser.back());
   }
   closed_.erase(closed_.begin(), closed_.begin() + static_cast<std::ptrdiff_t>(2 * pairs));
   closed_.insert(closed_.begin(), coarser.begin(), coarser.end());
   return out;
}

} // namespace nebula::pool::accounts
