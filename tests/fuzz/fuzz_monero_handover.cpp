// LINK: nebula_monero_core
// The state of another process's work: refused with a reason, or templates that make blocks and blocks that are looked
// at again.
#include "core/handover_record.h"

#include <nebula/error.hpp>
#include <nebula/svc/work-source.h>

#include <algorithm>

using namespace nebula::monero;

namespace {

void require(bool held) {
   if (!held)
      __builtin_trap();
}

void mine(const HandoverRecord &record) {
   TemplateStore store(record.last_template_id, record.templates);
   Bytes reserved(record.reserve_size - record.random.size());
   reserved.insert(reserved.end(), record.random.begin(), record.random.end());
   for (const StoredTemplate &stored : record.templates) {
      const auto work = store.find(stored.id);
      require(work != nullptr);
      const Bytes blob = work->hashing_blob(reserved, 1);
      require(blob.size() <= NEB_WORK_INPUT_MAX && work->block_blob(reserved, 1).size() == work->answer().blob.size());
      (void)block_id(blob);
      (void)store.on_tip(*work);
   }
   if (!record.templates.empty())
      (void)store.offer(record.templates.front().work);
}

void follow(const HandoverRecord &record) {
   BlockTracker tracker(1);
   tracker.follow(0, record.blocks);
   require(tracker.followed().size() == record.blocks.size());
   for (const FollowedBlock &one : record.blocks)
      tracker.on_tip(1, one.block.height + 100);
   for (bool orphan = false; const auto ask = tracker.due(1); orphan = !orphan) {
      if (ask->what == BlockTracker::What::submit) {
         require(!ask->blob->empty());
         (void)tracker.on_submit(1, SubmitAnswer{});
         continue;
      }
      (void)tracker.on_look(1, std::optional(HeaderAnswer{ask->id, 1, 1, orphan, 0}));
   }
   require(tracker.followed().size() <= record.blocks.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   const ByteView input(data, size);
   HandoverRecord record;
   try {
      record = decode_handover(input);
   } catch (const nebula::Error &error) {
      require(error.status() == NEB_E_CORRUPT);
      return 0;
   }
   require(std::ranges::equal(encode_handover(record), input));
   require(record.templates.size() <= k_templates_kept && record.seen.size() <= k_solutions_remembered_max);
   mine(record);
   follow(record);
   return 0;
}
