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

} // namespace

std::optional<std::string> password_option(std::string_view password, std::string_view key) {
   while (!password.empty()) {
      const std::size_t end = password.find_first_of(",; ");
      const std::string_view option = password.substr(0, end);
      const std::size_t is = option.find('=');
      if (is != std::string_view::npos && option.substr(0, is) == key && is + 1 < option.size())
         return std::string(option.substr(is + 1));
      password = end == std::string_view::npos ? std::string_view() : password.substr(end + 1);
   }
   return std::nullopt;
}

WorkerName read_worker_name(std::string_view user, std::string_view password, std::string_view rig) {
   WorkerName out;
   for (const std::string_view key : {"d", "diff", "difficulty"})
      if (const auto option = password_option(password, key); option && !out.difficulty)
         out.difficulty = difficulty_in(*option);
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
