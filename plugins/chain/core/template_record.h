#pragma once

/// The templates that miners work on, as a successor in another process reads them.

#include "template.h"

namespace nebula::chain {

struct TemplateRecord {
   std::uint64_t id = 0;
   std::string algorithm;
   BlockTemplate base;
};
struct TemplateRecords {
   std::uint64_t next_id = 1;
   std::vector<TemplateRecord> templates; // oldest first
};

[[nodiscard]] Bytes encode_templates(const TemplateRecords &records);
/// Fault::invalid: it is damaged, or of another version or network. An algorithm may be one that the network has no
/// more; if it has it, its header is of it.
[[nodiscard]] Result<TemplateRecords> decode_templates(ByteView bytes, const NetworkParams &network);

} // namespace nebula::chain
