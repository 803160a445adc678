#include "host/config/config_api.h"

#include "host/config/units.h"

#include <cmath>
#include <exception>

namespace nebula::host::config {

namespace {

const Value *value_of(const neb_config *node) {
   return reinterpret_cast<const Value *>(node);
}

neb_str str_of(std::string_view text) {
   return {text.data(), text.size()};
}

/// NEB_E_NOT_FOUND for what is absent or null, else `read`'s answer as OK or INVALID.
template <class Out, class Read>
neb_status read_as(const neb_config *node, Out *out, Read read) noexcept {
   if (node == nullptr || value_of(node)->is_null())
      return NEB_E_NOT_FOUND;
   const auto value = read(*value_of(node));
   if (!value || out == nullptr)
      return NEB_E_INVALID;
   *out = *value;
   return NEB_OK;
}

const neb_config *at(const neb_config *node, neb_str path) noexcept {
   if (node == nullptr || (path.ptr == nullptr && path.len != 0))
      return nullptr;
   try {
      const Value *found = value_of(node)->at(std::string_view(path.ptr, path.len));
      return found ? as_handle(*found) : nullptr;
   } catch (const std::exception &) { // out of memory for the path's parts; as good as absent
      return nullptr;
   }
}

int32_t kind(const neb_config *node) noexcept {
   switch (node ? value_of(node)->kind() : Kind::null) {
   case Kind::null:
      return NEB_CONFIG_NULL;
   case Kind::boolean:
      return NEB_CONFIG_BOOL;
   case Kind::integer:
   case Kind::unsigned_integer:
      return NEB_CONFIG_INT;
   case Kind::real:
      return NEB_CONFIG_DOUBLE;
   case Kind::string:
      return NEB_CONFIG_STRING;
   case Kind::list:
      return NEB_CONFIG_LIST;
   case Kind::map:
      return NEB_CONFIG_MAP;
   }
   return NEB_CONFIG_NULL;
}

uint64_t count(const neb_config *node) noexcept {
   return node ? value_of(node)->items().size() + value_of(node)->entries().size() : 0;
}

const neb_config *item(const neb_config *node, uint64_t index, neb_str *key) noexcept {
   if (index >= count(node))
      return nullptr;
   const Value &value = *value_of(node);
   if (key != nullptr)
      *key = value.is_map() ? str_of(value.entries()[index].key) : neb_str{nullptr, 0};
   return as_handle(value.is_map() ? value.entries()[index].value : value.items()[index]);
}

neb_status as_bool(const neb_config *node, uint8_t *out) noexcept {
   return read_as(node, out, [](const Value &value) -> std::optional<uint8_t> {
      return value.as_bool() ? std::optional(static_cast<uint8_t>(*value.as_bool())) : std::nullopt;
   });
}

neb_status as_i64(const neb_config *node, int64_t *out) noexcept {
   return read_as(node, out, [](const Value &value) { return value.as_int(); });
}

neb_status as_u64(const neb_config *node, uint64_t *out) noexcept {
   return read_as(node, out, [](const Value &value) { return value.as_uint(); });
}

neb_status as_double(const neb_config *node, double *out) noexcept {
   return read_as(node, out, [](const Value &value) { return value.as_double(); });
}

neb_status as_str(const neb_config *node, neb_str *out) noexcept {
   return read_as(node, out, [](const Value &value) {
      return value.is_string() ? std::optional(str_of(*value.as_string())) : std::nullopt;
   });
}

std::optional<uint64_t> seconds_to_ns(const Value &value) {
   constexpr uint64_t k_second = 1'000'000'000;
   constexpr uint64_t k_most_seconds = static_cast<uint64_t>(INT64_MAX) / k_second;
   if (const auto whole = value.as_uint())
      return *whole <= k_most_seconds ? std::optional(*whole * k_second) : std::nullopt;
   const auto real = value.kind() == Kind::real ? value.as_double() : std::nullopt;
   if (!real || !(*real >= 0) || *real > static_cast<double>(k_most_seconds))
      return std::nullopt;
   return static_cast<uint64_t>(std::llround(*real * static_cast<double>(k_second)));
}

neb_status as_duration_ns(const neb_config *node, uint64_t *out) noexcept {
   return read_as(node, out, [](const Value &value) {
      return value.is_string() ? parse_duration(*value.as_string()) : seconds_to_ns(value);
   });
}

neb_status as_size(const neb_config *node, uint64_t *out) noexcept {
   return read_as(node, out, [](const Value &value) {
      return value.is_string() ? parse_size(*value.as_string()) : value.as_uint();
   });
}

neb_str where(const neb_config *node) noexcept {
   try {
      return node ? str_of(value_of(node)->where_text()) : neb_str{nullptr, 0};
   } catch (const std::exception &) { // out of memory
      return neb_str{nullptr, 0};
   }
}

} // namespace

const neb_config *as_handle(const Value &value) {
   return reinterpret_cast<const neb_config *>(&value);
}

neb_ext_config config_table(const neb_config *(*root)(const neb_host *)) {
   neb_ext_config table{};
   table.size = sizeof table;
   table.root = root;
   table.at = at;
   table.kind = kind;
   table.count = count;
   table.item = item;
   table.as_bool = as_bool;
   table.as_i64 = as_i64;
   table.as_u64 = as_u64;
   table.as_double = as_double;
   table.as_str = as_str;
   table.as_duration_ns = as_duration_ns;
   table.as_size = as_size;
   table.where = where;
   return table;
}

} // namespace nebula::host::config
