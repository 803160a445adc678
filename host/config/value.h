#pragma once

/// The configuration tree. A Value is a cheap handle (one shared pointer) on an immutable node; "changing" a value
/// makes a new node that shares the rest. Handles may be read from any thread. A node lives as long as any handle on it
/// or on one of its ancestors, so a reference obtained from items(), entries() or find() is valid while the tree's root
/// is kept.

#include "host/config/origin.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

enum class Kind : std::uint8_t { null, boolean, integer, unsigned_integer, real, string, list, map };

/// "a whole number", "text", "a list": the words of messages.
[[nodiscard]] std::string_view kind_name(Kind kind);

struct Entry;
struct Node;

class Value {
public:
   Value(); // null, built in

   static Value null(Origin origin = {});
   static Value boolean(bool value, Origin origin = {});
   static Value integer(std::int64_t value, Origin origin = {});
   /// An unsigned number that fits an int64 becomes an integer, so a number has one kind.
   static Value unsigned_integer(std::uint64_t value, Origin origin = {});
   static Value real(double value, Origin origin = {});
   static Value string(std::string value, Origin origin = {});
   static Value list(std::vector<Value> items, Origin origin = {});
   static Value map(std::vector<Entry> entries, Origin origin = {});

   [[nodiscard]] Kind kind() const noexcept;
   [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }
   [[nodiscard]] bool is_string() const noexcept { return kind() == Kind::string; }
   [[nodiscard]] bool is_list() const noexcept { return kind() == Kind::list; }
   [[nodiscard]] bool is_map() const noexcept { return kind() == Kind::map; }
   [[nodiscard]] bool is_scalar() const noexcept { return !is_list() && !is_map(); }
   [[nodiscard]] bool is_whole() const noexcept { return kind() == Kind::integer || kind() == Kind::unsigned_integer; }
   [[nodiscard]] bool is_number() const noexcept { return is_whole() || kind() == Kind::real; }

   /// Empty when the kind is another or the number does not fit. as_double takes every number.
   [[nodiscard]] std::optional<bool> as_bool() const noexcept;
   [[nodiscard]] std::optional<std::int64_t> as_int() const noexcept;
   [[nodiscard]] std::optional<std::uint64_t> as_uint() const noexcept;
   [[nodiscard]] std::optional<double> as_double() const noexcept;
   [[nodiscard]] std::optional<std::string_view> as_string() const noexcept;

   /// Empty for another kind.
   [[nodiscard]] const std::vector<Value> &items() const noexcept;
   [[nodiscard]] const std::vector<Entry> &entries() const noexcept;

   /// The member of this map with exactly this key, or nullptr.
   [[nodiscard]] const Value *find(std::string_view key) const noexcept;
   /// The value at "limits.lines" or "peers[2].address", or nullptr. An empty path is this value. A key that itself
   /// holds a dot is written in double quotes.
   [[nodiscard]] const Value *at(std::string_view dotted_path) const;

   [[nodiscard]] const Origin &origin() const noexcept;
   [[nodiscard]] std::string where() const { return origin().where(); }
   /// where(), kept in the node: valid as long as the node.
   [[nodiscard]] std::string_view where_text() const;

   /// Never to be shown: read from ${file:...}, or marked `secret` by its schema.
   [[nodiscard]] bool secret() const noexcept;
   /// A mistake about it was already reported; nothing more is said about it.
   [[nodiscard]] bool poisoned() const noexcept;
   /// How an unquoted value was written ("0x10", "1.50"), or nullptr. Where a schema wants text, this is the text.
   [[nodiscard]] const std::string *written() const noexcept;
   /// Nodes of the tree below and including this one, aliases counted at every use.
   [[nodiscard]] std::size_t weight() const noexcept;
   /// Same node, not only same content.
   [[nodiscard]] bool is(const Value &other) const noexcept { return node_ == other.node_; }

   [[nodiscard]] Value with_origin(Origin origin) const;
   [[nodiscard]] Value with_secret() const;
   [[nodiscard]] Value with_written(std::string text) const;
   [[nodiscard]] Value with_poison() const;
   /// The same map or list (origin, marks) with other content.
   [[nodiscard]] Value with_entries(std::vector<Entry> entries) const;
   [[nodiscard]] Value with_items(std::vector<Value> items) const;

private:
   explicit Value(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
   static Value make(Node &&node);
   std::shared_ptr<const Node> node_;
};

struct Entry {
   std::string key;
   Origin key_origin;
   Value value;
};

/// Equal as JSON Schema sees it: 1 equals 1.0, maps ignore order, origins and marks do not count.
[[nodiscard]] bool same_content(const Value &a, const Value &b);

} // namespace nebula::host::config
