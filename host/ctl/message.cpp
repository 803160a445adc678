#include "host/ctl/message.h"

#include <nebula/text.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::host::ctl {

namespace json = boost::json;

namespace {

[[nodiscard]] Result<json::object> parse_object(std::string_view line) {
   json::parse_options options;
   options.max_depth = k_depth_max;
   boost::system::error_code failed;
   auto value = json::parse(json::string_view(line.data(), line.size()), failed, {}, options);
   if (failed || !value.is_object()) {
      return Error{"not a JSON object in one line", ErrorKind::usage};
   }
   return std::move(value.get_object());
}

[[nodiscard]] ErrorKind kind_of(std::int64_t code) {
   switch (code) {
   case 64:
      return ErrorKind::usage;
   case 69:
      return ErrorKind::unavailable;
   case 74:
      return ErrorKind::io;
   case 75:
      return ErrorKind::temporary;
   case 78:
      return ErrorKind::configuration;
   default:
      return ErrorKind::internal;
   }
}

[[nodiscard]] std::uint64_t id_of(const json::object &object) {
   const auto *id = object.if_contains("id");
   if (!id) {
      return 0;
   }
   boost::system::error_code failed;
   const auto number = id->to_number<std::uint64_t>(failed);
   return failed ? 0 : number;
}

} // namespace

Result<Request> parse_request(std::string_view line) {
   auto object = parse_object(line);
   if (!object) {
      return object.error();
   }
   Request request;
   request.id = id_of(*object);
   const auto *method = object->if_contains("method");
   if (!method || !method->is_string()) {
      return Error{"the request has no \"method\"", ErrorKind::usage};
   }
   request.method = std::string_view(method->get_string().data(), method->get_string().size());
   if (auto *params = object->if_contains("params")) {
      if (!params->is_object()) {
         return Error{"\"params\" must be an object", ErrorKind::usage};
      }
      request.params = std::move(params->get_object());
   }
   return request;
}

std::string to_line(const Request &request) {
   json::object object;
   object["id"] = request.id;
   object["method"] = request.method;
   object["params"] = request.params;
   return json::serialize(object) + '\n';
}

std::string answer_line(std::uint64_t id, const Result<json::value> &answer) {
   json::object object;
   object["id"] = id;
   if (answer) {
      object["result"] = *answer;
   } else {
      object["error"] =
         json::object{{"code", answer.error().exit_code()}, {"message", as_utf8(answer.error().message)}};
   }
   return json::serialize(object) + '\n';
}

Result<json::value> parse_answer(std::string_view line, std::uint64_t id) {
   auto object = parse_object(line);
   if (!object) {
      return object.error().within("the node's answer");
   }
   const auto answered = id_of(*object);
   auto *error = object->if_contains("error");
   const bool unread = answered == 0 && error; // it could not read the request, nor whose it was
   if (answered != id && !unread) {
      return Error{"the node answered another request", ErrorKind::internal};
   }
   if (error && error->is_object()) {
      const auto &fields = error->get_object();
      const auto *message = fields.if_contains("message");
      const auto *code = fields.if_contains("code");
      return Error{message && message->is_string() ? std::string(message->get_string()) : "the node gave no reason",
                   kind_of(code && code->is_int64() ? code->get_int64() : 0)};
   }
   auto *result = object->if_contains("result");
   if (!result) {
      return Error{"the node's answer has neither result nor error", ErrorKind::internal};
   }
   return Result<json::value>(std::move(*result));
}

} // namespace nebula::host::ctl
