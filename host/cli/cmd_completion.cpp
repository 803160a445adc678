#include "host/cli/commands.h"
#include "host/cli/plugin_command.h"

#include <algorithm>
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

// Second words: those of the program, and those of plugins' commands of two words.
struct Words {
   std::string command;
   std::string words;
};
constexpr std::pair<const char *, const char *> k_second[] = {
   {"config", "show default schema reference diff"},
   {"plugin", "list inspect new"},
   {"ctl", "status reload restart drain stop use explain loglevel call"},
   {"completion", "bash zsh fish"},
};

// What can stand first, each once, and what can stand second.
struct Places {
   Offered first;
   std::vector<Words> second;
   std::vector<std::string> pairs; // "bench pool": commands of two words
};

[[nodiscard]] Places places() {
   Places all;
   for (const auto &[command, words] : k_second) {
      all.second.push_back({command, words});
   }
   for (auto &[name, summary] : offered()) {
      const auto space = name.find(' ');
      const auto word = name.substr(0, space);
      if (std::none_of(all.first.begin(), all.first.end(), [&](const auto &one) { return one.first == word; })) {
         all.first.emplace_back(word, summary);
      }
      if (space == std::string::npos) {
         continue;
      }
      all.pairs.push_back(name);
      auto at =
         std::find_if(all.second.begin(), all.second.end(), [&](const auto &one) { return one.command == word; });
      if (at == all.second.end()) {
         all.second.push_back({word, name.substr(space + 1)});
      } else {
         at->words += name.substr(space);
      }
   }
   return all;
}

[[nodiscard]] std::string joined(const std::vector<std::string> &texts, const char *between) {
   std::string all;
   for (const auto &text : texts) {
      all += (all.empty() ? "" : between) + text;
   }
   return all;
}

// A pattern of the shells' `case` that matches the commands of two words.
[[nodiscard]] std::string pair_pattern(const Places &all) {
   std::vector<std::string> patterns;
   for (const auto &pair : all.pairs) {
      patterns.push_back(quoted(pair));
   }
   return patterns.empty() ? "''" : joined(patterns, "|");
}

void bash() {
   const auto all = places();
   std::vector<std::string> names;
   for (const auto &[name, summary] : all.first) {
      names.push_back(name);
   }
   std::cout << "_nebula() {\n"
                "   local word=${COMP_WORDS[COMP_CWORD]}\n"
                "   if [ \"$COMP_CWORD\" = 1 ]; then\n"
                "      COMPREPLY=($(compgen -W '"
             << joined(names, " ") << "' -- \"$word\"))\n      return\n   fi\n   case ${COMP_WORDS[1]} in\n";
   for (const auto &[command, words] : all.second) {
      std::cout << "   " << command << ") [ \"$COMP_CWORD\" = 2 ] && COMPREPLY=($(compgen -W '" << words
                << "' -- \"$word\")) && return ;;\n";
   }
   std::cout << "   esac\n"
                "   local -a command=(\"${COMP_WORDS[1]}\")\n"
                "   case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in "
             << pair_pattern(all)
             << ") command+=(\"${COMP_WORDS[2]}\") ;; esac\n"
                "   if [[ $word == -* ]]; then\n"
                "      COMPREPLY=($(compgen -W \"$(nebula \"${command[@]}\" --help 2>/dev/null | grep -oE -e "
                "'--[a-z-]+' | sort -u)\" -- \"$word\"))\n"
                "   else\n"
                "      COMPREPLY=($(compgen -f -- \"$word\"))\n"
                "   fi\n"
                "}\n"
                "complete -F _nebula nebula\n";
}

void zsh() {
   const auto all = places();
   std::cout << "#compdef nebula\n_nebula() {\n   if (( CURRENT == 2 )); then\n      local -a all=(\n";
   for (const auto &[name, summary] : all.first) {
      std::cout << "         " << quoted(name + ":" + summary) << '\n';
   }
   std::cout << "      )\n      _describe command all\n      return\n   fi\n   case $words[2] in\n";
   for (const auto &[command, words] : all.second) {
      std::cout << "   " << command << ") (( CURRENT == 3 )) && compadd " << words << " && return ;;\n";
   }
   std::cout << "   esac\n"
                "   local -a command=($words[2])\n"
                "   case \"$words[2] $words[3]\" in "
             << pair_pattern(all)
             << ") command+=($words[3]) ;; esac\n"
                "   if [[ $words[CURRENT] == -* ]]; then\n"
                "      compadd -- ${(f)\"$(nebula $command --help 2>/dev/null | grep -oE -e '--[a-z-]+' | sort -u)\"}\n"
                "   else\n      _files\n   fi\n"
                "}\n_nebula \"$@\"\n";
}

void fish() {
   const auto all = places();
   std::cout << "complete -c nebula -f\n";
   for (const auto &[name, summary] : all.first) {
      std::cout << "complete -c nebula -n __fish_use_subcommand -a " << name << " -d " << quoted(summary) << '\n';
   }
   for (const auto &[command, words] : all.second) {
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
