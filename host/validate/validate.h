#pragma once

/// `nebula validate FILE.so`: tells the author of a plugin what is wrong with it before a user does. Each check runs in
/// a process of its own with a time limit, so that a plugin that crashes or hangs costs one answer and not the others.
///
///    auto report = validate({.file = "libfoo.so"});         // Result<Report>
///    std::cout << (json ? to_json(*report) : to_text(*report));
///    return report->exit_code();

#include "host/util/result.h"
#include "host/validate/verdict.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::validation {

struct ValidateOptions {
   std::string file;
   std::vector<std::string> with;    // plugins that provide what `file` needs: the algorithm of a backend
   std::string config;               // JSON text of the plugin's configuration; empty: the schema's defaults
   std::string config_file;          // where that text is from, for the command that shows a failure again
   std::vector<std::string> members; // parameters of members of its family to examine beside that of the defaults
   std::vector<std::string> only;    // ids or groups of checks; empty: all. What they need runs too
   std::uint64_t seed = 1;           // of the random inputs; printed with a failure, so that it can be had again
   unsigned fuzz_steps = 64;         // of each fuzz check, and
   unsigned fuzz_seconds = 2;        // no more time than this; 0: no limit but the check's own
   bool verbose = false;             // show what the plugin writes to standard error

   /// Folder for the stores of plugins; empty: validate() makes one and removes it.
   std::string scratch;

   /// Told before each check: its number, how many there are, and its id.
   std::function<void(std::size_t number, std::size_t of, std::string_view id)> progress;
};

struct CheckReport {
   std::string_view id;
   std::string_view sentence;
   Verdict verdict;
};

struct Report {
   std::string file;
   std::uint64_t seed = 1;
   std::string command; // that examines the same with the same, "nebula validate FILE --with ..."
   std::vector<CheckReport> checks;

   [[nodiscard]] std::size_t count(Verdict::Outcome outcome) const;
   [[nodiscard]] bool good() const { return count(Verdict::Outcome::failed) == 0; }
   [[nodiscard]] int exit_code() const { return good() ? 0 : 1; }
};

/// Runs the checks, each in a fork of this process: call it while there is no other thread. Fails when there is no such
/// file or check, or no process can be started.
[[nodiscard]] Result<Report> validate(const ValidateOptions &options);

/// For people, and for programs: {"file","good","seed","passed","failed","skipped","checks":[{"id","sentence",
/// "outcome","text","reproduce"}]}.
[[nodiscard]] std::string to_text(const Report &report);
[[nodiscard]] std::string to_json(const Report &report);

/// The whole command: `args` are what follows `nebula validate`. Writes to standard output and error; returns the exit
/// status.
[[nodiscard]] int validate_main(const std::vector<std::string> &args);

} // namespace nebula::host::validation
