// LINK: nebula_gateway_core
#include "core/access.h"
#include "core/pattern.h"
#include "core/router.h"

#include <nebula/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::gateway;
   const std::string_view text(reinterpret_cast<const char *>(data), size);
   const auto line = text.find('\n');
   std::string why;
   const auto pattern = Pattern::parse(text.substr(0, line), why);
   const auto path = decode_path(line == std::string_view::npos ? text : text.substr(line + 1));
   if (pattern && path) {
      (void)pattern->match(*path);
      if (!pattern->clashes(*pattern) || pattern->more_specific_than(*pattern)) {
         __builtin_trap();
      }
   }
   if (path && (path->find('\0') != std::string::npos || !nebula::is_utf8(*path))) {
      __builtin_trap();
   }
   (void)check_access({"0123456789abcdef", true, "127.0.0.1", {"a"}}, text, text, text);
   return 0;
}
