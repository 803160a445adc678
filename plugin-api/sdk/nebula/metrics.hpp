// nebula.metrics/1: counters, gauges and histograms. An update is one relaxed atomic operation on a cell of the host.
#pragma once

#include <nebula/ext/metrics.h>
#include <nebula/host.hpp>

#include <initializer_list>
#include <vector>

namespace nebula {

// Copyable; [real]. An empty one (no metrics extension, a limit reached) ignores everything.
class Counter {
public:
   Counter() noexcept = default;
   explicit Counter(neb_cell *cell) noexcept : cell_(cell) {}
   void add(int64_t n = 1) const noexcept { neb_cell_add(cell_, n); }

private:
   neb_cell *cell_ = nullptr;
};

class Gauge {
public:
   Gauge() noexcept = default;
   explicit Gauge(neb_cell *cell) noexcept : cell_(cell) {}
   void set(int64_t value) const noexcept { neb_cell_set(cell_, value); }
   void add(int64_t n) const noexcept { neb_cell_add(cell_, n); }

private:
   neb_cell *cell_ = nullptr;
};

class Histogram {
public:
   Histogram() noexcept = default;
   explicit Histogram(const neb_histogram *cells) noexcept : cells_(cells) {}
   void record(uint64_t value) const noexcept { neb_histogram_record(cells_, value); }

private:
   const neb_histogram *cells_ = nullptr;
};

// Hands out the cells; ask once, keep them. Names, labels and `divisor` are described in ext/metrics.h. [thread-safe]
class Metrics {
public:
   explicit Metrics(Host host) noexcept : host_(host.raw()), api_(host.find<neb_ext_metrics>(NEB_EXT_METRICS)) {}

   Counter counter(std::string_view name, std::string_view help, std::string_view labels = {},
                   uint64_t divisor = 1) const noexcept {
      return Counter(cell(NEB_METRIC_COUNTER, name, help, labels, divisor));
   }

   Gauge gauge(std::string_view name, std::string_view help, std::string_view labels = {},
               uint64_t divisor = 1) const noexcept {
      return Gauge(cell(NEB_METRIC_GAUGE, name, help, labels, divisor));
   }

   Histogram histogram(std::string_view name, std::string_view help, std::initializer_list<uint64_t> bounds,
                       std::string_view labels = {}, uint64_t divisor = 1) const noexcept {
      return Histogram(
         api_ ? api_->histogram(host_, str(name), str(help), str(labels), bounds.begin(), bounds.size(), divisor)
              : nullptr);
   }

private:
   neb_cell *cell(int32_t kind, std::string_view name, std::string_view help, std::string_view labels,
                  uint64_t divisor) const noexcept {
      return api_ ? api_->cell(host_, kind, str(name), str(help), str(labels), divisor) : nullptr;
   }

   const neb_host *host_;
   const neb_ext_metrics *api_;
};

} // namespace nebula
