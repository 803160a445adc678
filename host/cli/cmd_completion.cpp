#include "host/cli/commands.h"
#include "host/cli/plugin_command.h"

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace nebula::host::cli {

namespace {

using Offered = std::vector<std::pair<std::string, std::string>>;

// A text as one word of any of the three shells.
[[nodiscard]] std::string quoted(const std::string &text) {
   std::string inside;
   for (const char c : text) {
      inside += c == '\'' ? "'\\''" : std::string(1, c);
   }
   return "'" + inside + "'";
}

// The commands of the program and of the plugins that it finds, with what they do.
[[nodiscard]] Offered offered() {
   Offered all;
   for (const auto &command : commands()) {
      all.emplace_back(command.name, command.summary);
   }
   for (auto &command : plugin_commands()) {
      all.push_back(std::move(command));
   }
   return all;
}

[[nodiscard]] std::string names() {
   std::string all;
   for (const auto &[name, summary] : offered()) {
      all += (all.empty() ? "" : " ") + name;
   }
   return all;
}

// Second words, where they are fixed.
struct Words {
   const char *command;
   const char *words;
};
constexpr Words k_second[] = {
   {"config", "show default schema reference diff"},
   {"plugin", "list inspect new"},
   {"ctl", "status reload restart drain stop use explain loglevel call"},
   {"completion", "bash zsh fish"},
};

void bash() {
   std::cout << "_nebula() {\n"
                "   local word=${COMP_WORDS[COMP_CWORD]}\n"
                "   if [ \"$COMP_CWORD\" = 1 ]; then\n"
                "      COMPREPLY=($(compgen -W '"
             << names() << "' -- \"$word\"))\n      return\n   fi\n   case ${COMP_WORDS[1]} in\n";
   for (const auto &[command, words] : k_second) {
      std::cout << "   " << command << ") [ \"$COMP_CWORD\" = 2 ] && COMPREPLY=($(compgen -W '" << words
                << "' -- \"$word\")) && return ;;\n";
   }
   std::cout << "   esac\n"
                "   if [[ $word == -* ]]; then\n"
                "      COMPREPLY=($(compgen -W \"$(nebula \"${COMP_WORDS[1]}\" --help 2>/dev/null | grep -oE -e "
                "'--[a-z-]+' | sort -u)\" -- \"$word\"))\n"
                "   else\n"
                "      COMPREPLY=($(compgen -f -- \"$word\"))\n"
                "   fi\n"
                "}\n"
                "complete -F _nebula nebula\n";
}

void zsh() {
   std::cout << "#compdef nebula\n_nebula() {\n   if (( CURRENT == 2 )); then\n      local -a all=(\n";
   for (const auto &[name, summary] : offered()) {
      std::cout << "         " << quoted(name + ":" + summary) << '\n';
   }
   std::cout << "      )\n      _describe command all\n      return\n   fi\n   case $words[2] in\n";
   for (const auto &[command, words] : k_second) {
      std::cout << "   " << command << ") (( CURRENT == 3 )) && compadd " << words << " && return ;;\n";
   }
   std::cout
      << "   esac\n"
         "   if [[ $words[CURRENT] == -* ]]; then\n"
         "      compadd -- ${(f)\"$(nebula $words[2] --help 2>/dev/null | grep -oE -e '--[a-z-]+' | sort -u)\"}\n"
         "   else\n      _files\n   fi\n"
         "}\n_nebula \"$@\"\n";
}

void fish() {
   std::cout << "complete -c nebula -f\n";
   for (const auto &[name, summary] : offered()) {
      std::cout << "complete -c nebula -n __fish_use_subcommand -a " << name << " -d " << quoted(summary) << '\n';
   }
   for (const auto &[command, words] : k_second) {
      std::cout << "complete -c nebula -n '__fish_seen_subcommand_from " << command << "' -a '" << words << "'\n";
   }
}

} // namespace

int run_completion(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   described.add_options()("shell", options::value<std::string>()->required(), "bash, zsh or fish");
   options::positional_options_description positional;
   positional.add("shell", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto shell = parsed.text("shell");
   if (shell == "bash") {
      bash();
   } else if (shell == "zsh") {
      zsh();
   } else if (shell == "fish") {
      fish();
   } else {
      return fail(self.name,
                  {"\"" + shell + "\" is not a shell it can complete in; use bash, zsh or fish", ErrorKind::usage});
   }
   return k_exit_ok;
}

} // namespace nebula::host::cli
