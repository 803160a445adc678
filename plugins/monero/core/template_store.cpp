#include "core/template_store.h"

#include <algorithm>

namespace nebula::monero {

namespace {

// The daemon keeps its template, transaction key and all, until the tip or the pool changes.
bool same_but_time(const BlockWork &before, const BlockWork &after) {
   const auto tail = [](const BlockWork &work) {
      return ByteView(work.answer().blob).subspan(work.layout().miner_tx_offset);
   };
   return before.answer().prev_hash == after.answer().prev_hash &&
          before.answer().seed_hash == after.answer().seed_hash &&
          before.answer().next_seed_hash == after.answer().next_seed_hash &&
          before.answer().difficulty == after.answer().difficulty && std::ranges::equal(tail(before), tail(after)) &&
          after.layout().timestamp < before.layout().timestamp + k_time_lag_max_s;
}

} // namespace

std::optional<StoredTemplate> TemplateStore::offer(std::shared_ptr<const BlockWork> work) {
   const StoredTemplate *before = current();
   if (before != nullptr && same_but_time(*before->work, *work))
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
