#include "host/isolation/isolated_algorithm.h"

#include "host/slots/c_error.h"

#include <algorithm>

namespace nebula::host {
namespace {

IsolatedAlgorithm &of(const neb_pow_algorithm *self) {
   return *static_cast<IsolatedAlgorithm *>(self->ctx);
}

neb_bytes bytes(const std::string &text) {
   return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

} // namespace

IsolatedAlgorithm::IsolatedAlgorithm(Keeper &keeper, DescribedAlgorithm described)
   : keeper_(keeper), described_(std::move(described)) {
   for (const DescribedVector &vector : described_.vectors)
      vectors_.push_back({{bytes(vector.key), vector.height}, bytes(vector.input), bytes(vector.digest)});
   for (const std::string &alias : described_.aliases)
      aliases_.push_back(alias.c_str());
   aliases_.push_back(nullptr);
   table_.size = sizeof table_;
   table_.flags = described_.flags;
   table_.ctx = this;
   table_.name = described_.name.c_str();
   table_.text = described_.text.c_str();
   table_.status = described_.status;
   table_.digest_order = described_.digest_order;
   table_.digest_bytes = described_.digest_bytes;
   table_.nonce_bytes = described_.nonce_bytes;
   table_.nonce_offset = described_.nonce_offset;
   table_.vector_count = static_cast<std::uint32_t>(vectors_.size());
   table_.vectors = vectors_.data();
   table_.epoch_kind = described_.epoch_kind;
   table_.input_bytes_max = std::min(described_.input_bytes_max, k_ring_input_max);
   table_.aliases = aliases_.data();
   table_.height_max = described_.height_max;
   table_.hash = [](const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_bytes input, std::uint8_t *digest,
                    void *) -> neb_status {
      auto &one = of(self);
      return one.with_session(nullptr, [&](IsolatedSession &session) {
         return session.hash(*epoch, input, digest, one.described_.digest_bytes);
      });
   };
   table_.prepare = [](const neb_pow_algorithm *self, const neb_pow_epoch *epoch, neb_error *err) -> neb_status {
      return of(self).with_session(err, [&](IsolatedSession &session) { return session.prepare(*epoch, err); });
   };
}

template <class Use>
neb_status IsolatedAlgorithm::with_session(neb_error *err, Use use) noexcept {
   return guarded(err, [&]() -> neb_status {
      std::string why;
      auto session = borrow(why);
      if (!session)
         return fail(err, NEB_E_DEVICE, why);
      const neb_status status = use(*session);
      give_back(std::move(session));
      return status;
   });
}

std::unique_ptr<IsolatedSession> IsolatedAlgorithm::borrow(std::string &why) {
   std::unique_lock lock(mutex_);
   std::erase_if(idle_, [this](const auto &session) {
      const bool dead = session->runner().dead();
      sessions_ -= dead ? 1 : 0;
      return dead;
   });
   // Each of the others is given back, or its runner dies.
   returned_.wait(lock, [this] { return !idle_.empty() || sessions_ < k_hash_sessions_max; });
   if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
   }
   ++sessions_;
   lock.unlock();
   auto session = open(why);
   if (!session)
      give_back(nullptr);
   return session;
}

std::unique_ptr<IsolatedSession> IsolatedAlgorithm::open(std::string &why) {
   auto runner = keeper_.runner();
   if (!runner) {
      why = "its runner is down";
      return nullptr;
   }
   Open what;
   what.of = SessionOf::algorithm;
   what.algorithm = described_.name;
   auto session = IsolatedSession::open(std::move(runner), what, patience_, described_.epoch_kind != 0);
   if (session)
      return std::move(*session);
   why = session.error().message;
   return nullptr;
}

void IsolatedAlgorithm::give_back(std::unique_ptr<IsolatedSession> session) {
   const std::lock_guard lock(mutex_);
   if (session && !session->runner().dead())
      idle_.push_back(std::move(session));
   else
      --sessions_;
   returned_.notify_one();
}

} // namespace nebula::host
