#include "core/url.h"

namespace nebula::monero {

namespace {

// The refusal repeats nothing of the text: it may hold a password.
Error wrong(std::string_view why) {
   return {"an address like http://127.0.0.1:18081 or https://host:18081; " + std::string(why), Fault::refused};
}

} // namespace

Result<DaemonUrl> parse_daemon_url(std::string_view text) {
   DaemonUrl url;
   if (text.starts_with("https://"))
      url.tls = true;
   else if (!text.starts_with("http://"))
      return wrong("it begins with neither http:// nor https://");
   std::string_view rest = text.substr(url.tls ? 8 : 7);
   if (rest.ends_with('/'))
      rest.remove_suffix(1);
   if (rest.find('@') != std::string_view::npos)
      return wrong("it holds a user name, which belongs into the keys user and password");
   if (rest.find('/') != std::string_view::npos)
      return wrong("it has a path");
   const char *why = "";
   const auto place = common::parse_host_port(rest, k_default_rpc_port, why);
   if (!place)
      return wrong(why);
   static_cast<common::HostPort &>(url) = *place;
   return url;
}

} // namespace nebula::monero
