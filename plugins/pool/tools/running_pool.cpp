#include "running_pool.h"

#include "common/json_line.h"

#include <nebula/error.hpp>

namespace nebula::pool {
namespace {

std::string ask(const CommandIo &io, std::string_view instance) {
   try {
      return io.request(instance, "ports");
   } catch (const Error &error) {
      throw Error(NEB_E_STATE, "no running pool \"", instance, "\" tells where it listens: ", error.what(),
                  "; start it, name another one with --pool, or give --connect HOST:PORT");
   }
}

/// A pool that listens on every address of the machine is reached on its loopback.
std::string reachable(std::string address) {
   for (const std::string_view all : {"0.0.0.0:", "[::]:"})
      if (address.starts_with(all))
         return "127.0.0.1:" + address.substr(all.size());
   return address;
}

} // namespace

std::string port_of_running_pool(const CommandIo &io, std::string_view instance, std::string_view algorithm) {
   const std::string answer = ask(io, instance);
   common::JsonLine line;
   if (const char *wrong = line.parse(answer))
      throw Error(NEB_E_STATE, "the pool's list of ports cannot be read: ", wrong, "; give --connect HOST:PORT");
   const common::JsonLine::Value ports = line.root()["ports"];
   std::string others;
   for (std::size_t i = 0; i < ports.size(); ++i) {
      const common::JsonLine::Value names = ports.at(i)["algorithms"];
      for (std::size_t name = 0; name < names.size(); ++name) {
         const std::string known = names.at(name).text().value_or("");
         if (known == algorithm)
            return reachable(ports.at(i)["address"].text().value_or(""));
         others += (others.empty() ? "" : ", ") + known;
      }
   }
   throw Error(NEB_E_STATE, "the running pool \"", instance, "\" has no port for ", algorithm, ", but for ", others,
               "; give --dialect and --algorithm, or --connect HOST:PORT");
}

} // namespace nebula::pool
