#pragma once

/// What a successor in another process needs to go on as if it had been there: the templates that miners work on, with
/// their ids, and the blocks that are looked at again.

#include "core/block_tracker.h"
#include "core/solution_key.h"
#include "core/template_store.h"

namespace nebula::monero {

struct HandoverRecord {
   std::size_t reserve_size = 0;
   Bytes random;                         // what stands behind the extranonce in the reserved bytes
   std::uint64_t last_template_id = 0;   // no id up to it is given again
   std::deque<StoredTemplate> templates; // oldest first; `clean` is not kept
   std::uint64_t last_ticket = 0;        // likewise
   std::optional<Hash> taken_parent;     // of the last block that the daemon got
   std::vector<std::string> seen;        // solution_key() of each that came since the tip changed
   std::vector<FollowedBlock> blocks;    // oldest first
};

[[nodiscard]] Bytes encode_handover(const HandoverRecord &record);
/// Reads each template as if the daemon had just sent it, so that nothing is mined on that was not checked here. Throws
/// NEB_E_CORRUPT, with the reason, when the record is of another version, damaged, or larger than any that is written.
[[nodiscard]] HandoverRecord decode_handover(ByteView bytes);

} // namespace nebula::monero
