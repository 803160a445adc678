#include "password.h"

#include "keystore.h"

#include <cstdlib>

namespace nebula::chain {
namespace {

constexpr const char *k_ways = "give --password-file FILE, set NEBULA_WALLET_PASSWORD, or run on a terminal";

Result<std::string> checked(std::string password) {
   if (password.empty())
      return invalid(std::string("the password is empty: ") + k_ways);
   return password;
}

} // namespace

Result<std::string> get_password(const Arguments &arguments, const CommandEnvironment &environment, bool twice) {
   if (const std::string file = arguments.value("--password-file"); !file.empty()) {
      auto text = read_keystore_file(file);
      if (!text)
         return text.error().fault == Fault::missing ? invalid("there is no password file " + file) : text.error();
      return checked(text->substr(0, text->find_first_of("\r\n")));
   }
   if (const char *variable = std::getenv("NEBULA_WALLET_PASSWORD"))
      return checked(variable);
   try {
      std::string first = environment.io.read_secret("Password: ");
      if (twice && environment.io.read_secret("Password again: ") != first)
         return invalid("the two passwords differ");
      return checked(std::move(first));
   } catch (const nebula::Error &) {
      return invalid(std::string("no password: ") + k_ways);
   }
}

} // namespace nebula::chain
