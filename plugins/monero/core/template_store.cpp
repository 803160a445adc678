#include "core/template_store.h"

namespace nebula::monero {

namespace {

bool same_but_time(const BlockWork &a, const BlockWork &b) {
   return a.answer().prev_hash == b.answer().prev_hash && a.answer().seed_hash == b.answer().seed_hash &&
          a.answer().next_seed_hash == b.answer().next_seed_hash && a.answer().difficulty == b.answer().difficulty &&
          a.layout().reward == b.layout().reward && a.layout().reserve_size == b.layout().reserve_size &&
          a.layout().transactions == b.layout().transactions;
}

} // namespace

std::optional<StoredTemplate> TemplateStore::offer(std::shared_ptr<const BlockWork> work, bool force) {
   const StoredTemplate *before = current();
   if (before != nullptr && !force && same_but_time(*before->work, *work))
      return std::nullopt;
   const bool clean = before == nullptr || before->work->answer().prev_hash != work->answer().prev_hash;
   kept_.push_back({++last_id_, clean, std::move(work)});
   if (kept_.size() > k_templates_kept)
      kept_.pop_front();
   return kept_.back();
}

std::shared_ptr<const BlockWork> TemplateStore::find(std::uint64_t id) const {
   for (const StoredTemplate &stored : kept_)
      if (stored.id == id)
         return stored.work;
   return nullptr;
}

bool TemplateStore::on_tip(const BlockWork &work) const {
   return current() != nullptr && current()->work->answer().prev_hash == work.answer().prev_hash;
}

} // namespace nebula::monero
