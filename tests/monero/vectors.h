#pragma once

/// tests/vectors/monero.json: answers of a real monerod 0.18 in regtest, and what it accepted.

#include "core/block_work.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>

namespace nebula::monero::test {

[[nodiscard]] const boost::json::object &vectors();

/// The member as text, hash, bytes or number. A missing one throws: the vector file is part of the tests.
[[nodiscard]] std::string text(const boost::json::object &object, std::string_view name);
[[nodiscard]] Bytes bytes(const boost::json::object &object, std::string_view name);
[[nodiscard]] Hash hash(const boost::json::object &object, std::string_view name);
[[nodiscard]] std::uint64_t number(const boost::json::object &object, std::string_view name);

/// A member of `templates` as the daemon's typed answer, and as work.
[[nodiscard]] TemplateAnswer answer_of(const boost::json::object &vector);
[[nodiscard]] std::shared_ptr<const BlockWork> work_of(const boost::json::object &vector);
/// The same as the daemon gives it again after so many seconds, on another parent if one is named.
[[nodiscard]] std::shared_ptr<const BlockWork> work_again(const boost::json::object &vector, std::uint64_t later_s,
                                                          const std::optional<Hash> &parent = {});
/// The template number `index` of the file.
[[nodiscard]] const boost::json::object &template_vector(std::size_t index);

} // namespace nebula::monero::test
