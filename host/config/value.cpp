#include "host/config/value.h"

#include "host/config/path.h"

#include <atomic>
#include <variant>

namespace nebula::host::config {

/// The text of where(), made on first use and then kept; racing threads agree on one.
class WhereCache {
public:
   WhereCache() = default;
   WhereCache(const WhereCache &) noexcept {}
   WhereCache &operator=(const WhereCache &) = delete;
   ~WhereCache() { delete text_.load(std::memory_order_acquire); }

   [[nodiscard]] const std::string &get(const Origin &origin) const {
      if (const std::string *known = text_.load(std::memory_order_acquire))
         return *known;
      auto made = std::make_unique<const std::string>(origin.where());
      const std::string *expected = nullptr;
      if (text_.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
         return *made.release();
      return *expected;
   }

private:
   mutable std::atomic<const std::string *> text_{nullptr};
};

struct Node {
   using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, std::vector<Value>,
                             std::vector<Entry>>; // in the order of Kind
   Data data;
   Origin origin;
   std::optional<std::string> written;
   std::size_t weight = 1;
   bool secret = false;
   bool poisoned = false;
   WhereCache where;
};

namespace {

std::size_t weight_of(const Node::Data &data) {
   std::size_t sum = 1;
   if (const auto *items = std::get_if<std::vector<Value>>(&data))
      for (const Value &item : *items)
         sum += item.weight();
   if (const auto *entries = std::get_if<std::vector<Entry>>(&data))
      for (const Entry &entry : *entries)
         sum += entry.value.weight();
   return sum;
}

Node node_of(Node::Data data, Origin origin) {
   Node node;
   node.weight = weight_of(data);
   node.data = std::move(data);
   node.origin = std::move(origin);
   return node;
}

const std::shared_ptr<const Node> &null_node() {
   static const std::shared_ptr<const Node> node = std::make_shared<const Node>();
   return node;
}

} // namespace

std::string_view kind_name(Kind kind) {
   switch (kind) {
   case Kind::null:
      return "nothing (null)";
   case Kind::boolean:
      return "true or false";
   case Kind::integer:
   case Kind::unsigned_integer:
      return "a whole number";
   case Kind::real:
      return "a number with a fraction";
   case Kind::string:
      return "text";
   case Kind::list:
      return "a list";
   case Kind::map:
      return "a map";
   }
   return "unknown";
}

Value::Value() : node_(null_node()) {}

Value Value::make(Node &&node) {
   return Value(std::make_shared<const Node>(std::move(node)));
}

Value Value::null(Origin origin) {
   return make(node_of(std::monostate{}, std::move(origin)));
}
Value Value::boolean(bool value, Origin origin) {
   return make(node_of(value, std::move(origin)));
}
Value Value::integer(std::int64_t value, Origin origin) {
   return make(node_of(value, std::move(origin)));
}
Value Value::unsigned_integer(std::uint64_t value, Origin origin) {
   if (value <= static_cast<std::uint64_t>(INT64_MAX))
      return integer(static_cast<std::int64_t>(value), std::move(origin));
   return make(node_of(value, std::move(origin)));
}
Value Value::real(double value, Origin origin) {
   return make(node_of(value, std::move(origin)));
}
Value Value::string(std::string value, Origin origin) {
   return make(node_of(std::move(value), std::move(origin)));
}
Value Value::list(std::vector<Value> items, Origin origin) {
   return make(node_of(std::move(items), std::move(origin)));
}
Value Value::map(std::vector<Entry> entries, Origin origin) {
   return make(node_of(std::move(entries), std::move(origin)));
}

Kind Value::kind() const noexcept {
   return static_cast<Kind>(node_->data.index());
}

std::optional<bool> Value::as_bool() const noexcept {
   const bool *value = std::get_if<bool>(&node_->data);
   return value ? std::optional(*value) : std::nullopt;
}
std::optional<std::int64_t> Value::as_int() const noexcept {
   const auto *value = std::get_if<std::int64_t>(&node_->data);
   return value ? std::optional(*value) : std::nullopt;
}
std::optional<std::uint64_t> Value::as_uint() const noexcept {
   if (const auto *big = std::get_if<std::uint64_t>(&node_->data))
      return *big;
   const auto *value = std::get_if<std::int64_t>(&node_->data);
   return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}
std::optional<double> Value::as_double() const noexcept {
   if (const auto *value = std::get_if<double>(&node_->data))
      return *value;
   if (const auto *value = std::get_if<std::int64_t>(&node_->data))
      return static_cast<double>(*value);
   if (const auto *value = std::get_if<std::uint64_t>(&node_->data))
      return static_cast<double>(*value);
   return std::nullopt;
}
std::optional<std::string_view> Value::as_string() const noexcept {
   const auto *value = std::get_if<std::string>(&node_->data);
   return value ? std::optional<std::string_view>(*value) : std::nullopt;
}

const std::vector<Value> &Value::items() const noexcept {
   static const std::vector<Value> none;
   const auto *items = std::get_if<std::vector<Value>>(&node_->data);
   return items ? *items : none;
}
const std::vector<Entry> &Value::entries() const noexcept {
   static const std::vector<Entry> none;
   const auto *entries = std::get_if<std::vector<Entry>>(&node_->data);
   return entries ? *entries : none;
}

const Value *Value::find(std::string_view key) const noexcept {
   for (const Entry &entry : entries())
      if (entry.key == key)
         return &entry.value;
   return nullptr;
}

const Value *Value::at(std::string_view dotted_path) const {
   const auto steps = parse_path(dotted_path);
   if (!steps)
      return nullptr;
   const Value *here = this;
   for (const PathStep &step : *steps) {
      if (step.is_index)
         here = step.index < here->items().size() ? &here->items()[step.index] : nullptr;
      else
         here = here->find(step.key);
      if (here == nullptr)
         return nullptr;
   }
   return here;
}

const Origin &Value::origin() const noexcept {
   return node_->origin;
}
std::string_view Value::where_text() const {
   return node_->where.get(node_->origin);
}
bool Value::secret() const noexcept {
   return node_->secret;
}
bool Value::poisoned() const noexcept {
   return node_->poisoned;
}
const std::string *Value::written() const noexcept {
   return node_->written ? &*node_->written : nullptr;
}
std::size_t Value::weight() const noexcept {
   return node_->weight;
}

Value Value::with_origin(Origin origin) const {
   Node copy = *node_;
   copy.origin = std::move(origin);
   return make(std::move(copy));
}
Value Value::with_secret() const {
   if (node_->secret)
      return *this;
   Node copy = *node_;
   copy.secret = true;
   return make(std::move(copy));
}
Value Value::with_written(std::string text) const {
   Node copy = *node_;
   copy.written = std::move(text);
   return make(std::move(copy));
}
Value Value::with_poison() const {
   Node copy = *node_;
   copy.poisoned = true;
   return make(std::move(copy));
}

namespace {

Node replaced(const Node &node, Node::Data data) {
   Node copy = node_of(std::move(data), node.origin);
   copy.secret = node.secret;
   copy.poisoned = node.poisoned;
   return copy;
}

} // namespace

Value Value::with_entries(std::vector<Entry> entries) const {
   return make(replaced(*node_, std::move(entries)));
}
Value Value::with_items(std::vector<Value> items) const {
   return make(replaced(*node_, std::move(items)));
}

namespace {

bool same_number(const Value &a, const Value &b) {
   if (a.is_whole() && b.is_whole())
      return a.as_int() == b.as_int() && a.as_uint() == b.as_uint();
   const double x = *a.as_double();
   const double y = *b.as_double();
   // A real equals a whole number only when converting the whole one lost nothing: below 2^53.
   constexpr double k_exact = 9007199254740992.0;
   return x == y && ((a.kind() == Kind::real && b.kind() == Kind::real) || (x < k_exact && x > -k_exact));
}

bool same_map(const Value &a, const Value &b) {
   if (a.entries().size() != b.entries().size())
      return false;
   for (const Entry &entry : a.entries()) {
      const Value *other = b.find(entry.key);
      if (other == nullptr || !same_content(entry.value, *other))
         return false;
   }
   return true;
}

bool same_list(const Value &a, const Value &b) {
   if (a.items().size() != b.items().size())
      return false;
   for (std::size_t i = 0; i < a.items().size(); ++i)
      if (!same_content(a.items()[i], b.items()[i]))
         return false;
   return true;
}

} // namespace

bool same_content(const Value &a, const Value &b) {
   if (a.is(b))
      return true;
   if (a.is_number() && b.is_number())
      return same_number(a, b);
   if (a.kind() != b.kind())
      return false;
   switch (a.kind()) {
   case Kind::null:
      return true;
   case Kind::boolean:
      return a.as_bool() == b.as_bool();
   case Kind::string:
      return a.as_string() == b.as_string();
   case Kind::list:
      return same_list(a, b);
   default:
      return same_map(a, b);
   }
}

} // namespace nebula::host::config
