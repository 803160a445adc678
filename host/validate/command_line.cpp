#include "host/validate/check.h"
#include "host/validate/validate.h"
#include "host/validate/whole_number.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

constexpr std::string_view k_usage =
   "usage: nebula validate FILE.so [options]\n"
   "\n"
   "Checks a plugin, each check in a process of its own, and says what its author should change.\n"
   "\n"
   "  --with FILE.so   a plugin it needs: the one with the algorithm of a backend (repeatable)\n"
   "  --config FILE    its configuration as JSON, when its schema requires options without defaults\n"
   "  --member PARAMS  a member of its family to examine too, \"N=4096,r=16\" (repeatable)\n"
   "  --only NAME      a check (file.exports) or a group (file); with what it needs (repeatable)\n"
   "  --seed N         of the random inputs (default 1); the report names it\n"
   "  --fuzz-steps N   random lives, configurations, inputs and jobs of each fuzz check (default 64)\n"
   "  --fuzz-seconds N no more time for each of them and each thing it tries (default 2; 0: no limit)\n"
   "  --reproduce SEED[:STEP]\n"
   "                   the group fuzz again, exactly, up to that step\n"
   "  --json           the report for programs\n"
   "  --verbose        show what the plugin writes to standard error\n"
   "  --list           show all checks\n"
   "\n"
   "Examples:\n"
   "  nebula validate build/libmy-algo.so\n"
   "  nebula validate libmy-backend.so --with libmy-algo.so\n"
   "\n"
   "Exit status: 0 every check passed, 1 some failed, 64 usage, 69 no such file.\n";

constexpr std::size_t k_members_max = 8; // each takes the time of an algorithm

struct Command {
   ValidateOptions options;
   bool json = false;
   bool list = false;
   bool help = false;
   bool reproduce = false;
};

Error usage(std::string what) {
   return {std::move(what) + "; see nebula validate --help", ErrorKind::usage};
}

Result<std::string> read_text(const std::string &path) {
   std::ifstream file(path, std::ios::binary);
   std::ostringstream text;
   if (!file || !(text << file.rdbuf()))
      return Error{path + " cannot be read; give a JSON file with the plugin's configuration", ErrorKind::unavailable};
   return text.str();
}

// SEED or SEED:STEP, as a report says it: the same steps again, whatever time they take.
Result<void> reproduce(ValidateOptions &options, const std::string &value) {
   const std::string_view text = value;
   const auto colon = std::min(text.find(':'), text.size());
   const bool has_step = colon < text.size();
   if (!whole_number(text.substr(0, colon), options.seed) ||
       (has_step && !whole_number(text.substr(colon + 1), options.fuzz_steps)))
      return usage("--reproduce takes SEED or SEED:STEP as a report names them, not \"" + value + "\"");
   options.fuzz_seconds = 0;
   return {};
}

// An option with a value.
Result<void> take_valued(Command &command, const std::string &name, const std::string &value) {
   if (name == "--with") {
      command.options.with.push_back(value);
   } else if (name == "--member") {
      if (command.options.members.size() == k_members_max)
         return usage("--member may stand " + std::to_string(k_members_max) + " times");
      command.options.members.push_back(value);
   } else if (name == "--only") {
      command.options.only.push_back(value);
   } else if (name == "--config") {
      auto text = read_text(value);
      if (!text)
         return text.error();
      command.options.config = std::move(*text);
      command.options.config_file = value;
   } else if (name == "--seed") {
      if (!whole_number(value, command.options.seed))
         return usage("--seed takes a whole number, not \"" + value + "\"");
   } else if (name == "--fuzz-steps" || name == "--fuzz-seconds") {
      auto &number = name == "--fuzz-steps" ? command.options.fuzz_steps : command.options.fuzz_seconds;
      if (!whole_number(value, number))
         return usage(name + " takes a whole number, not \"" + value + "\"");
   } else if (name == "--reproduce") {
      command.reproduce = true;
      return reproduce(command.options, value);
   } else {
      return usage("unknown option " + name);
   }
   return {};
}

Result<Command> parse(const std::vector<std::string> &args) {
   Command command;
   for (std::size_t i = 0; i < args.size(); ++i) {
      const std::string &arg = args[i];
      if (arg == "--json") {
         command.json = true;
      } else if (arg == "--list") {
         command.list = true;
      } else if (arg == "--help" || arg == "-h") {
         command.help = true;
      } else if (arg == "--verbose") {
         command.options.verbose = true;
      } else if (arg.starts_with("-")) {
         const auto equals = arg.find('=');
         if (equals == std::string::npos && i + 1 == args.size())
            return usage(arg + " takes a value");
         auto taken = equals == std::string::npos ? take_valued(command, arg, args[++i])
                                                  : take_valued(command, arg.substr(0, equals), arg.substr(equals + 1));
         if (!taken)
            return taken.error();
      } else if (command.options.file.empty()) {
         command.options.file = arg;
      } else {
         return usage("one plugin at a time: " + command.options.file + " or " + arg);
      }
   }
   if (command.reproduce && command.options.only.empty())
      command.options.only.emplace_back("fuzz");
   if (command.options.file.empty() && !command.list && !command.help)
      return usage("which plugin? Give the path of its .so");
   return command;
}

void print(std::FILE *to, std::string_view text) {
   std::fwrite(text.data(), 1, text.size(), to);
}

std::string list_of_checks() {
   std::string out;
   for (const auto &check : all_checks())
      out += std::string(check.id) + std::string(check.id.size() < 26 ? 26 - check.id.size() : 1, ' ') +
             std::string(check.sentence) + "\n";
   return out;
}

// To the first column of the terminal's line, which is emptied.
constexpr std::string_view k_line_start = "\r\x1b[K";

void show_progress(std::size_t number, std::size_t of, std::string_view id) {
   print(stderr,
         std::string(k_line_start) + "[" + std::to_string(number) + "/" + std::to_string(of) + "] " + std::string(id));
}

int failed(const Error &error) {
   print(stderr, "nebula validate: " + error.message + "\n");
   return error.exit_code();
}

} // namespace

int validate_main(const std::vector<std::string> &args) {
   const auto command = parse(args);
   if (!command)
      return failed(command.error());
   if (command->help || command->list) {
      print(stdout, command->help ? std::string(k_usage) : list_of_checks());
      return 0;
   }
   ValidateOptions options = command->options;
   if (isatty(STDERR_FILENO) && !options.verbose) // what the plugin writes would break the line
      options.progress = show_progress;
   const auto report = validate(options);
   if (options.progress)
      print(stderr, k_line_start);
   if (!report)
      return failed(report.error());
   print(stdout, command->json ? to_json(*report) : to_text(*report));
   return report->exit_code();
}

} // namespace nebula::host::validation
