#include "host/validate/child.h"

#include "host/validate/whole_number.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace nebula::host::validation {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

void say(std::string line) {
   for (char &c : line)
      if (c == '\n')
         c = ' ';
   line += '\n';
   // Without a parent (a person runs the hidden command) the lines go to standard output.
   const int descriptor = fcntl(k_child_pipe, F_GETFD) < 0 ? STDOUT_FILENO : k_child_pipe;
   for (std::size_t done = 0; done < line.size();) {
      const auto written = write(descriptor, line.data() + done, line.size() - done);
      if (written <= 0 && errno != EINTR)
         return;
      done += written > 0 ? static_cast<std::size_t>(written) : 0;
   }
}

// What the child has said so far.
struct Talk {
   std::string pending;
   std::string step = "starting";
   std::optional<Verdict> verdict;
   std::size_t bytes = 0;

   void take(std::string_view piece) {
      bytes += piece.size();
      pending += piece;
      for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
         line(std::string_view(pending).substr(0, end));
         pending.erase(0, end + 1);
      }
   }

   void line(std::string_view text) {
      const auto space = std::min(text.find(' '), text.size());
      const auto word = text.substr(0, space);
      const std::string rest(text.substr(std::min(space + 1, text.size())));
      if (word == "step")
         step = rest;
      for (const auto outcome : {Verdict::Outcome::passed, Verdict::Outcome::failed, Verdict::Outcome::skipped})
         if (word == to_string(outcome))
            verdict = Verdict{outcome, rest};
   }
};

struct Child {
   pid_t pid = -1;
   int pipe = -1;

   ~Child() {
      if (pipe >= 0)
         close(pipe);
   }
};

Result<void> spawn(const Check &check, const ValidateOptions &options, Child &child) {
   std::array<int, 2> ends{};
   if (pipe2(ends.data(), O_CLOEXEC) != 0)
      return Error{std::string("no pipe for the check's process: ") + std::strerror(errno), ErrorKind::io};
   child.pipe = ends[0];

   posix_spawn_file_actions_t actions;
   posix_spawn_file_actions_init(&actions);
   // The plugin may read and write its standard streams; nobody is disturbed by it.
   posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
   posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
   if (!options.verbose)
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
   posix_spawn_file_actions_adddup2(&actions, ends[1], k_child_pipe);
   posix_spawnattr_t attributes;
   posix_spawnattr_init(&attributes);
   posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP); // so that what it starts ends with it

   std::vector<std::string> args = child_arguments(check, options);
   std::vector<char *> argv;
   for (auto &arg : args)
      argv.push_back(arg.data());
   argv.push_back(nullptr);
   const int failed = posix_spawn(&child.pid, options.program.c_str(), &actions, &attributes, argv.data(), environ);
   posix_spawnattr_destroy(&attributes);
   posix_spawn_file_actions_destroy(&actions);
   close(ends[1]);
   if (failed)
      return Error{"the check's process (" + options.program + ") cannot be started: " + std::strerror(failed),
                   ErrorKind::io};
   return {};
}

// Listens until the verdict, the end of the pipe or the deadline. False: the deadline came first.
bool listen_to(int pipe, SteadyTime deadline, Talk &talk) {
   while (!talk.verdict && talk.bytes < k_child_text_max) {
      const auto left =
         std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      pollfd poll_fd{pipe, POLLIN, 0};
      const int ready = left <= 0 ? 0 : poll(&poll_fd, 1, static_cast<int>(left));
      if (ready == 0)
         return false;
      std::array<char, 4096> buffer{};
      const auto got = ready < 0 ? -1 : read(pipe, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR)
         continue;
      if (got <= 0)
         return true;
      talk.take({buffer.data(), static_cast<std::size_t>(got)});
   }
   return true;
}

int reap(pid_t pid, bool at_once) {
   int status = 0;
   // After its verdict a child only has to end; one that does not within a second is ended.
   for (int i = 0; !at_once && i < 100; ++i) {
      if (waitpid(pid, &status, WNOHANG) == pid) {
         kill(-pid, SIGKILL); // whatever it started
         return status;
      }
      usleep(i < 10 ? 1'000 : 10'000);
   }
   kill(-pid, SIGKILL);
   kill(pid, SIGKILL);
   waitpid(pid, &status, 0);
   return status;
}

// Of the one check this process runs.
std::string &step_prefix() {
   static std::string prefix;
   return prefix;
}

} // namespace

void ChildPipe::prefix(std::string text) {
   step_prefix() = std::move(text);
}

void ChildPipe::step(std::string_view what) {
   say("step " + step_prefix() + std::string(what));
}

void ChildPipe::verdict(const Verdict &verdict) {
   say(std::string(to_string(verdict.outcome)) + " " + verdict.text);
}

Result<Verdict> run_in_child(const Check &check, const ValidateOptions &options) {
   Child child;
   if (auto spawned = spawn(check, options, child); !spawned)
      return spawned.error();
   Talk talk;
   const bool in_time =
      listen_to(child.pipe, std::chrono::steady_clock::now() + std::chrono::seconds(check.timeout_s), talk);
   const int status = reap(child.pid, !in_time);
   if (talk.verdict)
      return *talk.verdict;
   if (!in_time)
      return Verdict::fail("it did not come back within " + std::to_string(check.timeout_s) + " s from " + talk.step +
                           "; every call must return");
   if (WIFSIGNALED(status))
      return Verdict::fail("it crashed (signal " + std::to_string(WTERMSIG(status)) + ", " +
                           strsignal(WTERMSIG(status)) + ") in " + talk.step);
   return Verdict::fail("it ended the process (exit status " + std::to_string(WEXITSTATUS(status)) + ") in " +
                        talk.step + "; a plugin must never end its host");
}

std::vector<std::string> child_arguments(const Check &check, const ValidateOptions &options) {
   std::vector<std::string> args{"nebula", "validate-child", std::string(check.id), options.file};
   args.insert(args.end(), {"--seed", std::to_string(options.seed), "--fuzz-steps", std::to_string(options.fuzz_steps),
                            "--fuzz-seconds", std::to_string(options.fuzz_seconds), "--scratch",
                            options.scratch + "/" + std::string(check.id)});
   if (!options.config.empty())
      args.insert(args.end(), {"--config", options.config});
   for (const auto &file : options.with)
      args.insert(args.end(), {"--with", file});
   return args;
}

Result<ChildTask> parse_child_arguments(const std::vector<std::string> &args) {
   const Error usage{"validate-child is started by nebula validate: CHECK FILE [--seed N] [--fuzz-steps N] "
                     "[--fuzz-seconds N] [--scratch DIR] [--config JSON] [--with FILE]",
                     ErrorKind::usage};
   if (args.size() < 2 || args.size() % 2 != 0)
      return usage;
   ChildTask task{args[0], {}};
   task.options.file = args[1];
   for (std::size_t i = 2; i < args.size(); i += 2) {
      const std::string &value = args[i + 1];
      if (args[i] == "--with")
         task.options.with.push_back(value);
      else if (args[i] == "--scratch")
         task.options.scratch = value;
      else if (args[i] == "--config")
         task.options.config = value;
      else if (args[i] == "--seed"           ? !whole_number(value, task.options.seed)
               : args[i] == "--fuzz-steps"   ? !whole_number(value, task.options.fuzz_steps)
               : args[i] == "--fuzz-seconds" ? !whole_number(value, task.options.fuzz_seconds)
                                             : true)
         return usage;
   }
   return task;
}

} // namespace nebula::host::validation
