#include "book.h"

#include "common/share_target.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::upstream {
namespace {

/// Sinks with one template; ten times the miners of the largest proxy we know.
constexpr std::size_t k_sinks_max = 100'000;
/// Shares of one input, some 100 bytes each.
constexpr std::size_t k_seen_max = 100'000;
/// What the connections bring within this time is one template: a new block comes to all of them at once.
constexpr std::uint64_t k_gather_clean_ns = 40'000'000, k_gather_ns = 300'000'000;
/// Whatever a pool floods us with, sinks hear of it twenty times a second at most.
constexpr std::uint64_t k_offers_apart_ns = 50'000'000;
constexpr std::uint32_t k_name_bytes = 4; ///< of an extranonce that is but a name

std::string key_of(const FoundSolution &found) {
   std::string key(common::as_text(found.extranonce));
   key.append(reinterpret_cast<const char *>(&found.nonce), sizeof found.nonce);
   key.append(reinterpret_cast<const char *>(&found.ntime), sizeof found.ntime);
   return key;
}

} // namespace

bool Book::same_input(const Job &a, const Job &b) const {
   return a.input == b.input && a.coinbase == b.coinbase && a.extranonce1 == b.extranonce1 &&
          a.extranonce2_size == b.extranonce2_size && a.seed == b.seed && a.nonce_byte_fixed == b.nonce_byte_fixed &&
          (settings_.dialect != Dialect::ergo || a.height == b.height);
}

void Book::job(LaneId id, const Job &job, std::uint64_t now_ns) {
   Lane &lane = lanes_[id];
   const bool first = lane.work == nullptr;
   if (!first && same_input(lane.work->job, job)) {
      auto &names = lane.work->names;
      const auto again = std::ranges::find(names, job.id, &LaneWork::Name::job);
      if (again != names.end())
         names.erase(again);
      names.push_back({job.id, job.target});
      if (names.size() > k_names_kept)
         names.pop_front();
      return;
   }
   // Dialect A does not say whether a job ends the ones before it; another height does.
   const bool other_block = settings_.dialect == Dialect::xmrig
                               ? first || job.height == 0 || job.height != lane.work->job.height
                               : first || job.clean;
   if (!first && other_block)
      for (Template &one : templates_)
         for (const auto &work : one.works)
            work->stale |= work->lane == id;
   lane.work = std::make_shared<LaneWork>();
   lane.work->lane = id;
   lane.work->job = job;
   lane.work->slices = slices_of(job, settings_.dialect, settings_.split);
   lane.work->left = lane.work->slices.count;
   lane.work->taken.resize(lane.work->left);
   lane.work->names.push_back({job.id, job.target});
   if (joins(id, job)) {
      Template &newest = templates_.back();
      std::erase_if(newest.works, [&](const auto &work) { return work->lane == id; });
      newest.works.push_back(lane.work);
      newest.starved.clear();
      return;
   }
   lane.fresh = true;
   clean_ |= other_block;
   if (!dirty_)
      dirty_ns_ = now_ns;
   dirty_ = true;
}

/// A connection that comes later to the block that the others are at already adds to their template. Pools give who
/// logs in also the jobs before the newest one: what no sink has a part of is replaced.
bool Book::joins(LaneId id, const Job &job) const {
   if (clean_ || templates_.empty() || settings_.dialect == Dialect::bitcoin)
      return false;
   const Template &newest = templates_.back();
   const auto used = [&](const auto &work) { return work->lane == id && work->left < work->slices.count; };
   const auto good = [](const auto &work) { return !work->stale; };
   return newest.offer.height == job.height && std::ranges::none_of(newest.works, used) &&
          std::ranges::any_of(newest.works, good);
}

void Book::lost(LaneId id, std::uint64_t now_ns) {
   lanes_.erase(id);
   for (Template &one : templates_)
      for (const auto &work : one.works)
         if (work->lane == id && work->lost_ns == 0) {
            work->stale = true;
            work->lost_ns = now_ns;
         }
   dirty_ = std::ranges::any_of(lanes_, [](const auto &lane) { return lane.second.fresh; });
}

void Book::change_pool(std::uint64_t now_ns) {
   while (!lanes_.empty())
      lost(lanes_.begin()->first, now_ns);
   clean_ = true;
}

Offer Book::offer_of(const std::vector<std::shared_ptr<LaneWork>> &works) const {
   const LaneWork &first = *works.front();
   Offer out;
   out.height = first.job.height;
   out.extranonce_size = k_name_bytes;
   for (const auto &work : works)
      out.submit_target = std::max(out.submit_target, work->target());
   if (first.job.seed)
      out.key.assign(first.job.seed->begin(), first.job.seed->end());
   if (first.job.coinbase) {
      out.extranonce_size = first.job.extranonce2_size;
      out.time_s = first.job.coinbase->ntime;
      out.coinbase = works.front();
      out.coinb1 = first.job.coinbase->coinb1;
      out.coinb1.insert(out.coinb1.end(), first.job.extranonce1.begin(), first.job.extranonce1.end());
   }
   return out;
}

std::optional<Offer> Book::retarget() {
   if (templates_.empty() || lanes_.empty())
      return std::nullopt;
   Template &newest = templates_.back();
   U256 target;
   for (const auto &work : newest.works)
      if (!work->stale)
         target = std::max(target, work->target());
   if (target.is_zero() || target == newest.offer.submit_target)
      return std::nullopt;
   newest.offer.submit_target = target;
   Offer out = newest.offer;
   out.clean = false;
   return out;
}

std::optional<Offer> Book::due(std::size_t open, std::uint64_t now_ns) {
   if (now_ns - told_ns_ < k_offers_apart_ns)
      return std::nullopt;
   if (!dirty_) {
      auto out = retarget();
      if (out)
         told_ns_ = now_ns;
      return out;
   }
   const auto fresh =
      static_cast<std::size_t>(std::ranges::count_if(lanes_, [](const auto &lane) { return lane.second.fresh; }));
   if (fresh < open && now_ns - dirty_ns_ < (clean_ ? k_gather_clean_ns : k_gather_ns))
      return std::nullopt;
   const auto newest = std::ranges::find_if(lanes_, [](const auto &lane) { return lane.second.fresh; });
   const std::uint64_t height = newest->second.work->job.height;
   // What is known of an older block is on its way out; what has not come yet joins when it does.
   const auto holds = [&](const Lane &lane) {
      return lane.fresh || (!lane.work->stale && (!clean_ || (height != 0 && lane.work->job.height == height)));
   };
   Template made;
   bool all = true; // nothing of what sinks have is worth anything
   for (auto &[id, lane] : lanes_) {
      if (holds(lane)) {
         made.works.push_back(lane.work);
         all = all && lane.fresh;
      }
      lane.fresh = false;
   }
   made.offer = offer_of(made.works);
   made.offer.id = next_id_++;
   made.offer.clean = clean_ && all;
   dirty_ = clean_ = false;
   told_ns_ = now_ns;
   templates_.push_back(std::move(made));
   if (templates_.size() > k_templates_kept)
      templates_.pop_front();
   return templates_.back().offer;
}

std::optional<Offer> Book::current() const {
   if (templates_.empty())
      return std::nullopt;
   return templates_.back().offer;
}

Book::Template *Book::find(std::uint64_t id) {
   const auto found = std::ranges::find_if(templates_, [&](const Template &one) { return one.offer.id == id; });
   return found == templates_.end() ? nullptr : &*found;
}

/// Whether a sink's last slice is of work that the template has too: then the sink needs no other one.
bool Book::has_work(const Template &of, const Bytes &name) const {
   for (auto one = templates_.rbegin(); one != templates_.rend(); ++one)
      if (const auto found = one->given.find(name); found != one->given.end())
         return !found->second.work->stale && std::ranges::find(of.works, found->second.work) != of.works.end();
   return false;
}

Derived Book::slice(Template &of, ByteView extranonce, Given &out) {
   const Bytes name(extranonce.begin(), extranonce.end());
   if (const auto found = of.given.find(name); found != of.given.end()) {
      out = found->second;
      return Derived::good;
   }
   std::shared_ptr<LaneWork> best;
   const bool more = has_work(of, name);
   for (const auto &work : of.works) {
      if (work->stale || work->left == 0)
         continue;
      if (!more && lanes_.at(work->lane).homes.waits(name, work->taken)) {
         best = work;
         break;
      }
      if (!best || work->left > best->left)
         best = work;
   }
   if (best && more) {
      // Who needs other work comes first; only when there is enough for everybody, there is more for all.
      std::size_t free = 0, sinks = 0;
      for (const auto &work : of.works)
         free += work->stale ? 0 : work->left;
      for (const Template &one : templates_)
         sinks = std::max(sinks, one.given.size());
      if (free <= sinks)
         return Derived::full;
   }
   if (!best || of.given.size() >= k_sinks_max) {
      if (&of == &templates_.back() && of.starved.size() < k_sinks_max)
         of.starved.insert(name);
      return Derived::full;
   }
   out = {best, lanes_.at(best->lane).homes.take(name, best->taken)};
   --best->left;
   of.given.emplace(name, out);
   return Derived::good;
}

Derived Book::derive(std::uint64_t template_id, ByteView extranonce, std::uint64_t now_ns, Input &out) {
   Template *found = find(template_id);
   if (!found)
      return Derived::gone;
   if (extranonce.size() != found->offer.extranonce_size)
      return Derived::wrong;
   if (settings_.dialect == Dialect::bitcoin) {
      const LaneWork &work = *found->works.front();
      if (work.lost_ns != 0 && now_ns - work.lost_ns >= settings_.keep_ns)
         return Derived::gone;
      out = header_input(work.job, extranonce, work.job.coinbase->ntime);
      return Derived::good;
   }
   Given given;
   if (const Derived got = slice(*found, extranonce, given); got != Derived::good)
      return std::ranges::all_of(found->works, [](const auto &work) { return work->stale; }) ? Derived::gone : got;
   if (given.work->lost_ns != 0 && now_ns - given.work->lost_ns >= settings_.keep_ns)
      return Derived::gone;
   out = sliced_input(given.work->job, settings_.dialect, given.work->slices, given.slice);
   return Derived::good;
}

std::variant<Admitted, Judgement> Book::admit(const FoundSolution &found) {
   Template *from = find(found.template_id);
   if (!from)
      return Judgement{NEB_WORK_STALE, "the pool has given other work since"};
   if (found.extranonce.size() != from->offer.extranonce_size || found.version_bits != 0)
      return Judgement{NEB_WORK_INVALID, "the extranonce has another size, or version bits are rolled"};
   Admitted out;
   out.share.nonce = found.nonce;
   if (settings_.dialect == Dialect::bitcoin) {
      out.work = from->works.front();
      out.share.ntime = found.ntime != 0 ? found.ntime : out.work->job.coinbase->ntime;
      out.share.extranonce2.assign(found.extranonce.begin(), found.extranonce.end());
      out.input = header_input(out.work->job, found.extranonce, out.share.ntime);
   } else {
      const auto given = from->given.find(Bytes(found.extranonce.begin(), found.extranonce.end()));
      if (given == from->given.end())
         return Judgement{NEB_WORK_INVALID, "no work was derived for the extranonce"};
      out.work = given->second.work;
      out.input = sliced_input(out.work->job, settings_.dialect, out.work->slices, given->second.slice);
      if (settings_.dialect == Dialect::ergo)
         for (std::uint32_t i = out.work->job.extranonce2_size; i-- > 0;)
            out.share.extranonce2.push_back(static_cast<std::uint8_t>(found.nonce >> (8 * i)));
      out.share.brief = out.work->job.brief;
   }
   if (found.nonce < out.input.nonce_first || found.nonce > out.input.nonce_last)
      return Judgement{NEB_WORK_INVALID, "the nonce is not one of those that the job left to the sink"};
   if (out.work->lost_ns != 0)
      return Judgement{NEB_WORK_LOST, "the connection that the work came from is gone"};
   if (out.work->stale)
      return Judgement{NEB_WORK_STALE, "the pool has given other work since"};
   if (out.work->seen.size() >= k_seen_max)
      return Judgement{NEB_WORK_STALE, "too many shares of one job: wait for the next one"};
   if (!out.work->seen.insert(key_of(found)).second)
      return Judgement{NEB_WORK_DUPLICATE, "it was handed in before"};
   return out;
}

const std::string *Book::job_for(const LaneWork &work, const U256 &number) {
   for (auto name = work.names.rbegin(); name != work.names.rend(); ++name)
      if (number <= name->target)
         return &name->job;
   return nullptr;
}

std::size_t Book::connections_wanted() const {
   if (templates_.empty() || templates_.back().starved.empty() || settings_.dialect == Dialect::bitcoin)
      return 0;
   const std::size_t per_connection = templates_.back().works.front()->slices.count;
   return (templates_.back().starved.size() + per_connection - 1) / per_connection;
}

} // namespace nebula::upstream
