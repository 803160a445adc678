#include "host/handover/estate.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::host::handover {
namespace json = boost::json;
namespace {

constexpr std::int64_t k_format = 1;

Error nonsense() {
   return {"hand-over: the running node says something that this version does not understand", ErrorKind::unavailable};
}

std::optional<std::string> text(const json::object &from, const char *name) {
   const auto *value = from.if_contains(name);
   return value && value->is_string() ? std::optional(std::string(value->get_string())) : std::nullopt;
}

std::optional<std::uint64_t> whole(const json::object &from, const char *name, std::uint64_t most) {
   const auto *value = from.if_contains(name);
   boost::system::error_code wrong;
   const auto number = value ? value->to_number<std::uint64_t>(wrong) : 0;
   return value && !wrong && number <= most ? std::optional(number) : std::nullopt;
}

} // namespace

std::string to_text(const EstateList &list) {
   json::array instances;
   for (const auto &one : list.instances)
      instances.push_back(json::object{
         {"instance", one.instance}, {"plugin", one.plugin}, {"bytes", one.bytes}, {"descriptors", one.descriptors}});
   return json::serialize(json::object{{"format", k_format}, {"version", list.version}, {"instances", instances}});
}

Result<EstateList> parse_estate_list(std::string_view given) {
   boost::system::error_code wrong;
   const auto value = json::parse(given, wrong);
   const auto *object = wrong ? nullptr : value.if_object();
   if (!object || whole(*object, "format", k_format) != k_format)
      return nonsense();
   EstateList out;
   const auto *instances = object->if_contains("instances");
   const auto version = text(*object, "version");
   if (!version || !instances || !instances->is_array() || instances->get_array().size() > k_instances_max)
      return nonsense();
   out.version = *version;
   std::uint64_t bytes = 0, descriptors = 0;
   for (const auto &one : instances->get_array()) {
      const auto *fields = one.if_object();
      if (!fields)
         return nonsense();
      const auto instance = text(*fields, "instance"), plugin = text(*fields, "plugin");
      const auto size = whole(*fields, "bytes", k_state_bytes_max),
                 count = whole(*fields, "descriptors", k_descriptors_max);
      if (!instance || !plugin || !size || !count)
         return nonsense();
      bytes += *size;
      descriptors += *count;
      out.instances.push_back({*instance, *plugin, *size, *count});
   }
   if (bytes > k_state_bytes_max || descriptors > k_descriptors_max)
      return nonsense();
   return Result<EstateList>(std::move(out));
}

Result<void> send_estate(Channel &channel, std::string_view version, const std::vector<HandedOver> &instances,
                         const Descriptor &lock) {
   EstateList list{std::string(version), {}};
   for (const auto &one : instances)
      list.instances.push_back({one.instance, one.plugin, one.state.size(), one.descriptors.size()});
   if (auto sent = channel.send(PacketType::estate, to_text(list), {&lock, 1}); !sent)
      return sent.error();
   for (const auto &one : instances) {
      std::string_view bytes = one.state;
      std::span<const Descriptor> descriptors = one.descriptors;
      while (!bytes.empty() || !descriptors.empty()) {
         const auto piece = bytes.substr(0, k_packet_bytes_max);
         const auto some = descriptors.first(std::min(descriptors.size(), k_packet_descriptors_max));
         if (auto sent = channel.send(PacketType::state, piece, some); !sent)
            return sent.error();
         bytes.remove_prefix(piece.size());
         descriptors = descriptors.subspan(some.size());
      }
   }
   return {};
}

Result<Estate> receive_estate(Channel &channel, std::chrono::milliseconds patience) {
   auto first = channel.receive(patience);
   if (!first)
      return first.error();
   if (first->type == PacketType::failed)
      return Error{"the running node does not hand over: " + first->bytes, ErrorKind::temporary};
   if (first->type != PacketType::estate || first->descriptors.size() != 1)
      return nonsense();
   const auto list = parse_estate_list(first->bytes);
   if (!list)
      return list.error();
   Estate out{list->version, {}, std::move(first->descriptors.front())};
   for (const auto &announced : list->instances) {
      HandedOver one{announced.instance, announced.plugin, {}, {}};
      while (one.state.size() < announced.bytes || one.descriptors.size() < announced.descriptors) {
         auto packet = channel.receive(patience);
         if (!packet)
            return packet.error();
         if (packet->type != PacketType::state || (packet->bytes.empty() && packet->descriptors.empty()))
            return nonsense();
         one.state += packet->bytes;
         std::move(packet->descriptors.begin(), packet->descriptors.end(), std::back_inserter(one.descriptors));
      }
      if (one.state.size() != announced.bytes || one.descriptors.size() != announced.descriptors)
         return nonsense();
      out.instances.push_back(std::move(one));
   }
   return Result<Estate>(std::move(out));
}

} // namespace nebula::host::handover
