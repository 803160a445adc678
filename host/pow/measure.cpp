#include "host/pow/measure.h"

#include "host/pow/device_session.h"
#include "host/pow/hash.h"
#include "host/pow/known_answer.h"
#include "host/util/clock.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <thread>

namespace nebula::host {

namespace {

constexpr std::uint64_t k_batch_ns = 30'000'000; // as the miner's
constexpr std::uint32_t k_threads_max = 1024;

/// One thread's session: batches one after the other.
class Worker {
public:
   Worker(const neb_pow_algorithm &algorithm, std::unique_ptr<DeviceSession> session, std::uint64_t index)
      : session_(std::move(session)), job_(shaped_job(algorithm, index)) {
      job_.target = {}; // no hit: the figure is of hashing
      job_.hit_capacity = 1;
   }

   /// Hashes done until `deadline_ns`, at least one batch; 0 when the backend failed.
   [[nodiscard]] std::uint64_t run(std::uint64_t deadline_ns) {
      std::uint64_t done = 0;
      do {
         const std::uint64_t count = batch();
         if (count == 0)
            return 0;
         done += count;
      } while (clock_.monotonic_ns() < deadline_ns);
      return done;
   }

   [[nodiscard]] bool warm_up(std::uint64_t duration_ns) {
      std::string why;
      return session_->prepare(job_.epoch, why) == NEB_OK && run(clock_.monotonic_ns() + duration_ns) != 0;
   }

private:
   [[nodiscard]] std::uint64_t batch() {
      ++job_.ticket;
      if (job_.nonce_first > nonce_max(job_.nonce_bytes) - count_)
         job_.nonce_first = 0;
      job_.nonce_count = count_;
      const std::uint64_t start = clock_.monotonic_ns();
      if (session_->submit(job_) != NEB_OK)
         return 0;
      JobAnswer answer;
      while (session_->wait(job_, k_batch_ns * 100, answer) == NEB_E_TIMEOUT) {
      }
      if (!answer.wrong.empty() || answer.status != NEB_OK)
         return 0;
      job_.nonce_first += count_;
      const std::uint64_t spent = std::max<std::uint64_t>(clock_.monotonic_ns() - start, 1);
      const double wanted = static_cast<double>(count_) * static_cast<double>(k_batch_ns) / static_cast<double>(spent);
      const std::uint64_t quarter = nonce_max(4) / 4;
      const double ceiling = std::min(static_cast<double>(count_) * 8, static_cast<double>(quarter));
      count_ = static_cast<std::uint64_t>(std::clamp(wanted, 1.0, ceiling));
      return job_.nonce_count;
   }

   std::unique_ptr<DeviceSession> session_;
   JobCopy job_;
   std::uint64_t count_ = 1;
   RealClock clock_;
};

Error unavailable(std::string message) {
   return {std::move(message), ErrorKind::unavailable};
}

/// All workers at once, `repetitions` times; empty when one failed.
std::vector<double> repetitions_of(std::vector<Worker> &workers, std::uint64_t each_ns, std::uint32_t repetitions) {
   std::vector<double> rates;
   std::atomic<std::uint64_t> hashes{0};
   std::atomic<bool> failed{false};
   std::uint64_t start = 0;
   const RealClock clock;
   const auto on_turn = [&]() noexcept { // every thread is between two repetitions
      const std::uint64_t now = clock.monotonic_ns();
      if (const std::uint64_t done = hashes.exchange(0); start != 0 && done != 0)
         rates.push_back(static_cast<double>(done) * 1e9 / static_cast<double>(now - start));
      start = now;
   };
   std::barrier turn(static_cast<std::ptrdiff_t>(workers.size()), on_turn);
   std::vector<std::jthread> threads;
   rates.reserve(repetitions);
   for (Worker &worker : workers)
      threads.emplace_back([&] {
         if (!worker.warm_up(each_ns))
            failed.store(true);
         turn.arrive_and_wait();
         for (std::uint32_t i = 0; i < repetitions; ++i) {
            const std::uint64_t done = failed.load() ? 0 : worker.run(clock.monotonic_ns() + each_ns);
            if (done == 0)
               failed.store(true);
            hashes.fetch_add(done);
            turn.arrive_and_wait();
         }
      });
   threads.clear();
   return failed.load() ? std::vector<double>() : rates;
}

} // namespace

Result<Measurement> measure(const Registry &registry, const MeasureRequest &request) {
   auto contender = checked_contender(registry, request.algorithm, request.select);
   if (!contender)
      return contender.error();
   const auto entry = registry.algorithm(request.algorithm);
   const Contender::Hold hold(**contender);
   Measurement result;
   result.algorithm = request.algorithm;
   result.backend = (*contender)->name();
   result.device = (*contender)->table()->device;
   const std::uint32_t lanes = (*contender)->table()->lanes;
   const std::uint32_t pays = lanes != 0 ? lanes : std::max(1u, std::thread::hardware_concurrency());
   result.threads = std::clamp(request.threads != 0 ? request.threads : pays, 1u, k_threads_max);

   std::vector<Worker> workers;
   for (std::uint32_t i = 0; i < result.threads; ++i) {
      std::string why;
      auto session = DeviceSession::open(*contender, 1, why);
      if (!session)
         return unavailable(result.backend + " " + why);
      workers.emplace_back(entry->table(), std::move(session), i);
   }
   const std::uint32_t repetitions = std::clamp(request.repetitions, 1u, 1000u);
   const double each = std::clamp(request.seconds, 0.01, 86'400.0) * 1e9 / repetitions;
   result.rates = repetitions_of(workers, static_cast<std::uint64_t>(each), repetitions);
   if (result.rates.empty())
      return unavailable(result.backend + " failed while it was measured");
   std::vector<double> sorted = result.rates;
   std::sort(sorted.begin(), sorted.end());
   result.median = sorted[sorted.size() / 2];
   result.best = sorted.back();
   result.spread = (sorted.back() - sorted.front()) / 2 / result.median;
   return result;
}

std::string to_json(const Measurement &m) {
   return boost::json::serialize(
      boost::json::object{{"algorithm", m.algorithm},
                          {"backend", m.backend},
                          {"device", m.device},
                          {"threads", m.threads},
                          {"unit", "H/s"},
                          {"median", m.median},
                          {"best", m.best},
                          {"spread", m.spread},
                          {"repetitions", boost::json::array(m.rates.begin(), m.rates.end())}});
}

} // namespace nebula::host
