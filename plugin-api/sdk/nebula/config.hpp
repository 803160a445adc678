// nebula.config/1: the instance's configuration, already validated against the manifest's schema.
#pragma once

#include <nebula/ext/config.h>
#include <nebula/host.hpp>

#include <chrono>
#include <limits>
#include <optional>
#include <vector>

namespace nebula {

// A copyable handle to one node of the tree; an absent node is a valid handle that `exists()` denies. Texts and handles
// live as long as the tree (see ext/config.h). All functions are [thread-safe]. On a host without nebula.config/1
// everything is absent.
class Config {
public:
   // The root of the instance's configuration.
   explicit Config(Host host) noexcept
      : api_(host.find<neb_ext_config>(NEB_EXT_CONFIG)), node_(api_ ? api_->root(host.raw()) : nullptr) {}

   // A tree given by the host (reconfigure).
   Config(Host host, const neb_config *node) noexcept : api_(host.find<neb_ext_config>(NEB_EXT_CONFIG)), node_(node) {}

   // The node at a dotted path: at("limits.lines"), at("peers[2].address").
   Config at(std::string_view path) const noexcept { return {api_, api_ ? api_->at(node_, str(path)) : nullptr}; }

   // Present and not null.
   bool exists() const noexcept { return kind() != NEB_CONFIG_NULL; }
   int32_t kind() const noexcept { return api_ ? api_->kind(node_) : static_cast<int32_t>(NEB_CONFIG_NULL); }

   // Items of a list or members of a map, in file order.
   uint64_t count() const noexcept { return api_ ? api_->count(node_) : 0; }
   Config item(uint64_t index) const noexcept { return {api_, api_ ? api_->item(node_, index, nullptr) : nullptr}; }
   std::string_view key(uint64_t index) const noexcept {
      neb_str name{};
      return api_ && api_->item(node_, index, &name) ? view(name) : std::string_view{};
   }

   // "node.yaml:41:9", for messages.
   std::string_view where() const noexcept { return api_ ? view(api_->where(node_)) : std::string_view{}; }

   // This node's value. Type is bool, an integer (checked for its range), double, std::string or std::string_view.
   // Throws NEB_E_CONFIG with the place when it is absent or of another kind.
   template <class Type>
   Type as() const {
      return value<Type>("this value");
   }

   // The value at a path; the second form gives `fallback` when it is absent (and still throws when it is wrong).
   template <class Type>
   Type get(std::string_view path) const {
      return at(path).template value<Type>(path);
   }
   template <class Type>
   Type get_or(std::string_view path, Type fallback) const {
      const Config node = at(path);
      return node.exists() ? node.template value<Type>(path) : fallback;
   }

   // Durations ("250ms", "30s", "5m", "1h", a number of seconds) and sizes in bytes ("64KiB", "1MiB", a number).
   std::chrono::nanoseconds duration(std::string_view path) const { return at(path).duration_value(path); }
   std::chrono::nanoseconds duration_or(std::string_view path, std::chrono::nanoseconds fallback) const {
      const Config node = at(path);
      return node.exists() ? node.duration_value(path) : fallback;
   }
   uint64_t size(std::string_view path) const { return at(path).size_value(path); }
   uint64_t size_or(std::string_view path, uint64_t fallback) const {
      const Config node = at(path);
      return node.exists() ? node.size_value(path) : fallback;
   }

   // All items of the list at a path; empty when it is absent.
   template <class Type>
   std::vector<Type> list(std::string_view path) const {
      const Config node = at(path);
      if (node.exists() && node.kind() != NEB_CONFIG_LIST) {
         node.refuse(path, "a list");
      }
      std::vector<Type> out;
      for (uint64_t i = 0; i < node.count(); ++i) {
         out.push_back(node.item(i).template value<Type>(concat(path, '[', i, ']')));
      }
      return out;
   }

   // Throws NEB_E_CONFIG: "node.yaml:41:9: limits.lines: expected ...".
   [[noreturn]] void refuse(std::string_view path, std::string_view expected) const {
      const std::string_view place = where();
      throw Error(NEB_E_CONFIG, place, place.empty() ? "" : ": ", path,
                  exists() ? ": expected " : " is missing: expected ", expected);
   }

private:
   Config(const neb_ext_config *api, const neb_config *node) noexcept : api_(api), node_(node) {}

   template <class Out>
   Out read(neb_status (*neb_ext_config::*function)(const neb_config *, Out *), std::string_view path,
            std::string_view expected) const {
      Out out{};
      if (api_ == nullptr || (api_->*function)(node_, &out) != NEB_OK) {
         refuse(path, expected);
      }
      return out;
   }

   template <class Type>
   Type value(std::string_view path) const {
      if constexpr (std::is_same_v<Type, bool>) {
         return read(&neb_ext_config::as_bool, path, "true or false") != 0;
      } else if constexpr (std::is_floating_point_v<Type>) {
         return static_cast<Type>(read(&neb_ext_config::as_double, path, "a number"));
      } else if constexpr (std::is_integral_v<Type>) {
         return integer<Type>(path);
      } else {
         return Type{view(read(&neb_ext_config::as_str, path, "a text"))};
      }
   }

   template <class Type>
   Type integer(std::string_view path) const {
      constexpr Type k_min = std::numeric_limits<Type>::min();
      constexpr Type k_max = std::numeric_limits<Type>::max();
      const std::string expected = concat("a whole number from ", k_min, " to ", k_max);
      if constexpr (std::is_signed_v<Type>) {
         const int64_t raw = read(&neb_ext_config::as_i64, path, expected);
         return raw < k_min || raw > k_max ? (refuse(path, expected), Type{}) : static_cast<Type>(raw);
      } else {
         const uint64_t raw = read(&neb_ext_config::as_u64, path, expected);
         return raw > k_max ? (refuse(path, expected), Type{}) : static_cast<Type>(raw);
      }
   }

   std::chrono::nanoseconds duration_value(std::string_view path) const {
      constexpr std::string_view k_expected = "a duration such as 250ms, 30s, 5m or 1h";
      const uint64_t ns = read(&neb_ext_config::as_duration_ns, path, k_expected);
      constexpr uint64_t k_max = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
      if (ns > k_max) {
         refuse(path, k_expected);
      }
      return std::chrono::nanoseconds{static_cast<int64_t>(ns)};
   }

   uint64_t size_value(std::string_view path) const {
      return read(&neb_ext_config::as_size, path, "a size such as 64KiB, 1MiB or a number of bytes");
   }

   const neb_ext_config *api_;
   const neb_config *node_;
};

} // namespace nebula
