#include "loop.h"

#include <nebula/error.hpp>

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// Told at a time; few enough that a new job does not wait long for its turn.
constexpr int k_events_per_round = 256;
/// From one round to the next while there is nothing but sockets to wait for; what others post ends the pause. Answers
/// wait for the disk more than twice as long; at ten thousand shares a second, ten come in that time and are read at
/// once. Half of it cost 7 % more CPU, twice of it saved none.
constexpr std::chrono::microseconds k_gather{1'000};
/// A round of so many is no trickle: the next one follows at once.
constexpr int k_crowd = 64;

[[noreturn]] void raise(const char *what) {
   throw Error(NEB_E_IO, what, ": ", std::strerror(errno));
}

} // namespace

Loop::Loop() {
   epoll_ = epoll_create1(EPOLL_CLOEXEC);
   wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
   if (epoll_ < 0 || wake_ < 0)
      raise("no descriptors for the pool's loop");
   watch(wake_, EPOLLIN, nullptr);
}

Loop::~Loop() {
   close(wake_);
   close(epoll_);
}

void Loop::watch(int descriptor, std::uint32_t events, Readiness *target) {
   epoll_event event{};
   event.events = events;
   event.data.ptr = target;
   if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
      raise("cannot watch a socket");
}

void Loop::change(int descriptor, std::uint32_t events, Readiness *target) {
   epoll_event event{};
   event.events = events;
   event.data.ptr = target;
   if (epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) != 0)
      raise("cannot watch a socket");
}

void Loop::forget(int descriptor, const Readiness *target) {
   epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
   for (Event &event : round_)
      if (event.target == target)
         event.target = nullptr;
}

void Loop::post(std::function<void()> task) {
   {
      const std::lock_guard lock(mutex_);
      if (ended_)
         return;
      posted_.push_back(std::move(task));
      if (posted_.size() > 1)
         return; // it has been woken
   }
   const std::uint64_t one = 1;
   (void)!write(wake_, &one, sizeof one);
}

void Loop::stop() {
   {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
   }
   const std::uint64_t one = 1;
   (void)!write(wake_, &one, sizeof one);
}

void Loop::run_posted() {
   std::vector<std::function<void()>> tasks;
   {
      const std::lock_guard lock(mutex_);
      tasks.swap(posted_);
   }
   for (const auto &task : tasks)
      task();
}

void Loop::pause(Instant until) const {
   const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
   if (left.count() <= 0)
      return;
   const timespec timeout{0, left.count()};
   pollfd woken{wake_, POLLIN, 0};
   (void)ppoll(&woken, 1, &timeout, nullptr);
}

void Loop::run(const std::function<bool()> &turn, int idle_ms) {
   std::vector<epoll_event> events(k_events_per_round);
   bool again = false;
   int count = 0;
   Instant began;
   for (;;) {
      if (!again && count < k_crowd)
         pause(began + k_gather);
      count = epoll_wait(epoll_, events.data(), k_events_per_round, again ? 0 : idle_ms);
      began = std::chrono::steady_clock::now();
      bool woken = false;
      round_.clear();
      for (int i = 0; i < count; ++i) {
         const epoll_event &event = events[static_cast<std::size_t>(i)];
         if (event.data.ptr)
            round_.push_back({static_cast<Readiness *>(event.data.ptr), event.events});
         else
            woken = true;
      }
      // By index: a handler may clear a target, and the round does not grow.
      for (std::size_t i = 0; i < round_.size(); ++i)
         if (round_[i].target)
            round_[i].target->ready(round_[i].events);
      round_.clear();
      if (woken) {
         std::uint64_t ignored = 0;
         (void)!read(wake_, &ignored, sizeof ignored);
         run_posted();
         std::vector<std::function<void()>> unrun;
         const std::lock_guard lock(mutex_);
         if (stopping_) {
            ended_ = true;
            unrun.swap(posted_);
            return;
         }
      }
      again = turn();
   }
}

} // namespace nebula::pool
