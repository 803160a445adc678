#include "host/config/json_value.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace nebula::host::config {

Value from_json(const boost::json::value &json, const Origin &origin) {
   switch (json.kind()) {
   case boost::json::kind::null:
      return Value::null(origin);
   case boost::json::kind::bool_:
      return Value::boolean(json.get_bool(), origin);
   case boost::json::kind::int64:
      return Value::integer(json.get_int64(), origin);
   case boost::json::kind::uint64:
      return Value::unsigned_integer(json.get_uint64(), origin);
   case boost::json::kind::double_:
      return Value::real(json.get_double(), origin);
   case boost::json::kind::string:
      return Value::string(std::string(json.get_string()), origin);
   case boost::json::kind::array: {
      std::vector<Value> items;
      for (const boost::json::value &item : json.get_array())
         items.push_back(from_json(item, origin));
      return Value::list(std::move(items), origin);
   }
   case boost::json::kind::object:
      break;
   }
   std::vector<Entry> entries;
   for (const auto &member : json.get_object())
      entries.push_back({std::string(member.key()), origin, from_json(member.value(), origin)});
   return Value::map(std::move(entries), origin);
}

} // namespace nebula::host::config
