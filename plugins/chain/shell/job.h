#pragma once

/// One long task at a time on a thread of its own, asked about by polling: `nebula chain verify` and `export` inside
/// the node.

#include "core/types.h"

#include <boost/json/object.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace nebula::chain {

class Job {
public:
   using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;
   using Work = std::function<Result<boost::json::object>(const Progress &)>;
   /// Where progress is shown; called on the job's thread.
   using Show = std::function<void(std::string_view name, std::uint64_t done, std::uint64_t total)>;

   explicit Job(Show show) : show_(std::move(show)) {}
   Job(const Job &) = delete;
   Job &operator=(const Job &) = delete;
   ~Job() { stop(); }

   /// Fault::full while another one runs.
   [[nodiscard]] Result<void> start(std::string name, Work work);
   /// {"state": "idle" | "running" | "done" | "failed", ...}
   [[nodiscard]] boost::json::object status();
   /// Ends it at its next sign of progress, and waits.
   void stop();

private:
   void run(const Work &work);

   Show show_;
   std::mutex mutex_;
   std::thread thread_;
   std::string name_;
   boost::json::object status_{{"state", "idle"}};
   std::atomic<bool> running_{false};
   std::atomic<bool> ending_{false};
};

} // namespace nebula::chain
