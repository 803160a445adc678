#include "host/pow/facade.h"

#include "host/util/clock.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <iterator>
#include <new>
#include <utility>

namespace nebula::host {

namespace {

constexpr std::uint64_t k_quiesce_ns = 2'000'000'000; // consumers stay inside for one batch, 50 ms; preparing is longer

} // namespace

struct Facade::Incarnation {
   Incarnation(Facade &owner, std::shared_ptr<const AlgorithmEntry> entry, const neb_pow_backend &backend);

   [[nodiscard]] static Incarnation &of(const neb_pow_backend *self) noexcept {
      return *static_cast<Incarnation *>(self->ctx);
   }
   [[nodiscard]] static FacadeSession &of(neb_pow_session *session) noexcept {
      return *reinterpret_cast<FacadeSession *>(session);
   }

   // The table's functions.
   static neb_status open(const neb_pow_backend *, const neb_pow_session_config *, neb_pow_session **,
                          neb_error *) noexcept;
   static neb_status prepare(const neb_pow_backend *, neb_pow_session *, const neb_pow_epoch *, neb_error *) noexcept;
   static neb_status submit(const neb_pow_backend *, neb_pow_session *, const neb_pow_job *) noexcept;
   static neb_status wait(const neb_pow_backend *, neb_pow_session *, neb_pow_result *, std::uint64_t) noexcept;
   static void cancel_below(const neb_pow_backend *, neb_pow_session *, std::uint64_t) noexcept;
   static void close(const neb_pow_backend *, neb_pow_session *) noexcept;

   [[nodiscard]] neb_status add(std::uint32_t depth, neb_pow_session **out);

   Facade &facade;
   const std::shared_ptr<const AlgorithmEntry> algorithm;
   const std::string name; // the canonical one, however the consumer wrote it; kept beyond the algorithm's instance
   const std::string device;
   neb_pow_backend table{};
   bool retired = false;
   std::mutex mutex; // held while sessions are walked, so that none is closed meanwhile
   std::set<std::unique_ptr<FacadeSession>, std::less<>> sessions; // guarded by mutex
};

namespace {

/// Nothing throws across the boundary.
template <class Body>
neb_status guarded(Body body) noexcept {
   try {
      return body();
   } catch (const std::bad_alloc &) {
      return NEB_E_NO_MEMORY;
   } catch (const std::exception &) {
      return NEB_E_FAIL;
   }
}

} // namespace

Facade::Incarnation::Incarnation(Facade &owner, std::shared_ptr<const AlgorithmEntry> entry,
                                 const neb_pow_backend &backend)
   : facade(owner), algorithm(std::move(entry)), name(algorithm->table().name),
     device(backend.device ? backend.device : "") {
   table.size = sizeof table;
   table.ctx = this;
   table.name = name.c_str();
   table.algorithm = name.c_str();
   table.device = device.c_str();
   table.lanes = backend.lanes;
   table.batch_hint = backend.batch_hint;
   table.open = open;
   table.prepare = prepare;
   table.submit = submit;
   table.wait = wait;
   table.cancel_below = cancel_below;
   table.close = close;
}

neb_status Facade::Incarnation::add(std::uint32_t depth, neb_pow_session **out) {
   const std::lock_guard lock(mutex);
   if (retired)
      return NEB_E_GONE;
   if (sessions.size() >= k_facade_sessions_max)
      return NEB_E_FULL;
   auto session = std::make_unique<FacadeSession>(facade, algorithm->table(), algorithm->reference_ns(), depth);
   *out = reinterpret_cast<neb_pow_session *>(session.get());
   sessions.insert(std::move(session));
   return NEB_OK;
}

neb_status Facade::Incarnation::open(const neb_pow_backend *self, const neb_pow_session_config *config,
                                     neb_pow_session **out, neb_error *) noexcept {
   constexpr std::uint32_t k_depth_max = 64; // more than any pipeline needs
   return guarded([&] {
      if (!config || config->depth_max == 0 || config->depth_max > k_depth_max)
         return static_cast<neb_status>(NEB_E_INVALID);
      return of(self).add(config->depth_max, out);
   });
}

neb_status Facade::Incarnation::prepare(const neb_pow_backend *, neb_pow_session *session, const neb_pow_epoch *epoch,
                                        neb_error *err) noexcept {
   return guarded([&] { return of(session).prepare(*epoch, err); });
}

neb_status Facade::Incarnation::submit(const neb_pow_backend *, neb_pow_session *session,
                                       const neb_pow_job *job) noexcept {
   return guarded([&] { return of(session).submit(*job); });
}

neb_status Facade::Incarnation::wait(const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result,
                                     std::uint64_t timeout_ns) noexcept {
   return guarded([&] { return of(session).wait(*result, timeout_ns); });
}

void Facade::Incarnation::cancel_below(const neb_pow_backend *, neb_pow_session *session,
                                       std::uint64_t ticket) noexcept {
   of(session).cancel_below(ticket);
}

void Facade::Incarnation::close(const neb_pow_backend *self, neb_pow_session *session) noexcept {
   Incarnation &incarnation = of(self);
   std::unique_ptr<FacadeSession> ended; // closed after the lock
   const std::lock_guard lock(incarnation.mutex);
   const auto place = std::find_if(incarnation.sessions.begin(), incarnation.sessions.end(),
                                   [&](const auto &one) { return one.get() == &of(session); });
   if (place != incarnation.sessions.end())
      ended = std::move(incarnation.sessions.extract(place).value());
}

Facade::Facade(std::string algorithm, std::string consumer, Selection select, Condemned condemned)
   : algorithm_(std::move(algorithm)), consumer_(std::move(consumer)), select_(std::move(select)),
     condemned_(std::move(condemned)), slot_(NEB_SVC_POW_BACKEND, select_.text()) {}

Facade::~Facade() {
   slot_.publish(nullptr);
}

std::shared_ptr<Contender> Facade::serving() const {
   const std::lock_guard lock(mutex_);
   return serving_;
}

void Facade::condemn(const std::shared_ptr<Contender> &contender, const std::string &why, const JobCopy &job) {
   condemned_(contender, why, job);
}

std::uint64_t Facade::now_ns() const {
   return RealClock().monotonic_ns();
}

bool Facade::serve(std::shared_ptr<Contender> contender, std::shared_ptr<const AlgorithmEntry> algorithm) {
   const std::lock_guard one_change(serve_mutex_);
   Incarnation *present = nullptr, *former = nullptr;
   bool changed = false;
   {
      const std::lock_guard lock(mutex_);
      serving_ = contender;
      present = installed_ ? incarnations_.back().get() : nullptr;
      const bool same_kind =
         contender && present && present->table.lanes == contender->table()->lanes && present->algorithm == algorithm;
      if (!same_kind) {
         former = std::exchange(present, nullptr);
         installed_ = contender != nullptr;
         changed = former || contender;
         if (contender) {
            incarnations_.push_back(std::make_unique<Incarnation>(*this, std::move(algorithm), *contender->table()));
            present = incarnations_.back().get();
         }
         slot_.publish(present ? &present->table : nullptr);
      }
   }
   if (former)
      retire(*former);
   if (present) {
      const std::lock_guard lock(present->mutex);
      for (const auto &session : present->sessions)
         session->tidy();
   }
   return changed;
}

/// The occupant left the slot: when nobody is inside it any more, nobody will ever use its sessions again.
void Facade::retire(Incarnation &incarnation) {
   const bool left = slot_.quiesce(k_quiesce_ns);
   std::set<std::unique_ptr<FacadeSession>, std::less<>> ended; // closed after the lock
   const std::lock_guard lock(incarnation.mutex);
   incarnation.retired = true;
   if (left)
      ended.swap(incarnation.sessions);
}

bool Facade::leave(const Contender &contender, std::uint64_t timeout_ns) {
   std::vector<Incarnation *> all;
   {
      const std::lock_guard lock(mutex_);
      std::transform(incarnations_.begin(), incarnations_.end(), std::back_inserter(all),
                     [](const auto &one) { return one.get(); });
   }
   const std::uint64_t deadline = now_ns() + timeout_ns;
   for (Incarnation *incarnation : all) {
      const std::lock_guard lock(incarnation->mutex);
      for (const auto &session : incarnation->sessions)
         if (const std::uint64_t now = now_ns(); !session->leave(contender, deadline > now ? deadline - now : 0))
            return false;
   }
   return true;
}

} // namespace nebula::host
