/// nebula.metrics/1 and nebula.health/1.

#include "ext/instance_context.h"

namespace nebula::host {
namespace {

/// A refused cell is NULL, which every function accepts: without a line in the log nobody would ever know.
void log_refusal(InstanceContext &context) {
   context.log.warn(context.services.metrics.last_refusal(context.instance));
}

neb_cell *cell(const neb_host *host, int32_t kind, neb_str name, neb_str help, neb_str labels, uint64_t divisor) {
   neb_cell *out = nullptr;
   (void)contained(host, "nebula.metrics/1 cell", [&](InstanceContext &context) {
      out = context.services.metrics.cell(context.instance, kind, view(name), view(help), view(labels), divisor);
      if (out == nullptr)
         log_refusal(context);
      return NEB_OK;
   });
   return out;
}

const neb_histogram *histogram(const neb_host *host, neb_str name, neb_str help, neb_str labels, const uint64_t *bounds,
                               uint64_t count, uint64_t divisor) {
   const neb_histogram *out = nullptr;
   (void)contained(host, "nebula.metrics/1 histogram", [&](InstanceContext &context) {
      const std::span<const uint64_t> all(bounds, bounds == nullptr ? 0 : static_cast<std::size_t>(count));
      out = context.services.metrics.histogram(context.instance, view(name), view(help), view(labels), all, divisor);
      if (out == nullptr)
         log_refusal(context);
      return NEB_OK;
   });
   return out;
}

neb_status report(const neb_host *host, int32_t level, neb_str component, neb_str text) {
   return contained(host, "nebula.health/1 report", [&](InstanceContext &context) {
      return context.services.health.report(context.instance, static_cast<HealthLevel>(level), view(component),
                                            view(text));
   });
}

neb_status beat(const neb_host *host, neb_str component, uint64_t within_ns) {
   return contained(host, "nebula.health/1 beat", [&](InstanceContext &context) {
      return context.services.health.beat(context.instance, view(component), within_ns);
   });
}

void progress(const neb_host *host, neb_str what, uint64_t done, uint64_t total, neb_str unit) {
   (void)contained(host, "nebula.health/1 progress", [&](InstanceContext &context) {
      context.services.health.progress(context.instance, view(what), done, total, view(unit));
      return NEB_OK;
   });
}

} // namespace

const void *metrics_table() noexcept {
   static constexpr neb_ext_metrics k_table = {sizeof(neb_ext_metrics), 0, cell, histogram};
   return &k_table;
}

const void *health_table() noexcept {
   static constexpr neb_ext_health k_table = {sizeof(neb_ext_health), 0, report, beat, progress};
   return &k_table;
}

} // namespace nebula::host
