#pragma once

#include "host/util/result.h"

#include <boost/json/value.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::cli {

// Exit statuses besides those of ErrorKind.
inline constexpr int k_exit_ok = 0;
inline constexpr int k_exit_failed = 1;

using Arguments = std::vector<std::string>;

// One command of the program. `run` gets what follows its name.
struct Command {
   const char *name;
   const char *arguments; // "ALGORITHM --input HEX [options]"
   const char *summary;   // one line for the list of commands
   const char *examples;  // whole lines for --help
   int (*run)(const Command &self, const Arguments &arguments);
   bool plugins_add = false; // their two-word commands that begin with this name come first: "bench pool"
};

// All commands, in the order in which help lists them. Plugins add theirs at run time (plugin_command.h).
[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] const Command *find_command(std::string_view name);

namespace options = boost::program_options;

// The outcome of reading a command's options: values, or an exit status when all is said (help, or a mistake).
struct Parsed {
   options::variables_map values;
   int exit = -1;

   [[nodiscard]] bool finished() const { return exit >= 0; }
   [[nodiscard]] bool has(const char *name) const { return values.count(name) != 0; }
   [[nodiscard]] std::string text(const char *name) const { return has(name) ? values[name].as<std::string>() : ""; }
};

// Reads `arguments`; --help prints usage, options and examples; a mistake is said with the nearest option and leads
// to 64.
[[nodiscard]] Parsed parse(const Command &command, const Arguments &arguments, options::options_description described,
                           const options::positional_options_description &positional = {});

// Prints "nebula COMMAND: message" and returns the error's exit status. (Only "nebula: message" with an empty command.)
int fail(std::string_view command, const Error &error);

// Prints JSON on standard output, in lines with two spaces of indentation.
void print_json(const boost::json::value &value);

} // namespace nebula::host::cli
