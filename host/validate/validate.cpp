#include "host/validate/validate.h"

#include "host/validate/check.h"
#include "host/validate/child.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

std::vector<std::string> words(std::string_view text) {
   std::istringstream stream{std::string(text)};
   std::vector<std::string> out;
   for (std::string word; stream >> word;)
      out.push_back(word);
   return out;
}

void want(const Check &check, std::set<std::string_view> &wanted) {
   if (!wanted.insert(check.id).second)
      return;
   for (const auto &needed : words(check.needs))
      want(*find_check(needed), wanted);
}

// The checks named by `only`, and what they need.
Result<std::set<std::string_view>> choose(const std::vector<std::string> &only) {
   std::set<std::string_view> wanted;
   for (const auto &check : all_checks())
      if (only.empty() || std::find(only.begin(), only.end(), check.id) != only.end() ||
          std::find(only.begin(), only.end(), check.group()) != only.end())
         want(check, wanted);
   for (const auto &name : only)
      if (std::none_of(all_checks().begin(), all_checks().end(),
                       [&](const Check &check) { return check.id == name || check.group() == name; }))
         return Error{"there is no check or group \"" + name + "\"; `nebula validate --list` shows them all",
                      ErrorKind::usage};
   return wanted;
}

// The verdict when a check cannot run because of others: what it needs failed, or was skipped itself.
std::optional<Verdict> blocked(const Check &check, const std::map<std::string_view, Verdict> &done) {
   for (const auto &needed : words(check.needs)) {
      const auto found = done.find(needed);
      if (found == done.end() || found->second.passed())
         continue;
      if (found->second.outcome == Verdict::Outcome::failed)
         return Verdict::skip("because " + needed + " failed");
      return Verdict::skip(found->second.text);
   }
   return std::nullopt;
}

// Removed with everything in it, also what a check that crashed left there.
class ScratchFolder {
public:
   explicit ScratchFolder(const std::string &given) : path_(given) {
      if (!path_.empty())
         return;
      std::string name = std::filesystem::temp_directory_path() / "nebula-validate-XXXXXX";
      if (mkdtemp(name.data())) {
         path_ = name;
         ours_ = true;
      }
   }
   ~ScratchFolder() {
      std::error_code ignored;
      if (ours_)
         std::filesystem::remove_all(path_, ignored);
   }
   ScratchFolder(const ScratchFolder &) = delete;
   ScratchFolder &operator=(const ScratchFolder &) = delete;

   [[nodiscard]] const std::string &path() const noexcept { return path_; }

private:
   std::string path_;
   bool ours_ = false;
};

// As a shell reads it back.
std::string quoted(const std::string &word) {
   const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                              "0123456789_./,=:@%+-") == std::string::npos;
   if (plain)
      return word;
   std::string out = "'";
   for (const char c : word)
      out += c == '\'' ? "'\\''" : std::string(1, c);
   return out + "'";
}

std::string command_of(const ValidateOptions &options) {
   std::string command = "nebula validate " + quoted(options.file);
   for (const auto &file : options.with)
      command += " --with " + quoted(file);
   for (const auto &member : options.members)
      command += " --member " + quoted(member);
   if (!options.config_file.empty())
      command += " --config " + quoted(options.config_file);
   return command;
}

} // namespace

Result<Report> validate(const ValidateOptions &given) {
   ValidateOptions options = given;
   for (const auto &file : {std::vector{options.file}, options.with})
      for (const auto &path : file)
         if (access(path.c_str(), R_OK) != 0)
            return Error{path + ": " + std::strerror(errno) + "; give the path of a plugin's .so",
                         ErrorKind::unavailable};
   const ScratchFolder scratch(options.scratch);
   if (scratch.path().empty())
      return Error{std::string("no folder for the plugin's stores can be made: ") + std::strerror(errno),
                   ErrorKind::io};
   options.scratch = scratch.path();
   const auto wanted = choose(options.only);
   if (!wanted)
      return wanted.error();
   Report report{options.file, options.seed, command_of(given), {}};
   std::map<std::string_view, Verdict> done;
   for (const auto &check : all_checks()) {
      if (!wanted->contains(check.id))
         continue;
      if (options.progress)
         options.progress(report.checks.size() + 1, wanted->size(), check.id);
      auto verdict = blocked(check, done);
      if (!verdict) {
         auto ran = run_in_child(check, options);
         if (!ran)
            return ran.error();
         verdict = std::move(*ran);
      }
      done[check.id] = *verdict;
      report.checks.push_back({check.id, check.sentence, std::move(*verdict)});
   }
   return report;
}

} // namespace nebula::host::validation
