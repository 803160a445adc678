#include "host/isolation/described.h"

#include "host/isolation/limits.h"

#include <algorithm>

namespace nebula::host {
namespace {

std::string word(const char *text, std::size_t limit) {
   return std::string(text ? text : "").substr(0, limit);
}

std::string bytes(neb_bytes given) {
   return given.len ? std::string(reinterpret_cast<const char *>(given.ptr), given.len) : std::string();
}

bool printable(const std::string &text) {
   return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// A name, a property list: printable, so that it can stand in logs, documents and selections as it is.
std::string read_word(WireReader &in, std::size_t limit = k_word_max) {
   auto text = in.text(limit);
   if (!printable(text) || text.find('\0') != std::string::npos)
      in.fail();
   return text;
}

/// For people: what cannot be shown is replaced.
std::string read_sentence(WireReader &in) {
   auto text = in.text(k_properties_max);
   std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
   return text;
}

void write(WireWriter &out, const DescribedVector &one) {
   out.text(one.key).number(one.height).text(one.input).text(one.digest);
}

DescribedVector read_vector(WireReader &in) {
   DescribedVector one;
   one.key = in.text(k_ring_key_max);
   one.height = in.number<std::uint64_t>();
   one.input = in.text(k_vector_input_max);
   one.digest = in.text(NEB_POW_DIGEST_MAX);
   return one;
}

void write(WireWriter &out, const DescribedAlgorithm &one) {
   out.text(one.service).text(one.properties).text(one.name).text(one.text).number(one.flags).number(one.status);
   out.number(one.digest_order).number(one.digest_bytes).number(one.nonce_bytes).number(one.nonce_offset);
   out.number(one.epoch_kind).number(one.input_bytes_max).number(one.height_max);
   out.number(static_cast<std::uint32_t>(one.aliases.size()));
   for (const auto &alias : one.aliases)
      out.text(alias);
   out.number(static_cast<std::uint32_t>(one.vectors.size()));
   for (const auto &vector : one.vectors)
      write(out, vector);
}

DescribedAlgorithm read_algorithm(WireReader &in) {
   DescribedAlgorithm one;
   one.service = read_word(in, k_name_max);
   one.properties = read_word(in, k_properties_max);
   one.name = read_word(in, k_name_max);
   one.text = read_sentence(in);
   one.flags = in.number<std::uint32_t>();
   one.status = in.number<std::int32_t>();
   one.digest_order = in.number<std::int32_t>();
   one.digest_bytes = in.number<std::uint32_t>();
   one.nonce_bytes = in.number<std::uint32_t>();
   one.nonce_offset = in.number<std::uint32_t>();
   one.epoch_kind = in.number<std::uint32_t>();
   one.input_bytes_max = in.number<std::uint32_t>();
   one.height_max = in.number<std::uint64_t>();
   for (auto left = in.count(k_aliases_max); left > 0; --left)
      one.aliases.push_back(read_word(in));
   for (auto left = in.count(k_vectors_max); left > 0 && in.ok(); --left)
      one.vectors.push_back(read_vector(in));
   const auto wrong_digest = [&](const DescribedVector &v) { return v.digest.size() != one.digest_bytes; };
   if (one.name.empty() || one.digest_bytes == 0 || one.digest_bytes > NEB_POW_DIGEST_MAX ||
       (one.nonce_bytes != 4 && one.nonce_bytes != 8) || one.epoch_kind > 2 || one.digest_order < NEB_POW_ORDER_BIG ||
       one.digest_order > NEB_POW_ORDER_WORDS32 || one.vectors.empty() ||
       std::any_of(one.vectors.begin(), one.vectors.end(), wrong_digest))
      in.fail();
   return one;
}

void write(WireWriter &out, const DescribedBackend &one) {
   out.text(one.service).text(one.properties).text(one.name).text(one.algorithm).text(one.device);
   out.number(one.lanes).number(one.batch_hint);
}

DescribedBackend read_backend(WireReader &in) {
   DescribedBackend one;
   one.service = read_word(in, k_name_max);
   one.properties = read_word(in, k_properties_max);
   one.name = read_word(in, k_name_max);
   one.algorithm = read_word(in, k_name_max);
   one.device = read_sentence(in);
   one.lanes = in.number<std::uint32_t>();
   one.batch_hint = in.number<std::uint64_t>();
   if (one.name.empty() || one.algorithm.empty())
      in.fail();
   return one;
}

void write(WireWriter &out, const DescribedFamily &one) {
   out.text(one.service).text(one.properties).text(one.name).text(one.parameters);
}

DescribedFamily read_family(WireReader &in) {
   DescribedFamily one;
   one.service = read_word(in);
   one.properties = read_word(in, k_properties_max);
   one.name = read_word(in);
   one.parameters = read_sentence(in);
   if (one.name.empty() || one.name.find(':') != std::string::npos)
      in.fail();
   return one;
}

} // namespace

DescribedAlgorithm describe(const neb_pow_algorithm &table) {
   DescribedAlgorithm one;
   one.name = word(table.name, k_name_max);
   one.text = word(table.text, k_properties_max);
   one.flags = table.flags;
   one.status = table.status;
   one.digest_order = table.digest_order;
   one.digest_bytes = table.digest_bytes;
   one.nonce_bytes = table.nonce_bytes;
   one.nonce_offset = table.nonce_offset;
   one.epoch_kind = table.epoch_kind;
   one.input_bytes_max = table.input_bytes_max;
   one.height_max = table.height_max;
   for (auto alias = table.aliases; alias && *alias && one.aliases.size() < k_aliases_max; ++alias)
      one.aliases.push_back(word(*alias, k_word_max));
   for (std::uint32_t i = 0; table.vectors && i < std::min(table.vector_count, k_vectors_max); ++i) {
      const neb_pow_vector &vector = table.vectors[i];
      one.vectors.push_back({bytes(vector.epoch.key), vector.epoch.height, bytes(vector.input), bytes(vector.digest)});
   }
   return one;
}

DescribedBackend describe(const neb_pow_backend &table) {
   DescribedBackend one;
   one.name = word(table.name, k_name_max);
   one.algorithm = word(table.algorithm, k_name_max);
   one.device = word(table.device, k_properties_max);
   one.lanes = table.lanes;
   one.batch_hint = table.batch_hint;
   return one;
}

DescribedFamily describe(const neb_pow_family &table) {
   DescribedFamily one;
   one.name = word(table.name, k_word_max);
   one.parameters = word(table.parameters, k_properties_max);
   return one;
}

void write(WireWriter &out, const Described &described) {
   out.number(static_cast<std::uint32_t>(described.algorithms.size()));
   for (const auto &one : described.algorithms)
      write(out, one);
   out.number(static_cast<std::uint32_t>(described.backends.size()));
   for (const auto &one : described.backends)
      write(out, one);
   out.number(static_cast<std::uint32_t>(described.families.size()));
   for (const auto &one : described.families)
      write(out, one);
}

Described read_described(WireReader &in) {
   Described described;
   for (auto left = in.count(k_described_max); left > 0 && in.ok(); --left)
      described.algorithms.push_back(read_algorithm(in));
   for (auto left = in.count(k_described_max); left > 0 && in.ok(); --left)
      described.backends.push_back(read_backend(in));
   for (auto left = in.count(k_described_max); left > 0 && in.ok(); --left)
      described.families.push_back(read_family(in));
   return described;
}

} // namespace nebula::host
