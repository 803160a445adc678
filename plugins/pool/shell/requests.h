#pragma once

/// What a running node answers to `nebula ctl pool ...`.

#include "queries.h"

#include <string>
#include <string_view>

namespace nebula::pool {

class Requests {
public:
   explicit Requests(const Queries &queries) : queries_(queries) {}

   /// One JSON document, with a text for people. Throws NEB_E_NOT_FOUND for an unknown method and NEB_E_INVALID for
   /// wrong parameters. Waits for the loop. [thread-safe]
   [[nodiscard]] std::string answer(std::string_view method, std::string_view params_json) const;

private:
   const Queries &queries_;
};

} // namespace nebula::pool
