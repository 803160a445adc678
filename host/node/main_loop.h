#pragma once

/// The node's main thread as a queue of functions: signals, control requests, reloads and the proof-of-work part's
/// findings come here from any thread and run one after the other.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace nebula::host {

class MainLoop {
public:
   /// Functions waiting at a time. Control requests are bounded at 32 connections, findings at one for each backend:
   /// this is never reached but by a mistake.
   static constexpr std::size_t k_waiting_max = 4096;

   /// The constructing thread is the main thread.
   MainLoop() : main_thread_(std::this_thread::get_id()) {}
   MainLoop(const MainLoop &) = delete;
   MainLoop &operator=(const MainLoop &) = delete;

   /// Hands in a function to run on the main thread, soon and once. False: the loop ended, or k_waiting_max wait; it
   /// will not run. Any thread.
   bool post(std::function<void()> function);

   /// Runs `function` on the main thread and returns what it returns; on the main thread itself, at once. nullopt
   /// (false for void) when the loop ended. Any thread; must not be called with a lock that the main thread takes.
   template <class Function>
   auto call(Function function);

   /// Runs what is posted until quit. Main thread.
   void run();
   /// Runs what waits now and returns how many functions that was. Main thread.
   std::size_t run_waiting();
   /// Ends run after the function that runs now; what still waits is dropped when the loop is destroyed. Any thread.
   void quit();

   [[nodiscard]] bool on_main_thread() const noexcept { return std::this_thread::get_id() == main_thread_; }

private:
   [[nodiscard]] std::function<void()> next(bool wait);

   const std::thread::id main_thread_;
   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<std::function<void()>> waiting_;
   bool quitting_ = false;
};

template <class Function>
auto MainLoop::call(Function function) {
   using Return = std::invoke_result_t<Function>;
   static_assert(!std::is_void_v<Return>, "return something, so that the caller learns whether it ran");
   using Outcome = std::optional<Return>;
   if (on_main_thread())
      return Outcome(function());
   // A dropped function destroys the promise, which wakes the caller.
   auto promise = std::make_shared<std::promise<Return>>();
   auto future = promise->get_future();
   if (!post(
          [promise = std::move(promise), function = std::move(function)]() mutable { promise->set_value(function()); }))
      return Outcome();
   try {
      return Outcome(future.get());
   } catch (const std::future_error &) {
      return Outcome();
   }
}

} // namespace nebula::host
