#pragma once

// The control protocol: one JSON object per line over a Unix socket that only the node's user may open.
//
//   -> {"id":1,"method":"status","params":{...}}
//   <- {"id":1,"result":{...}}            or   {"id":1,"error":{"code":69,"message":"..."}}
//
// `code` is an exit status of the program (util/result.h).

#include "host/util/result.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace nebula::host::ctl {

// One line; above the largest configuration a reload could carry and the largest status of a node with hundreds of
// plugins.
inline constexpr std::size_t k_line_bytes_max = 4 << 20;
// Nesting of a request's parameters; ours need three.
inline constexpr std::size_t k_depth_max = 16;

struct Request {
   std::uint64_t id = 0;
   std::string method;
   boost::json::object params;
};

[[nodiscard]] Result<Request> parse_request(std::string_view line);
[[nodiscard]] std::string to_line(const Request &request);

[[nodiscard]] std::string answer_line(std::uint64_t id, const Result<boost::json::value> &answer);
// The result, or the error the node answered with.
[[nodiscard]] Result<boost::json::value> parse_answer(std::string_view line, std::uint64_t id);

} // namespace nebula::host::ctl
