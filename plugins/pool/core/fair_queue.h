#pragma once

/// What waits for a scarce worker: whoever has something in it has its turn, one thing each time, however much others
/// have put in.

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

namespace nebula::pool {

template <class Owner, class Task>
class FairQueue {
public:
   [[nodiscard]] bool empty() const { return queues_.empty(); }

   void push(Owner owner, Task task) { queues_[owner].push_back(std::move(task)); }

   /// Of the next owner after the one whose turn was last. There must be one.
   [[nodiscard]] Task pop() {
      auto queue = queues_.upper_bound(last_);
      if (queue == queues_.end())
         queue = queues_.begin();
      last_ = queue->first;
      Task task = std::move(queue->second.front());
      queue->second.pop_front();
      if (queue->second.empty())
         queues_.erase(queue);
      return task;
   }

private:
   std::map<Owner, std::deque<Task>> queues_; // those with something
   Owner last_{};
};

} // namespace nebula::pool
