#include "ext/host_metrics.h"

#include <cstdio>
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace nebula::host {
namespace {

constexpr uint64_t k_nano = 1'000'000'000;

[[nodiscard]] int64_t cpu_ns() {
   rusage used{};
   (void)getrusage(RUSAGE_SELF, &used);
   const auto ns = [](const timeval &t) { return int64_t{t.tv_sec} * 1'000'000'000 + int64_t{t.tv_usec} * 1'000; };
   return ns(used.ru_utime) + ns(used.ru_stime);
}

[[nodiscard]] int64_t resident_bytes() {
   long total = 0;
   long resident = 0;
   if (std::FILE *file = std::fopen("/proc/self/statm", "re")) {
      if (std::fscanf(file, "%ld %ld", &total, &resident) != 2)
         resident = 0;
      std::fclose(file);
   }
   return int64_t{resident} * ::sysconf(_SC_PAGESIZE);
}

[[nodiscard]] int64_t open_files() {
   int64_t count = 0;
   if (DIR *folder = ::opendir("/proc/self/fd")) {
      while (::readdir(folder) != nullptr)
         ++count;
      ::closedir(folder);
      count -= 3; // ".", ".." and the folder itself
   }
   return count;
}

struct Cells {
   neb_cell *tasks, *tasks_waiting, *events, *events_dropped, *event_bytes, *cpu, *resident, *files;
};

[[nodiscard]] Cells make_cells(Metrics &metrics) {
   const auto counter = [&](const char *name, const char *help, uint64_t divisor = 1) {
      return metrics.cell("nebula", NEB_METRIC_COUNTER, name, help, "", divisor);
   };
   const auto gauge = [&](const char *name, const char *help) {
      return metrics.cell("nebula", NEB_METRIC_GAUGE, name, help, "", 1);
   };
   return {counter("nebula_tasks", "Tasks that plugins ran on the executor."),
           gauge("nebula_tasks_waiting", "Tasks and timers that wait for a worker or their time."),
           counter("nebula_events", "Events published on the bus."),
           counter("nebula_events_dropped", "Events dropped because a subscriber's queue was full."),
           gauge("nebula_event_memory_bytes", "Memory of events that are loaned, queued or retained."),
           counter("process_cpu_seconds", "Processor time used by the node.", k_nano),
           gauge("process_resident_memory_bytes", "Memory of the node that is in RAM."),
           gauge("process_open_fds", "Files and sockets the node has open.")};
}

void refresh(HostServices &services, const Cells &cells) {
   neb_cell_set(cells.tasks, static_cast<int64_t>(services.executor.completed()));
   neb_cell_set(cells.tasks_waiting, static_cast<int64_t>(services.executor.waiting()));
   neb_cell_set(cells.events, static_cast<int64_t>(services.bus.published()));
   neb_cell_set(cells.events_dropped, static_cast<int64_t>(services.bus.dropped_total()));
   neb_cell_set(cells.event_bytes, static_cast<int64_t>(services.bus.live_bytes()));
   neb_cell_set(cells.cpu, cpu_ns());
   neb_cell_set(cells.resident, resident_bytes());
   neb_cell_set(cells.files, open_files());
   for (const auto &[instance, level] : services.health.levels())
      neb_cell_set(services.metrics.cell(instance, NEB_METRIC_GAUGE, "nebula_health_level",
                                         "Health of an instance: 0 ok, 1 degraded, 2 not ready, 3 failed.", "", 1),
                   static_cast<int64_t>(level));
}

} // namespace

void add_host_metrics(HostServices &services, ServicesGate gate) {
   neb_cell_set(services.metrics.cell("nebula", NEB_METRIC_GAUGE, "process_start_time_seconds",
                                      "When the node started, in seconds since 1970.", "", k_nano),
                services.clock.wall_ns());
   std::string version;
   for (const char c : services.version)
      if (c != '"' && c != '\\' && c != '\n')
         version += c;
   neb_cell_set(services.metrics.cell("nebula", NEB_METRIC_GAUGE, "nebula_version",
                                      "The version of the host; always 1.", "version=\"" + version + '"', 1),
                1);
   services.metrics.before_render([gate = std::move(gate), cells = make_cells(services.metrics)] {
      gate([&](HostServices &open) { refresh(open, cells); });
   });
}

} // namespace nebula::host
