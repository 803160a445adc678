// LINK: Nebula::plugin_api
// The query of a request as a handler asks for it. The first line names the parameter.
#include <nebula/http.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula;
   const std::string_view text(reinterpret_cast<const char *>(data), size);
   const std::size_t line = text.find('\n');
   const std::string_view name = text.substr(0, line);
   const std::string_view query = line == std::string_view::npos ? text : text.substr(line + 1);
   neb_http_request raw{};
   raw.size = sizeof raw;
   raw.query = str(query);
   const HttpRequest request(raw);
   const auto value = request.query(name);
   if (value && value->size() > query.size())
      std::abort();
   // A parameter that is written as it is, is found as it is.
   const bool plain = !name.empty() && name.find_first_of("&=%+") == std::string_view::npos;
   if (plain && !value) {
      const std::string with = std::string(query) + "&" + std::string(name) + "=7";
      raw.query = str(with);
      if (HttpRequest(raw).query(name) != "7")
         std::abort();
   }
   return 0;
}
