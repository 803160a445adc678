#include "host/pow/measure.h"

#include "host/pow/device_session.h"
#include "host/pow/hash.h"
#include "host/pow/known_answer.h"
#include "host/pow/process_use.h"
#include "host/pow/telemetry.h"
#include "host/util/clock.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <numeric>
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

   /// Makes its epoch ready. At its end the session is of no use when it took longer than `limit_ns` (0: no limit).
   [[nodiscard]] neb_status prepare(std::uint64_t limit_ns, std::string &why) {
      std::condition_variable done_or_late;
      std::mutex mutex;
      bool done = false;
      std::jthread watchdog;
      if (limit_ns != 0)
         watchdog = std::jthread([&] {
            std::unique_lock lock(mutex);
            if (!done_or_late.wait_for(lock, std::chrono::nanoseconds(limit_ns), [&] { return done; }))
               session_->cancel_below(UINT64_MAX);
         });
      const neb_status status = session_->prepare(job_.epoch, why);
      const std::lock_guard lock(mutex);
      done = true;
      done_or_late.notify_all();
      return status;
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

/// One backend under measurement, with a session for each thread.
class Side {
public:
   Side(std::shared_ptr<Contender> contender, const neb_pow_algorithm &algorithm, MemoryGrowth growth)
      : contender_(std::move(contender)), hold_(*contender_), algorithm_(algorithm), growth_(growth) {
      result_.algorithm = algorithm.name;
      result_.backend = contender_->name();
      result_.device = contender_->device();
   }

   [[nodiscard]] Measurement &result() noexcept { return result_; }

   /// Opens and prepares the sessions and lets them run for a moment.
   [[nodiscard]] Result<void> warm_up(const MeasureRequest &request, std::uint64_t duration_ns);
   /// One repetition. False: the backend failed.
   [[nodiscard]] bool repeat(std::uint64_t duration_ns);
   void conclude();

private:
   std::shared_ptr<Contender> contender_;
   const Contender::Hold hold_;
   const neb_pow_algorithm &algorithm_;
   const MemoryGrowth growth_;
   std::vector<Worker> workers_;
   std::vector<double> per_cpu_second_;
   Measurement result_;
};

/// Bytes that are taken on the device, by everyone; nothing when it does not say.
std::optional<std::uint64_t> device_memory_used(Contender &contender) {
   const auto telemetry = read_telemetry(contender);
   if (!telemetry || !(telemetry->present & NEB_POW_HAS_MEMORY))
      return std::nullopt;
   return telemetry->memory_used;
}

Result<void> Side::warm_up(const MeasureRequest &request, std::uint64_t duration_ns) {
   const std::uint32_t lanes = contender_->table()->lanes;
   const std::uint32_t pays = lanes != 0 ? lanes : std::max(1u, std::thread::hardware_concurrency());
   result_.threads = std::clamp(request.threads != 0 ? request.threads : pays, 1u, k_threads_max);
   const auto device_before = device_memory_used(*contender_);
   for (std::uint32_t i = 0; i < result_.threads; ++i) {
      std::string why;
      auto session = DeviceSession::open(contender_, 1, why);
      if (!session)
         return unavailable(result_.backend + " " + why);
      workers_.emplace_back(algorithm_, std::move(session), i);
   }
   for (Worker &worker : workers_) {
      std::string why;
      const neb_status status = worker.prepare(static_cast<std::uint64_t>(request.prepare_s_max * 1e9), why);
      if (status == NEB_E_CANCELLED)
         return unavailable(result_.backend + " was not prepared within " +
                            std::to_string(static_cast<std::uint64_t>(request.prepare_s_max)) + " seconds");
      if (status != NEB_OK)
         return unavailable(result_.backend + " cannot prepare: " + why);
   }
   if (!repeat(duration_ns))
      return unavailable(result_.backend + " failed while it warmed up");
   result_.rates.clear();
   per_cpu_second_.clear();
   result_.memory_added = growth_.peak();
   const auto device_after = device_memory_used(*contender_);
   if (device_before && device_after && *device_after >= *device_before)
      result_.device_memory = *device_after - *device_before;
   return {};
}

bool Side::repeat(std::uint64_t duration_ns) {
   const RealClock clock;
   const std::uint64_t start = clock.monotonic_ns(), cpu_start = process_cpu_ns();
   std::vector<double> rates(workers_.size());
   std::vector<std::uint64_t> hashes(workers_.size());
   {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < workers_.size(); ++i)
         threads.emplace_back([&, i] {
            hashes[i] = workers_[i].run(start + duration_ns);
            rates[i] = static_cast<double>(hashes[i]) * 1e9 / static_cast<double>(clock.monotonic_ns() - start);
         });
   }
   const double cpu_ns = static_cast<double>(std::max<std::uint64_t>(process_cpu_ns() - cpu_start, 1));
   if (std::find(hashes.begin(), hashes.end(), 0u) != hashes.end())
      return false;
   result_.rates.push_back(std::accumulate(rates.begin(), rates.end(), 0.0));
   const auto total = std::accumulate(hashes.begin(), hashes.end(), std::uint64_t{0});
   per_cpu_second_.push_back(static_cast<double>(total) * 1e9 / cpu_ns);
   return true;
}

double median_of(std::vector<double> values) {
   std::sort(values.begin(), values.end());
   return values[values.size() / 2];
}

/// Half of the range, relative to the middle.
double spread_of(const std::vector<double> &values, double middle) {
   const auto [low, high] = std::minmax_element(values.begin(), values.end());
   return (*high - *low) / 2 / middle;
}

void Side::conclude() {
   result_.median = median_of(result_.rates);
   result_.best = *std::max_element(result_.rates.begin(), result_.rates.end());
   result_.spread = spread_of(result_.rates, result_.median);
   result_.per_cpu_second = median_of(per_cpu_second_);
}

} // namespace

Result<std::vector<Measurement>> measure(const Registry &registry, const MeasureRequest &request) {
   const auto entry = registry.find(request.algorithm);
   if (!entry)
      return entry.error();
   const std::uint32_t repetitions = std::clamp(request.repetitions, 1u, 1000u);
   const auto each_ns = static_cast<std::uint64_t>(std::clamp(request.seconds, 0.01, 86'400.0) * 1e9 / repetitions);
   const auto tell = [&](const std::string &text) {
      if (request.progress)
         request.progress(text);
   };
   std::vector<std::unique_ptr<Side>> sides;
   for (const std::string &select : request.sides) {
      tell("self-test of " + (*entry)->provided().name + (select.empty() ? "" : " by " + select));
      const MemoryGrowth growth;
      auto checked = checked_contender(registry, request.algorithm, select);
      if (!checked)
         return checked.error();
      sides.push_back(std::make_unique<Side>(checked->contender, (*entry)->table(), growth));
      Measurement &result = sides.back()->result();
      result.self_test = checked->report;
      tell(result.backend + " prepares and warms up");
      if (auto warm = sides.back()->warm_up(request, each_ns); !warm)
         return warm.error();
   }
   for (std::uint32_t i = 0; i < repetitions; ++i)
      for (const auto &side : sides) {
         tell(side->result().backend + ", repetition " + std::to_string(i + 1) + " of " + std::to_string(repetitions));
         if (!side->repeat(each_ns))
            return unavailable(side->result().backend + " failed while it was measured");
      }
   std::vector<Measurement> results;
   for (const auto &side : sides) {
      side->conclude();
      results.push_back(std::move(side->result()));
   }
   return results;
}

Ratio ratio(const Measurement &first, const Measurement &second) {
   std::vector<double> turns;
   for (std::size_t i = 0; i < std::min(first.rates.size(), second.rates.size()); ++i)
      turns.push_back(first.rates[i] / second.rates[i]);
   const double of_medians = first.median / second.median;
   return {of_medians, turns.empty() ? 0 : spread_of(turns, of_medians)};
}

std::string to_json(const Measurement &m) {
   boost::json::object object{{"algorithm", m.algorithm},
                              {"backend", m.backend},
                              {"device", m.device},
                              {"self_test", {{"jobs", m.self_test.jobs}, {"ms", m.self_test.took_ns / 1'000'000}}},
                              {"threads", m.threads},
                              {"unit", "H/s"},
                              {"median", m.median},
                              {"best", m.best},
                              {"spread", m.spread},
                              {"per_cpu_second", m.per_cpu_second},
                              {"memory_added_bytes", m.memory_added},
                              {"repetitions", boost::json::array(m.rates.begin(), m.rates.end())}};
   if (m.device_memory)
      object["device_memory_bytes"] = *m.device_memory;
   return boost::json::serialize(object);
}

} // namespace nebula::host
