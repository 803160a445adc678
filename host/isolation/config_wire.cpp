#include "host/isolation/config_wire.h"

#include "host/isolation/limits.h"

#include <bit>

namespace nebula::host {
namespace {

using config::Kind;
using config::Origin;
using config::Value;

constexpr std::size_t k_text_max = 1u << 20; // of one value, as in node.yaml
constexpr std::size_t k_source_max = 4096;   // a path

void write_origin(WireWriter &out, const Origin &origin) {
   out.number(static_cast<std::uint8_t>(origin.layer)).number(origin.line).number(origin.column);
   out.text(origin.source ? *origin.source : std::string());
}

Origin read_origin(WireReader &in) {
   Origin origin;
   const auto layer = in.number<std::uint8_t>();
   if (layer > static_cast<std::uint8_t>(config::Layer::command_line))
      in.fail();
   else
      origin.layer = static_cast<config::Layer>(layer);
   origin.line = in.number<std::uint32_t>();
   origin.column = in.number<std::uint32_t>();
   if (auto source = in.text(k_source_max); !source.empty())
      origin.source = std::make_shared<const std::string>(std::move(source));
   return origin;
}

class ConfigReader {
public:
   explicit ConfigReader(WireReader &in) : in_(in) {}

   Value read(std::size_t depth) {
      if (++nodes_ > k_config_nodes_max || depth > k_config_depth_max)
         in_.fail();
      const auto kind = in_.number<std::uint8_t>();
      Origin origin = read_origin(in_);
      if (!in_.ok())
         return Value();
      switch (static_cast<Kind>(kind)) {
      case Kind::null:
         return Value::null(std::move(origin));
      case Kind::boolean:
         return Value::boolean(in_.number<std::uint8_t>() != 0, std::move(origin));
      case Kind::integer:
         return Value::integer(in_.number<std::int64_t>(), std::move(origin));
      case Kind::unsigned_integer:
         return Value::unsigned_integer(in_.number<std::uint64_t>(), std::move(origin));
      case Kind::real:
         return Value::real(std::bit_cast<double>(in_.number<std::uint64_t>()), std::move(origin));
      case Kind::string:
         return Value::string(in_.text(k_text_max), std::move(origin));
      case Kind::list:
         return list(std::move(origin), depth);
      case Kind::map:
         return map(std::move(origin), depth);
      }
      in_.fail();
      return Value();
   }

private:
   Value list(Origin origin, std::size_t depth) {
      std::vector<Value> items;
      for (auto left = in_.count(k_config_nodes_max); left > 0 && in_.ok(); --left)
         items.push_back(read(depth + 1));
      return Value::list(std::move(items), std::move(origin));
   }

   Value map(Origin origin, std::size_t depth) {
      std::vector<config::Entry> entries;
      for (auto left = in_.count(k_config_nodes_max); left > 0 && in_.ok(); --left) {
         std::string key = in_.text(k_text_max);
         Origin key_origin = read_origin(in_);
         entries.push_back({std::move(key), std::move(key_origin), read(depth + 1)});
      }
      return Value::map(std::move(entries), std::move(origin));
   }

   WireReader &in_;
   std::size_t nodes_ = 0;
};

} // namespace

void write_config(WireWriter &out, const Value &value) {
   out.number(static_cast<std::uint8_t>(value.kind()));
   write_origin(out, value.origin());
   switch (value.kind()) {
   case Kind::null:
      return;
   case Kind::boolean:
      out.number(static_cast<std::uint8_t>(*value.as_bool() ? 1 : 0));
      return;
   case Kind::integer:
      out.number(*value.as_int());
      return;
   case Kind::unsigned_integer:
      out.number(*value.as_uint());
      return;
   case Kind::real:
      out.number(std::bit_cast<std::uint64_t>(*value.as_double()));
      return;
   case Kind::string:
      out.text(*value.as_string());
      return;
   case Kind::list:
      out.number(static_cast<std::uint32_t>(value.items().size()));
      for (const Value &item : value.items())
         write_config(out, item);
      return;
   case Kind::map:
      out.number(static_cast<std::uint32_t>(value.entries().size()));
      for (const config::Entry &entry : value.entries()) {
         out.text(entry.key);
         write_origin(out, entry.key_origin);
         write_config(out, entry.value);
      }
      return;
   }
}

Value read_config(WireReader &in) {
   Value value = ConfigReader(in).read(0);
   return in.ok() ? value : Value();
}

} // namespace nebula::host
