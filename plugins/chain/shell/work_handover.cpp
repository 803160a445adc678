#include "work_source.h"

#include "core/template_record.h"

#include <algorithm>

/// The templates that miners work on, for a successor in another process: their ids go on, so that what is found on
/// them is a share, and perhaps a block, there too.

namespace nebula::chain {

std::string WorkSource::save() const {
   const std::lock_guard lock(book_mutex_);
   TemplateRecords out;
   out.next_id = next_id_;
   for (const Kept &kept : book_)
      out.templates.push_back({kept->id, kept->algorithm->name, kept->base});
   return std::string(common::as_text(encode_templates(out)));
}

void WorkSource::restore(std::string_view state) {
   auto records = decode_templates(common::as_bytes(state), network_);
   if (!records)
      throw nebula::Error(NEB_E_CORRUPT, records.error().text);
   if (records->templates.size() > k_templates_kept)
      throw nebula::Error(NEB_E_CORRUPT, "it has ", records->templates.size(), " templates, at most ", k_templates_kept,
                          " are kept");
   std::deque<Kept> book;
   for (TemplateRecord &one : records->templates) {
      KeptTemplate kept;
      kept.id = one.id;
      kept.algorithm = network_.algorithm(one.algorithm);
      kept.base = std::move(one.base);
      if (kept.algorithm == nullptr) // this version has it no more
         continue;
      if (kept.algorithm->mold == MoldId::bitcoin_coinbase) {
         auto coinbase = coinbase_work(kept.base.header);
         if (!coinbase)
            throw nebula::Error(NEB_E_CORRUPT, "a template of ", kept.algorithm->name, ": ", coinbase.error().text);
         kept.coinbase = std::move(*coinbase);
      }
      book.push_back(std::make_shared<const KeptTemplate>(std::move(kept)));
   }
   const std::lock_guard lock(book_mutex_);
   book_ = std::move(book);
   next_id_ = records->next_id;
}

/// Whether work on the same parent was given out before, by this process or the one before it.
bool WorkSource::continues(const KeptTemplate &kept) const {
   const std::lock_guard lock(book_mutex_);
   return std::ranges::any_of(book_, [&](const Kept &one) {
      return one->id < kept.id && one->algorithm == kept.algorithm &&
             one->base.header.previous == kept.base.header.previous;
   });
}

} // namespace nebula::chain
