#include "ext/metrics.h"

#include "ext/metric_text.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

namespace nebula::host {
namespace {

constexpr int32_t k_histogram = -1; // beside NEB_METRIC_COUNTER and NEB_METRIC_GAUGE

struct alignas(64) CellBox {
   neb_cell cell{0};
};

/// The cells of one instance and one set of labels.
struct Series {
   std::unique_ptr<CellBox[]> boxes;
   std::vector<neb_cell *> buckets; // of a histogram: bounds + 1
   neb_histogram histogram{};
};

struct Family {
   int32_t kind = NEB_METRIC_GAUGE;
   std::string help;
   uint64_t divisor = 1;
   std::vector<std::string> label_names;
   std::vector<uint64_t> bounds;
   std::map<std::pair<std::string, std::string>, Series> series; // by instance and labels as written in the exposition
};

[[nodiscard]] std::vector<std::string> names_of(const Labels &labels) {
   std::vector<std::string> names;
   for (const auto &[name, value] : labels)
      names.push_back(name);
   return names;
}

[[nodiscard]] std::string written(const Labels &labels) {
   std::string out;
   for (const auto &[name, value] : labels) {
      out += ',';
      append_label(out, name, value);
   }
   return out; // each with a leading comma: the instance comes before
}

[[nodiscard]] int64_t load(const neb_cell &cell) {
   return __atomic_load_n(&cell.value, __ATOMIC_RELAXED);
}

/// A bucket's bound must read as a floating-point number.
[[nodiscard]] std::string bound_text(uint64_t bound, uint64_t divisor) {
   std::string text = decimal_unsigned(bound, divisor);
   return text.find('.') == std::string::npos ? text + ".0" : text;
}

struct Request {
   std::string_view instance;
   int32_t kind;
   std::string_view name;
   std::string_view help;
   std::string_view labels;
   std::span<const uint64_t> bounds;
   uint64_t divisor;
};

void render_series(std::string &out, const std::string &name, const Family &family,
                   const std::pair<std::string, std::string> &key, const Series &series) {
   std::string labels;
   append_label(labels, "instance", key.first);
   labels += key.second;
   if (family.kind != k_histogram) {
      out += name + (family.kind == NEB_METRIC_COUNTER ? "_total{" : "{") + labels + "} " +
             decimal(load(series.boxes[0].cell), family.divisor) + '\n';
      return;
   }
   int64_t count = 0;
   for (std::size_t i = 0; i < series.buckets.size(); ++i) {
      count += load(*series.buckets[i]);
      const std::string le = i < family.bounds.size() ? bound_text(family.bounds[i], family.divisor) : "+Inf";
      out += name + "_bucket{" + labels + ",le=\"" + le + "\"} " + std::to_string(count) + '\n';
   }
   out += name + "_sum{" + labels + "} " + decimal(load(*series.histogram.sum), family.divisor) + '\n';
   out += name + "_count{" + labels + "} " + std::to_string(count) + '\n';
}

void render_family(std::string &out, const std::string &name, const Family &family, Metrics::Format format) {
   const bool open = format == Metrics::Format::openmetrics;
   const bool counter = family.kind == NEB_METRIC_COUNTER;
   // The older format knows no families: there a counter is named as its sample.
   const std::string shown = counter && !open ? name + "_total" : name;
   out += "# HELP " + shown + ' ' + escape_help(family.help, open) + '\n';
   out += "# TYPE " + shown + (counter ? " counter\n" : family.kind == k_histogram ? " histogram\n" : " gauge\n");
   if (const std::string_view unit = unit_of(name); open && !unit.empty())
      (out += "# UNIT " + shown + ' ').append(unit) += '\n';
   for (const auto &[key, series] : family.series)
      render_series(out, name, family, key, series);
}

} // namespace

struct Metrics::State {
   mutable std::mutex mutex;
   std::map<std::string, Family, std::less<>> families;
   std::map<std::string, uint32_t, std::less<>> cells_of;   // by instance
   std::map<std::string, std::string, std::less<>> refusal; // by instance
   std::vector<std::function<void()>> refreshers;

   [[nodiscard]] Series *find_or_make(const Request &request);
   [[nodiscard]] const char *mismatch(const Request &request, const std::string &name, const Labels &labels);
   Series *refuse(const Request &request, const std::string &why);
};

Series *Metrics::State::refuse(const Request &request, const std::string &why) {
   refusal[std::string(request.instance)] =
      "metric \"" + std::string(request.name.substr(0, k_name_max)) + "\": " + why;
   return nullptr;
}

/// Why the request does not fit the family that has the name already; NULL when it does, or when there is none.
const char *Metrics::State::mismatch(const Request &request, const std::string &name, const Labels &labels) {
   const auto found = families.find(name);
   if (found == families.end())
      return families.size() >= k_families_max ? "there are 4096 names already" : nullptr;
   const Family &family = found->second;
   if (family.kind != request.kind)
      return "the name is in use for another kind of metric";
   if (family.divisor != request.divisor)
      return "the name is in use with another divisor";
   if (family.label_names != names_of(labels))
      return "every cell of a name must have the same label names";
   if (!std::equal(family.bounds.begin(), family.bounds.end(), request.bounds.begin(), request.bounds.end()))
      return "the name is in use with other bounds";
   return nullptr;
}

Series *Metrics::State::find_or_make(const Request &request) {
   std::string_view name = request.name;
   if (request.kind == NEB_METRIC_COUNTER && name.ends_with("_total"))
      name.remove_suffix(6);
   if (name.size() > k_name_max || !is_metric_name(name))
      return refuse(request,
                    "a name is snake_case, at most 128 bytes, and ends in no suffix of the format such as _count");
   if (request.help.size() > k_help_max || request.labels.size() > k_labels_max || request.divisor == 0)
      return refuse(request, "help is at most 512 bytes, labels at most 1024, and the divisor at least 1");
   const auto labels = parse_labels(request.labels);
   if (!labels)
      return refuse(request, "labels are written a=\"b\",c=\"d\", each name once and none of them instance or le");
   const std::string key(name);
   if (const char *why = mismatch(request, key, *labels))
      return refuse(request, why);

   const bool histogram = request.kind == k_histogram;
   const std::size_t cells = histogram ? request.bounds.size() + 2 : 1;
   const auto found = families.find(key);
   const std::pair<std::string, std::string> id(request.instance, written(*labels));
   if (found != families.end())
      if (const auto known = found->second.series.find(id); known != found->second.series.end())
         return &known->second;
   uint32_t &used = cells_of[id.first];
   if (used + cells > k_cells_max)
      return refuse(request, "the instance has 4096 cells already");
   used += static_cast<uint32_t>(cells);

   Family &family = families[key];
   if (found == families.end()) {
      family.kind = request.kind;
      family.help = request.help;
      family.divisor = request.divisor;
      family.label_names = names_of(*labels);
      family.bounds.assign(request.bounds.begin(), request.bounds.end());
   }
   Series &series = family.series[id];
   series.boxes = std::make_unique<CellBox[]>(cells);
   if (histogram) {
      for (std::size_t i = 0; i + 1 < cells; ++i)
         series.buckets.push_back(&series.boxes[i].cell);
      series.histogram = {family.bounds.data(), series.buckets.data(), &series.boxes[cells - 1].cell,
                          family.bounds.size()};
   }
   return &series;
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

neb_cell *Metrics::cell(std::string_view instance, int32_t kind, std::string_view name, std::string_view help,
                        std::string_view labels, uint64_t divisor) {
   std::lock_guard lock(state_->mutex);
   const Request request{instance, kind, name, help, labels, {}, divisor};
   if (kind != NEB_METRIC_COUNTER && kind != NEB_METRIC_GAUGE) {
      (void)state_->refuse(request, "the kind is neither NEB_METRIC_COUNTER nor NEB_METRIC_GAUGE");
      return nullptr;
   }
   Series *series = state_->find_or_make(request);
   return series == nullptr ? nullptr : &series->boxes[0].cell;
}

const neb_histogram *Metrics::histogram(std::string_view instance, std::string_view name, std::string_view help,
                                        std::string_view labels, std::span<const uint64_t> bounds, uint64_t divisor) {
   std::lock_guard lock(state_->mutex);
   const Request request{instance, k_histogram, name, help, labels, bounds, divisor};
   const bool ascending = std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) == bounds.end();
   if (bounds.empty() || bounds.size() > k_bounds_max || !ascending) {
      (void)state_->refuse(request, "a histogram has 1 to 64 bounds, each larger than the one before");
      return nullptr;
   }
   Series *series = state_->find_or_make(request);
   return series == nullptr ? nullptr : &series->histogram;
}

std::string Metrics::last_refusal(std::string_view instance) const {
   std::lock_guard lock(state_->mutex);
   const auto found = state_->refusal.find(instance);
   return found == state_->refusal.end() ? std::string() : found->second;
}

void Metrics::remove(std::string_view instance) {
   std::lock_guard lock(state_->mutex);
   for (auto family = state_->families.begin(); family != state_->families.end();) {
      std::erase_if(family->second.series, [&](const auto &entry) { return entry.first.first == instance; });
      family = family->second.series.empty() ? state_->families.erase(family) : std::next(family);
   }
   std::erase_if(state_->cells_of, [&](const auto &entry) { return entry.first == instance; });
   std::erase_if(state_->refusal, [&](const auto &entry) { return entry.first == instance; });
}

void Metrics::before_render(std::function<void()> refresh) {
   std::lock_guard lock(state_->mutex);
   state_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::render(Format format) const {
   std::vector<std::function<void()>> refreshers;
   {
      std::lock_guard lock(state_->mutex);
      refreshers = state_->refreshers;
   }
   for (const auto &refresh : refreshers)
      refresh();
   std::string out;
   std::lock_guard lock(state_->mutex);
   for (const auto &[name, family] : state_->families)
      render_family(out, name, family, format);
   if (format == Format::openmetrics)
      out += "# EOF\n";
   return out;
}

} // namespace nebula::host
