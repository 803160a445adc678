#include "environment.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::chain {

using boost::json::object;

std::int32_t exit_code_of(Fault fault) {
   switch (fault) {
   case Fault::unavailable:
   case Fault::unknown_parent:
   case Fault::missing:
      return k_exit_unavailable;
   case Fault::storage:
      return k_exit_io;
   case Fault::full:
      return k_exit_temporary;
   case Fault::invalid:
   case Fault::low:
   case Fault::duplicate:
   case Fault::too_late:
      break;
   }
   return k_exit_usage;
}

Result<object> CommandEnvironment::ask(std::string_view method, const object &params) const {
   try {
      const std::string answer = io.request(instance, method, boost::json::serialize(params));
      boost::json::error_code failed;
      boost::json::value parsed = boost::json::parse(answer, failed);
      if (failed || !parsed.is_object())
         return Error{Fault::unavailable, "the node's answer to " + std::string(method) + " is not a JSON object"};
      return std::move(parsed.get_object());
   } catch (const nebula::Error &error) {
      return Error{error.status() == NEB_E_NOT_FOUND ? Fault::missing : Fault::unavailable, error.what()};
   }
}

void CommandEnvironment::print(bool json, const object &document, const std::string &text) const {
   if (json)
      io.out(boost::json::serialize(document), "\n");
   else
      io.out(text);
}

std::int32_t CommandEnvironment::fail(std::string_view command, const Error &error) const {
   io.err("nebula ", command, ": ", error.text, "\n");
   return exit_code_of(error.fault);
}

} // namespace nebula::chain
