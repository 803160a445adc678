#include "job.h"

namespace nebula::chain {

using boost::json::object;

Result<void> Job::start(std::string name, Work work) {
   const std::lock_guard lock(mutex_);
   if (running_)
      return Error{Fault::full, "a " + name_ + " is running; wait for its end"};
   if (thread_.joinable())
      thread_.join();
   name_ = std::move(name);
   status_ = {{"state", "running"}, {"job", name_}, {"done", 0}, {"total", 0}};
   running_ = true;
   ending_ = false;
   thread_ = std::thread([this, work = std::move(work)] { run(work); });
   return {};
}

void Job::run(const Work &work) {
   const Progress progress = [this](std::uint64_t done, std::uint64_t total) {
      {
         const std::lock_guard lock(mutex_);
         status_["done"] = done;
         status_["total"] = total;
      }
      show_(name_, done, total);
      return !ending_;
   };
   Result<object> result = Error{Fault::unavailable, "the job ended by an exception"};
   try {
      result = work(progress);
   } catch (const std::exception &error) {
      result = Error{Fault::unavailable, error.what()};
   }
   const std::lock_guard lock(mutex_);
   status_ = result ? object{{"state", "done"}, {"job", name_}, {"result", *result}}
                    : object{{"state", "failed"}, {"job", name_}, {"reason", result.error().text}};
   running_ = false;
}

object Job::status() {
   const std::lock_guard lock(mutex_);
   return status_;
}

void Job::stop() {
   ending_ = true;
   if (thread_.joinable())
      thread_.join();
}

} // namespace nebula::chain
