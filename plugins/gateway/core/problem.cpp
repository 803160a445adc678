#include "core/problem.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::gateway {

std::string_view title_of(unsigned status) {
   switch (status) {
   case 400:
      return "Bad Request";
   case 401:
      return "Unauthorized";
   case 403:
      return "Forbidden";
   case 404:
      return "Not Found";
   case 405:
      return "Method Not Allowed";
   case 408:
      return "Request Timeout";
   case 413:
      return "Content Too Large";
   case 421:
      return "Misdirected Request";
   case 431:
      return "Request Header Fields Too Large";
   case 500:
      return "Internal Server Error";
   case 503:
      return "Service Unavailable";
   case 504:
      return "Gateway Timeout";
   default:
      return "Error";
   }
}

std::string problem(unsigned status, std::string_view detail, std::string_view path, std::string_view request_id) {
   boost::json::object body{
      {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}};
   if (!path.empty()) {
      body["instance"] = path;
   }
   if (!request_id.empty()) {
      body["request_id"] = request_id;
   }
   return boost::json::serialize(body);
}

} // namespace nebula::gateway
