#pragma once

/// Reading fields of a JSON object that somebody else wrote: each either has the wanted type or is an error that names
/// it.

#include "core/bytes.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>

namespace nebula::monero {

/// Parses a whole document of bounded size and depth.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);

[[nodiscard]] Result<std::uint64_t> u64_field(const boost::json::object &object, std::string_view name);
[[nodiscard]] Result<bool> bool_field(const boost::json::object &object, std::string_view name);
/// The view lives as long as the object.
[[nodiscard]] Result<std::string_view> text_field(const boost::json::object &object, std::string_view name);
[[nodiscard]] Result<Hash> hash_field(const boost::json::object &object, std::string_view name);
[[nodiscard]] Result<Bytes> bytes_field(const boost::json::object &object, std::string_view name);
/// The object below `name`, or null when there is none.
[[nodiscard]] const boost::json::object *object_field(const boost::json::object &object, std::string_view name);

/// Null for none: daemon and wallet leave empty arrays out of their answers.
[[nodiscard]] const boost::json::array *array_field(const boost::json::object &object, std::string_view name);

/// At most `limit` characters of somebody else's text, with everything unprintable replaced: fit for a log line.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit);

} // namespace nebula::monero
