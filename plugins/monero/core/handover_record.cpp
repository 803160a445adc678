#include "core/handover_record.h"

#include "common/record.h"

#include <algorithm>
#include <limits>

namespace nebula::monero {

namespace {

using common::RecordReader;
using common::RecordWriter;

/// Raised when anything of it changes; another version is refused, and the old process goes on.
constexpr std::uint64_t k_version = 1;

void put_optional(RecordWriter &out, const std::optional<Hash> &hash) {
   out.flag(hash.has_value());
   if (hash)
      out.bytes(*hash);
}
std::optional<Hash> optional_hash(RecordReader &in) {
   return in.flag() ? std::optional(in.array<32>()) : std::nullopt;
}

void put(RecordWriter &out, const StoredTemplate &stored) {
   const TemplateAnswer &answer = stored.work->answer();
   out.number(stored.id).bytes(answer.blob).bytes(answer.hashing_blob);
   out.number(answer.height).number(answer.reserved_offset).number(answer.expected_reward);
   out.number(answer.difficulty.high).number(answer.difficulty.low);
   out.bytes(answer.prev_hash).bytes(answer.seed_hash).number(answer.seed_height);
   put_optional(out, answer.next_seed_hash);
}
StoredTemplate read_template(RecordReader &in, std::size_t reserve_size) {
   StoredTemplate out;
   out.id = in.number();
   TemplateAnswer answer;
   answer.blob = in.bytes();
   answer.hashing_blob = in.bytes();
   answer.height = in.number();
   answer.reserved_offset = in.number();
   answer.expected_reward = in.number();
   answer.difficulty.high = in.number();
   answer.difficulty.low = in.number();
   if (answer.difficulty.zero())
      RecordReader::fail("a template has no difficulty");
   answer.prev_hash = in.array<32>();
   answer.seed_hash = in.array<32>();
   answer.seed_height = in.number();
   answer.next_seed_hash = optional_hash(in);
   // Which versions are mined is for whoever takes it over to say.
   auto work = BlockWork::make(std::move(answer), reserve_size, std::numeric_limits<std::uint64_t>::max());
   if (!work)
      throw ::nebula::Error(NEB_E_CORRUPT, work.error().text);
   out.work = *std::move(work);
   return out;
}

void put(RecordWriter &out, const FollowedBlock &one) {
   const SolvedBlock &block = one.block;
   out.number(block.ticket).number(block.height).bytes(block.id).bytes(block.prev_hash);
   out.bytes(block.blob).text(block.worker).number(block.reward);
   out.number(static_cast<std::uint8_t>(one.fate)).number(one.looks).flag(one.due);
   out.number(static_cast<std::uint64_t>(one.phase_began));
}
FollowedBlock read_block(RecordReader &in, std::uint64_t last_ticket) {
   FollowedBlock out;
   out.block.ticket = in.number(last_ticket);
   out.block.height = in.number();
   out.block.id = in.array<32>();
   out.block.prev_hash = in.array<32>();
   out.block.blob = in.bytes();
   out.block.worker = in.text();
   out.block.reward = in.number();
   // Refused and lost ones are done with.
   out.fate = static_cast<BlockFate>(in.number(static_cast<std::uint8_t>(BlockFate::orphaned)));
   out.looks = static_cast<std::size_t>(in.number(k_looks_again_at.size()));
   out.due = in.flag();
   out.phase_began = static_cast<TimeMs>(in.number(std::numeric_limits<TimeMs>::max()));
   if (out.block.blob.empty() == (out.fate == BlockFate::submitting))
      RecordReader::fail("a block that is to be submitted has no bytes, or another has some");
   if (!out.due && (!out.judged() || out.looks == k_looks_again_at.size()))
      RecordReader::fail("a block is followed that nothing is asked about");
   return out;
}

void read_templates(RecordReader &in, HandoverRecord &out) {
   for (std::uint64_t left = in.number(k_templates_kept); left > 0; --left) {
      StoredTemplate stored = read_template(in, out.reserve_size);
      if (stored.id > out.last_template_id || (!out.templates.empty() && stored.id <= out.templates.back().id))
         RecordReader::fail("the templates are in disorder");
      out.templates.push_back(std::move(stored));
   }
}

void read_seen(RecordReader &in, HandoverRecord &out) {
   const std::size_t key_bytes = out.reserve_size - out.random.size() + k_solution_key_numbers_bytes;
   for (std::uint64_t left = in.number(k_solutions_remembered_max); left > 0; --left) {
      out.seen.push_back(in.text());
      if (out.seen.back().size() != key_bytes)
         RecordReader::fail("a solution has an extranonce of another size");
   }
}

void read_blocks(RecordReader &in, HandoverRecord &out) {
   for (std::uint64_t left = in.number(k_blocks_tracked_max); left > 0; --left) {
      FollowedBlock block = read_block(in, out.last_ticket);
      if (std::ranges::any_of(out.blocks, [&](const auto &one) { return one.block.ticket == block.block.ticket; }))
         RecordReader::fail("two blocks are the same one");
      out.blocks.push_back(std::move(block));
   }
}

} // namespace

Bytes encode_handover(const HandoverRecord &record) {
   RecordWriter out;
   out.number(k_version).number(record.reserve_size).bytes(record.random);
   out.number(record.last_template_id).number(record.templates.size());
   for (const StoredTemplate &stored : record.templates)
      put(out, stored);
   out.number(record.last_ticket);
   put_optional(out, record.taken_parent);
   out.number(record.seen.size());
   for (const std::string &key : record.seen)
      out.text(key);
   out.number(record.blocks.size());
   for (const FollowedBlock &block : record.blocks)
      put(out, block);
   return out.bytes();
}

HandoverRecord decode_handover(ByteView bytes) {
   RecordReader in(bytes);
   if (in.number() != k_version)
      RecordReader::fail("it is the state of another version of this plugin");
   HandoverRecord out;
   out.reserve_size = static_cast<std::size_t>(in.number(k_reserve_size_max));
   out.random = in.bytes();
   if (out.random.size() > out.reserve_size)
      RecordReader::fail("it has more random bytes than are reserved");
   out.last_template_id = in.number();
   read_templates(in, out);
   out.last_ticket = in.number();
   out.taken_parent = optional_hash(in);
   read_seen(in, out);
   read_blocks(in, out);
   in.end();
   return out;
}

} // namespace nebula::monero
