// nebula.metrics/1: the host hands out cells, the plugin adds to them; no call per event. Exposed as OpenMetrics text.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_METRICS "nebula.metrics/1"

enum { NEB_METRIC_COUNTER = 0, NEB_METRIC_GAUGE = 1 };

// One number. Use the functions below; a counter only grows. Fixed for ever, alone in its cache line.
typedef struct neb_cell {
   int64_t value;
} neb_cell;

// [real]
static inline void neb_cell_add(neb_cell *cell, int64_t n) {
   if (cell) {
      (void)__atomic_fetch_add(&cell->value, n, __ATOMIC_RELAXED);
   }
}

// For gauges.
// [real]
static inline void neb_cell_set(neb_cell *cell, int64_t value) {
   if (cell) {
      __atomic_store_n(&cell->value, value, __ATOMIC_RELAXED);
   }
}

// A histogram of integers: cells[i] counts values <= bounds[i], cells[count] the larger ones; `sum` their sum. All are the
// host's. Fixed for ever.
typedef struct neb_histogram {
   const uint64_t *bounds;
   neb_cell *const *cells;
   neb_cell *sum;
   uint64_t count;
} neb_histogram;

// [real]
static inline void neb_histogram_record(const neb_histogram *histogram, uint64_t value) {
   if (histogram) {
      uint64_t i = 0;
      while (i < histogram->count && value > histogram->bounds[i]) {
         ++i;
      }
      neb_cell_add(histogram->cells[i], 1);
      neb_cell_add(histogram->sum, (int64_t)value);
   }
}

// Names are snake_case and begin with the plugin's subject ("chain_height"); labels are written as in the exposition,
// algorithm="randomx",status="valid" (empty: none), and every cell of one name has the same label names. The host adds the
// label instance. Cells stay valid until `destroy`; asking again for the same name and labels gives the same cell.
typedef struct neb_ext_metrics {
   uint32_t size;
   uint32_t flags; // 0

   // `divisor` turns the integer into the unit of the name (1,000,000,000 for seconds kept as nanoseconds); at least 1.
   // NULL when a limit (4,096 cells per instance) is reached or a name, label or kind is malformed or conflicting; every
   // function above accepts NULL.
   // [thread-safe]
   neb_cell *(*cell)(const neb_host *host, int32_t kind, neb_str name, neb_str help, neb_str labels, uint64_t divisor);

   // `bounds` ascending, in the integer's unit; at most 64.
   // [thread-safe]
   const neb_histogram *(*histogram)(const neb_host *host, neb_str name, neb_str help, neb_str labels,
                                     const uint64_t *bounds, uint64_t count, uint64_t divisor);
} neb_ext_metrics;

NEB_EXTERN_C_END
