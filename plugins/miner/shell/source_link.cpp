#include "source_link.h"

#include <algorithm>

namespace nebula::miner {

struct SourceLink::Watch {
   SourceLink *link;
   std::uint64_t generation;
   neb_watch *handle = nullptr;
};

namespace {

/// Two instances, and two runs of one instance, start at different places (64-bit FNV-1a, then a mixer's finish).
std::uint64_t start_of(std::string_view instance, std::uint64_t time_ns) noexcept {
   std::uint64_t hash = 0xcbf29ce484222325u ^ time_ns;
   for (const char c : instance)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
   hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
   return hash ^ (hash >> 33);
}

std::vector<std::string> algorithms_of(const neb_work_source *source) {
   neb_str names[NEB_WORK_ALGORITHMS_MAX] = {};
   const std::uint32_t count =
      std::min(source->algorithms(source, names, NEB_WORK_ALGORITHMS_MAX), NEB_WORK_ALGORITHMS_MAX);
   std::vector<std::string> result;
   for (std::uint32_t i = 0; i < count; ++i)
      result.emplace_back(view_of(names[i]));
   return result;
}

} // namespace

SourceLink::SourceLink(const HostView &host, std::string instance, std::function<void(bool)> changed)
   : host_(host), instance_(std::move(instance)), changed_(std::move(changed)),
     start_(start_of(host.host->instance, static_cast<std::uint64_t>(host.clock->wall_ns(host.host)))) {}

SourceLink::~SourceLink() = default;

neb_status SourceLink::find(neb_error *err) {
   const std::string select = "instance=" + instance_;
   return host_.services->find(host_.host, text_of(NEB_SVC_WORK_SOURCE), text_of(select), &slot_, err);
}

std::shared_ptr<Work> SourceLink::current() const {
   const std::lock_guard lock(mutex_);
   return current_;
}

void SourceLink::forget(const std::shared_ptr<Work> &work) {
   const std::lock_guard lock(mutex_);
   if (current_ == work)
      current_ = nullptr;
}

void SourceLink::drop() {
   generation_.store(0);
   const std::lock_guard lock(mutex_);
   current_ = nullptr;
}

void SourceLink::lose(std::string_view why) {
   drop();
   host_.report(NEB_HEALTH_NOT_READY, "work", why);
   changed_(true);
}

std::vector<std::string> SourceLink::offered() const {
   const Entered<neb_work_source> source(host_, slot_);
   return source ? algorithms_of(source.get()) : std::vector<std::string>();
}

void SourceLink::follow() {
   const std::lock_guard lock(follow_mutex_);
   if (ended_)
      return;
   if (!following_) {
      following_ = true;
      (void)host_.services->watch(slot_, &SourceLink::on_change, this);
   }
   const Entered<neb_work_source> source(host_, slot_);
   if (!source)
      return lose("waiting for the work source '" + instance_ + "', which is not running");
   if (source.generation() != generation_.load())
      subscribe(source.get(), source.generation());
}

void SourceLink::subscribe(const neb_work_source *source, std::uint64_t generation) {
   // The source's own order says what it prefers; ours only says what can be computed here.
   for (const std::string &offered : algorithms_of(source)) {
      const std::string algorithm = names_->canonical(offered);
      if (std::find(algorithms_.begin(), algorithms_.end(), algorithm) == algorithms_.end())
         continue;
      drop(); // what another occupant gave is worthless
      watches_.push_back(std::make_unique<Watch>(Watch{this, generation}));
      Watch &watch = *watches_.back();
      generation_.store(generation);
      const neb_status status =
         source->watch(source, text_of(offered), &SourceLink::on_template, &watch, &watch.handle);
      if (status == NEB_OK) {
         algorithms_ = {algorithm};
         if (!current())
            host_.report(NEB_HEALTH_NOT_READY, "work", "waiting for the first template of '" + instance_ + "'");
         return;
      }
      watches_.pop_back();
      lose("the work source '" + instance_ + "' refuses to give work for " + offered);
      return;
   }
   lose("the work source '" + instance_ + "' has no algorithm that this node can compute");
}

void SourceLink::on_template(void *user, const neb_work_template *wire) noexcept {
   const auto *watch = static_cast<const Watch *>(user);
   watch->link->received(*watch, *wire);
}

void SourceLink::on_change(void *user, std::uint64_t) noexcept {
   static_cast<SourceLink *>(user)->follow();
}

void SourceLink::received(const Watch &watch, const neb_work_template &wire) {
   if (watch.generation != generation_.load())
      return;
   const bool clean = (wire.flags & NEB_WORK_CLEAN) != 0;
   {
      const std::lock_guard lock(mutex_);
      // Ids only grow. The same template again keeps its search space, as its nonces must not be walked twice; but it
      // may have another target.
      if (last_generation_ == watch.generation && wire.id <= last_id_) {
         if (wire.id == last_id_ && current_)
            current_->retarget(wire.submit_target);
         return;
      }
      last_generation_ = watch.generation;
      last_id_ = wire.id;
      current_ = std::make_shared<Work>(wire, watch.generation, start_);
      current_->algorithm = names_->canonical(current_->algorithm);
   }
   host_.report(NEB_HEALTH_OK, "work", "");
   changed_(clean);
}

void SourceLink::unfollow() {
   const std::lock_guard one(follow_mutex_);
   ended_ = true;
   const std::uint64_t generation = generation_.exchange(0);
   const Entered<neb_work_source> source(host_, slot_);
   for (const auto &watch : watches_)
      if (source && source.generation() == watch->generation && watch->generation == generation)
         source->unwatch(source.get(), watch->handle);
   const std::lock_guard lock(mutex_);
   current_ = nullptr;
}

} // namespace nebula::miner
