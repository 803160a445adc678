#include "share_stock.h"

#include "search.h"

#include <algorithm>

#include <sys/resource.h>

namespace nebula::pool {
namespace {

/// What the machine has to spare is theirs: the pool under test and the sender are not to wait for them.
void lower_priority() {
   constexpr int k_nicer = 10;
   (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + k_nicer); // of this thread alone
}

/// Nonces of theirs do not meet those that the sender takes itself.
std::uint64_t upper_half(const Work &work) {
   return work.nonce_free - work.nonce_free / 2;
}

} // namespace

ShareStock::ShareStock(std::vector<std::unique_ptr<Computer>> computers, std::size_t miners, const PerKind &most)
   : most_(most), lanes_(miners), computers_(std::move(computers)) {
   for (const auto &computer : computers_)
      threads_.emplace_back([this, &one = *computer] { work(one); });
}

ShareStock::~ShareStock() {
   stop();
   for (std::thread &thread : threads_)
      thread.join();
}

void ShareStock::stop() {
   {
      const std::lock_guard lock(mutex_);
      stop_ = true;
   }
   ordered_.notify_all();
}

void ShareStock::work_changed(const Miner &miner) {
   Lane &lane = lanes_[miner.index];
   lane.oldest_good.store(miner.oldest_good(), std::memory_order_relaxed);
   if (lane.ready == 0)
      return;
   for (auto &shares : ready_)
      lane.ready -= static_cast<std::uint32_t>(std::erase_if(
         shares, [&](const Ready &one) { return one.miner == miner.index && one.share.jobs < miner.oldest_good(); }));
}

void ShareStock::fill(const std::function<const Miner *()> &any) {
   if (answered_.load(std::memory_order_relaxed))
      collect();
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind)
      while (ready_[kind].size() + under_way_[kind] < most_[kind]) {
         const Miner *miner = any();
         if (!miner)
            return;
         lanes_[miner->index].oldest_good.store(miner->oldest_good(), std::memory_order_relaxed);
         ++under_way_[kind];
         {
            const std::lock_guard lock(mutex_);
            orders_.push_back({static_cast<ShareKind>(kind), miner->index, miner->jobs, miner->work});
         }
         ordered_.notify_one();
      }
}

void ShareStock::collect() {
   std::vector<Answer> answers;
   {
      const std::lock_guard lock(mutex_);
      answered_ = false;
      answers.swap(answers_);
      if (failure_)
         std::rethrow_exception(failure_);
   }
   for (Answer &one : answers) {
      --under_way_[index(one.order.kind)];
      Lane &lane = lanes_[one.order.miner];
      if (!one.share || one.share->jobs < lane.oldest_good.load(std::memory_order_relaxed))
         continue;
      ++lane.ready;
      ready_[index(one.order.kind)].push_back({one.order.miner, *std::move(one.share)});
   }
}

std::optional<ShareStock::Ready> ShareStock::take(ShareKind kind) {
   if (answered_.load(std::memory_order_relaxed))
      collect();
   auto &shares = ready_[index(kind)];
   if (shares.empty())
      return std::nullopt;
   Ready out = std::move(shares.front());
   shares.pop_front();
   --lanes_[out.miner].ready;
   return out;
}

std::size_t ShareStock::ready() const {
   std::size_t out = 0;
   for (const auto &shares : ready_)
      out += shares.size();
   return out;
}

bool ShareStock::full() const {
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind)
      if (ready_[kind].size() < most_[kind])
         return false;
   return true;
}

void ShareStock::work(Computer &computer) {
   lower_priority();
   std::unique_lock lock(mutex_);
   for (;;) {
      ordered_.wait(lock, [&] { return stop_ || !orders_.empty(); });
      if (stop_)
         return;
      Answer answer{std::move(orders_.front()), std::nullopt};
      orders_.pop_front();
      lock.unlock();
      std::exception_ptr failure;
      try {
         answer.share = find(computer, answer.order);
      } catch (...) {
         failure = std::current_exception();
      }
      lock.lock();
      if (failure)
         failure_ = failure;
      answers_.push_back(std::move(answer));
      answered_ = true;
   }
}

std::optional<Share> ShareStock::find(Computer &computer, const Order &order) {
   Lane &lane = lanes_[order.miner];
   const auto found = search(
      computer, order.work, order.kind != ShareKind::low,
      [&] { return upper_half(order.work) | lane.next_nonce.fetch_add(1, std::memory_order_relaxed); },
      [&] {
         return !stop_.load(std::memory_order_relaxed) &&
                lane.oldest_good.load(std::memory_order_relaxed) <= order.jobs;
      });
   if (!found)
      return std::nullopt;
   return Share{order.work.id, order.work.ntime, found->nonce, found->digest, order.jobs};
}

} // namespace nebula::pool
