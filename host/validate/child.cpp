#include "host/validate/child.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

void say(std::string line) {
   for (char &c : line)
      if (c == '\n')
         c = ' ';
   line += '\n';
   for (std::size_t done = 0; done < line.size();) {
      const auto written = write(k_child_pipe, line.data() + done, line.size() - done);
      if (written <= 0 && errno != EINTR)
         return;
      done += written > 0 ? static_cast<std::size_t>(written) : 0;
   }
}

// What the child has said so far.
struct Talk {
   std::string pending;
   std::string step = "starting";
   std::string at;
   std::optional<Verdict> verdict;

   void take(std::string_view piece) {
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
      if (word == "at")
         at = rest;
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

// The child from here to its end: its streams are its own, and the check runs.
[[noreturn]] void run_check(const Check &check, const ValidateOptions &options, int pipe) noexcept {
   setpgid(0, 0); // so that what it starts ends with it
   prctl(PR_SET_PDEATHSIG, SIGKILL);
   // The plugin may read and write its standard streams; nobody is disturbed by it.
   const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
   dup2(nothing, STDIN_FILENO);
   dup2(nothing, STDOUT_FILENO);
   if (!options.verbose)
      dup2(nothing, STDERR_FILENO);
   dup2(pipe, k_child_pipe);
   ValidateOptions own = options;
   own.scratch += "/" + std::string(check.id);
   Subject subject(std::move(own));
   ChildPipe::verdict(check.run(subject));
   _exit(0); // nothing of the plugin runs any more: no destructors of its statics, no leak reports
}

Result<void> start(const Check &check, const ValidateOptions &options, Child &child) {
   std::array<int, 2> ends{};
   if (pipe2(ends.data(), O_CLOEXEC) != 0)
      return Error{std::string("no pipe for the check's process: ") + std::strerror(errno), ErrorKind::io};
   child.pipe = ends[0];
   child.pid = fork();
   if (child.pid == 0)
      run_check(check, options, ends[1]);
   const int failed = child.pid < 0 ? errno : 0;
   close(ends[1]);
   if (failed)
      return Error{std::string("the check's process cannot be started: ") + std::strerror(failed), ErrorKind::io};
   setpgid(child.pid, child.pid); // whoever of the two comes first
   return {};
}

// Listens until the verdict, the end of the pipe or the deadline. False: the deadline came first.
bool listen_to(int pipe, SteadyTime deadline, Talk &talk) {
   while (!talk.verdict && talk.pending.size() < k_child_text_max) {
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

// A child that ended, or was ended, before its verdict.
Verdict without_words(const Check &check, const Talk &talk, bool in_time, int status) {
   if (!in_time)
      return Verdict::fail("it did not come back within " + std::to_string(check.timeout_s) + " s from " + talk.step +
                           "; every call must return");
   if (WIFSIGNALED(status))
      return Verdict::fail("it crashed (signal " + std::to_string(WTERMSIG(status)) + ", " +
                           strsignal(WTERMSIG(status)) + ") in " + talk.step);
   return Verdict::fail("it ended the process (exit status " + std::to_string(WEXITSTATUS(status)) + ") in " +
                        talk.step + "; a plugin must never end its host");
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

void ChildPipe::at(std::string_view seed_and_step) {
   say("at " + std::string(seed_and_step));
}

void ChildPipe::verdict(const Verdict &verdict) {
   say(std::string(to_string(verdict.outcome)) + " " + verdict.text);
}

Result<Verdict> run_in_child(const Check &check, const ValidateOptions &options) {
   Child child;
   if (auto started = start(check, options, child); !started)
      return started.error();
   Talk talk;
   const bool in_time =
      listen_to(child.pipe, std::chrono::steady_clock::now() + std::chrono::seconds(check.timeout_s), talk);
   const int status = reap(child.pid, !in_time);
   Verdict verdict = talk.verdict ? *talk.verdict : without_words(check, talk, in_time, status);
   if (verdict.outcome == Verdict::Outcome::failed)
      verdict.reproduce = talk.at;
   return verdict;
}

} // namespace nebula::host::validation
