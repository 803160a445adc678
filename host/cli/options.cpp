#include "host/cli/command.h"

#include <boost/program_options/parsers.hpp>

#include <iostream>

namespace nebula::host::cli {

namespace {

void print_help(const Command &command, const options::options_description &described) {
   std::cout << "usage: nebula " << command.name << (*command.arguments ? " " : "") << command.arguments << "\n\n"
             << command.summary << ".\n\n"
             << described;
   if (*command.examples) {
      std::cout << "\nExamples:\n" << command.examples;
   }
}

// What Boost says, without its quirks of wording.
[[nodiscard]] std::string explained(const options::error &error) {
   std::string text = error.what();
   constexpr std::string_view quoted = "option '--";
   for (auto at = text.find(quoted); at != std::string::npos; at = text.find(quoted)) {
      text.replace(at, quoted.size(), "option --");
      if (const auto end = text.find('\'', at); end != std::string::npos) {
         text.erase(end, 1);
      }
   }
   return text;
}

} // namespace

Parsed parse(const Command &command, const Arguments &arguments, options::options_description described,
             const options::positional_options_description &positional) {
   described.add_options()("help,h", "show this help");
   Parsed parsed;
   try {
      auto parser = options::command_line_parser(arguments);
      using namespace options::command_line_style;
      parser.options(described).positional(positional).style(unix_style & ~allow_guessing);
      options::store(parser.run(), parsed.values);
      if (parsed.values.count("help") != 0) {
         print_help(command, described);
         parsed.exit = k_exit_ok;
         return parsed;
      }
      options::notify(parsed.values);
   } catch (const options::error &error) {
      std::cerr << "nebula " << command.name << ": " << explained(error) << "\nusage: nebula " << command.name << ' '
                << command.arguments << "\nTry: nebula " << command.name << " --help\n";
      parsed.exit = static_cast<int>(ErrorKind::usage);
   }
   return parsed;
}

int fail(std::string_view command, const Error &error) {
   std::cerr << "nebula" << (command.empty() ? "" : " ") << command << ": " << error.message << '\n';
   return error.exit_code();
}

} // namespace nebula::host::cli
