#include "worker_name.h"

#include <charconv>
#include <cmath>

namespace nebula::pool {
namespace {

std::optional<double> difficulty_in(std::string_view text) {
   double number = 0;
   const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
   if (error != std::errc{} || end != text.data() + text.size() || !(number > 0) || !std::isfinite(number))
      return std::nullopt;
   return number;
}

/// Of "x,d=5000;algo=y".
std::optional<double> difficulty_in_password(std::string_view password) {
   while (!password.empty()) {
      const std::size_t end = password.find_first_of(",; ");
      const std::string_view option = password.substr(0, end);
      const std::size_t is = option.find('=');
      const std::string_view key = option.substr(0, is);
      if (is != std::string_view::npos && (key == "d" || key == "diff" || key == "difficulty"))
         if (const auto difficulty = difficulty_in(option.substr(is + 1)))
            return difficulty;
      password = end == std::string_view::npos ? std::string_view() : password.substr(end + 1);
   }
   return std::nullopt;
}

} // namespace

WorkerName read_worker_name(std::string_view user, std::string_view password, std::string_view rig) {
   WorkerName out;
   out.difficulty = difficulty_in_password(password);
   if (const std::size_t plus = user.rfind('+'); plus != std::string_view::npos)
      if (const auto difficulty = difficulty_in(user.substr(plus + 1))) {
         out.difficulty = difficulty;
         user = user.substr(0, plus);
      }
   const std::size_t dot = user.find('.');
   out.wallet = user.substr(0, dot);
   out.worker = dot == std::string_view::npos ? rig : user.substr(dot + 1);
   return out;
}

} // namespace nebula::pool
