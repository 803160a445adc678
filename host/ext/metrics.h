#pragma once

/// The node's numbers (nebula.metrics/1): cells handed out once, added to without a call, rendered as text on request.

#include "nebula/ext/metrics.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace nebula::host {

/// Thread-safe.
class Metrics {
public:
   static constexpr uint32_t k_cells_max =
      4'096;                                    // of one instance: 256 KiB of cache lines; a histogram takes bounds + 2
   static constexpr uint32_t k_bounds_max = 64; // of one histogram
   static constexpr uint32_t k_families_max = 4'096;
   static constexpr std::size_t k_name_max = 128;
   static constexpr std::size_t k_help_max = 512;
   static constexpr std::size_t k_labels_max = 1'024; // bytes of the label text of one cell

   enum class Format {
      openmetrics, // application/openmetrics-text; version=1.0.0
      prometheus,  // text/plain; version=0.0.4: for readers that know no OpenMetrics
   };

   Metrics();
   ~Metrics();
   Metrics(const Metrics &) = delete;
   Metrics &operator=(const Metrics &) = delete;

   /// As nebula/ext/metrics.h says; the cells live until `remove(instance)`. A counter may be named with or without
   /// _total.
   [[nodiscard]] neb_cell *cell(std::string_view instance, int32_t kind, std::string_view name, std::string_view help,
                                std::string_view labels, uint64_t divisor);
   [[nodiscard]] const neb_histogram *histogram(std::string_view instance, std::string_view name, std::string_view help,
                                                std::string_view labels, std::span<const uint64_t> bounds,
                                                uint64_t divisor);

   /// Why the last refused request of an instance was refused, for its log; empty when none was.
   [[nodiscard]] std::string last_refusal(std::string_view instance) const;

   /// Frees the cells of an instance. Nobody may touch them any more.
   void remove(std::string_view instance);

   /// Calls `refresh` before each rendering: the place to set gauges that nobody keeps up to date. Never removed;
   /// whatever it refers to outlives the registry or every rendering.
   void before_render(std::function<void()> refresh);

   /// The whole registry, families in order of name. The OpenMetrics form ends with "# EOF".
   [[nodiscard]] std::string render(Format format = Format::openmetrics) const;

private:
   struct State;
   std::unique_ptr<State> state_;
};

} // namespace nebula::host
