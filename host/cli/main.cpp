#include "host/cli/command.h"
#include "host/cli/plugin_command.h"
#include "host/cli/version.h"
#include "host/config/suggest.h"
#include "host/isolation/runner.h"

#include <cstdio>
#include <exception>
#include <iostream>

namespace {

using namespace nebula::host;

void print_row(std::string_view name, std::string_view summary) {
   std::string left = "  " + std::string(name);
   left.resize(std::max<std::size_t>(left.size() + 2, 16), ' ');
   std::cout << left << summary << '\n';
}

void print_help() {
   std::cout << "nebula " NEBULA_VERSION ": a node that becomes what its plugins make of it.\n\n"
                "usage: nebula COMMAND [options]\n\nCommands:\n";
   for (const auto &command : cli::commands()) {
      print_row(command.name, command.summary);
   }
   if (const auto added = cli::plugin_commands(); !added.empty()) {
      std::cout << "\nCommands of plugins:\n";
      for (const auto &[name, summary] : added) {
         print_row(name, summary);
      }
   }
   std::cout << "\nTry: nebula run, then in another terminal: nebula ctl status. Every command has --help.\n";
}

[[nodiscard]] int unknown(const std::string &name) {
   std::cerr << "nebula: there is no command \"" << name << "\"";
   std::vector<std::string> names;
   for (const auto &command : cli::commands()) {
      names.emplace_back(command.name);
   }
   if (const auto nearest = config::nearest(name, names); !nearest.empty()) {
      std::cerr << "; did you mean " << nearest << "?";
   }
   std::cerr << "\nTry: nebula --help\n";
   return static_cast<int>(ErrorKind::usage);
}

[[nodiscard]] int run(const cli::Arguments &words) {
   if (words.empty() || words.front() == "--help" || words.front() == "-h" || words.front() == "help") {
      print_help();
      return words.empty() ? static_cast<int>(ErrorKind::usage) : cli::k_exit_ok;
   }
   const auto name = words.front() == "--version" ? "version" : words.front();
   const cli::Arguments rest(words.begin() + 1, words.end());
   if (const auto *command = cli::find_command(name)) {
      const auto exit = command->plugins_add ? cli::run_plugin_command(name, rest, true) : std::nullopt;
      return exit ? *exit : command->run(*command, rest);
   }
   if (const auto exit = cli::run_plugin_command(name, rest)) {
      return *exit;
   }
   return unknown(name);
}

} // namespace

int main(int argc, char **argv) {
   if (const std::vector<std::string> words(argv + 1, argv + argc); is_runner(words))
      run_runner(words);
   try {
      return run(cli::Arguments(argv + 1, argv + argc));
   } catch (const std::exception &error) {
      std::fprintf(stderr, "nebula: %s\n", error.what());
      return static_cast<int>(ErrorKind::internal);
   }
}
