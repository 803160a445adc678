#include "host/cli/command.h"

#include <boost/json/serialize.hpp>

#include <iostream>

namespace nebula::host::cli {

namespace json = boost::json;

namespace {

void write(std::ostream &out, const json::value &value, std::string &indent) {
   const auto nested = [&](auto &&each_item, char open, char close) {
      out << open << '\n';
      indent.append(2, ' ');
      each_item();
      indent.resize(indent.size() - 2);
      out << '\n' << indent << close;
   };
   if (value.is_object() && !value.get_object().empty()) {
      nested(
         [&] {
            bool first = true;
            for (const auto &[key, member] : value.get_object()) {
               out << (first ? "" : ",\n") << indent << json::serialize(json::string(key)) << ": ";
               write(out, member, indent);
               first = false;
            }
         },
         '{', '}');
   } else if (value.is_array() && !value.get_array().empty()) {
      nested(
         [&] {
            bool first = true;
            for (const auto &item : value.get_array()) {
               out << (first ? "" : ",\n") << indent;
               write(out, item, indent);
               first = false;
            }
         },
         '[', ']');
   } else {
      out << json::serialize(value);
   }
}

} // namespace

void print_json(const json::value &value) {
   std::string indent;
   write(std::cout, value, indent);
   std::cout << '\n';
}

} // namespace nebula::host::cli
