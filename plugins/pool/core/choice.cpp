#include "choice.h"

#include "worker_name.h"

#include <algorithm>

namespace nebula::pool {
namespace {

/// Programs that mine algorithms of one dialect only.
constexpr std::pair<std::string_view, Dialect> k_programs[] = {
   {"cpuminer", Dialect::bitcoin}, {"minerd", Dialect::bitcoin}, {"ergo", Dialect::ergo},
   {"autolykos", Dialect::ergo},   {"ergminer", Dialect::ergo},  {"zion", Dialect::cosmic}};

/// Each begins the names of the algorithms it stands for.
constexpr std::string_view k_password_words[] = {"randomx", "autolykos", "yescrypt", "cosmic"};

std::string lower(std::string_view text) {
   std::string out(text);
   std::ranges::transform(out, out.begin(),
                          [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
   return out;
}

template <class Wanted>
std::optional<std::uint8_t> first_served(const PoolSettings &settings, const PortSettings &port, Wanted wanted) {
   const auto found = std::ranges::find_if(port.algorithms, [&](std::uint8_t index) {
      return settings.algorithms[index].stratum != Dialect::xmrig && wanted(settings.algorithms[index]);
   });
   return found == port.algorithms.end() ? std::nullopt : std::optional(*found);
}

} // namespace

bool is_named(const PoolAlgorithm &algorithm, std::string_view name) {
   return algorithm.name == name || std::ranges::find(algorithm.aliases, name) != algorithm.aliases.end();
}

Chosen choose_by_list(const PoolSettings &settings, const PortSettings &port, const std::vector<std::string> &names) {
   Chosen out;
   for (const std::string &name : names)
      for (const std::uint8_t index : port.algorithms) {
         const PoolAlgorithm &one = settings.algorithms[index];
         if (one.stratum != Dialect::xmrig || !is_named(one, name))
            continue;
         out.algorithm = index;
         if (one.name != name)
            out.called = static_cast<std::uint8_t>(std::ranges::find(one.aliases, name) - one.aliases.begin() + 1);
         return out;
      }
   if (!names.empty())
      out.missing = names.front();
   return out;
}

Chosen choose_by_agent(const PoolSettings &settings, const PortSettings &port, std::string_view agent) {
   const std::string program = lower(agent);
   Chosen out;
   out.algorithm = first_served(settings, port,
                                [&](const PoolAlgorithm &one) { return program.find(one.name) != std::string::npos; });
   for (const auto &[name, dialect] : k_programs)
      if (!out.algorithm && program.find(name) != std::string::npos)
         out.algorithm = first_served(
            settings, port, [&, wanted = dialect](const PoolAlgorithm &one) { return one.stratum == wanted; });
   return out;
}

Chosen choose_by_password(const PoolSettings &settings, const PortSettings &port, std::uint8_t current,
                          std::string_view password) {
   Chosen out;
   for (const std::string_view key : {"a", "algo"})
      if (const auto name = password_option(password, key)) {
         out.algorithm = first_served(settings, port, [&](const PoolAlgorithm &one) { return is_named(one, *name); });
         if (!out.algorithm)
            out.missing = *name;
         return out;
      }
   for (const std::string_view word : k_password_words) {
      if (password.find(word) == std::string_view::npos || settings.algorithms[current].name.starts_with(word))
         continue;
      out.algorithm =
         first_served(settings, port, [&](const PoolAlgorithm &one) { return one.name.starts_with(word); });
      if (!out.algorithm)
         out.missing = word;
      return out;
   }
   return out;
}

} // namespace nebula::pool
