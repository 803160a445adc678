#include "host/isolation/runner_process.h"

#include "host/isolation/channel.h"
#include "host/isolation/runner.h"
#include "host/util/clock.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace nebula::host {
namespace {

std::uint64_t now_ns() {
   return RealClock().monotonic_ns();
}

Error failed(const std::string &what, int error) {
   return {"a runner process cannot be started: " + what + ": " + std::strerror(error), ErrorKind::io};
}

/// The attributes and file actions of one spawn, freed together.
class SpawnPlan {
public:
   SpawnPlan() {
      posix_spawnattr_init(&attributes_);
      posix_spawn_file_actions_init(&actions_);
   }
   ~SpawnPlan() {
      posix_spawn_file_actions_destroy(&actions_);
      posix_spawnattr_destroy(&attributes_);
   }
   SpawnPlan(const SpawnPlan &) = delete;
   SpawnPlan &operator=(const SpawnPlan &) = delete;

   /// A process group of its own (a terminal's Ctrl-C is the node's business), default signals, `channel` as the only
   /// descriptor besides the standard ones.
   [[nodiscard]] int run(const std::string &program, const std::string &instance, int channel, pid_t &pid) {
      sigset_t none, all;
      sigemptyset(&none);
      sigfillset(&all);
      posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
      posix_spawnattr_setpgroup(&attributes_, 0);
      posix_spawnattr_setsigmask(&attributes_, &none);
      posix_spawnattr_setsigdefault(&attributes_, &all);
      posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
      posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
      posix_spawn_file_actions_adddup2(&actions_, channel, k_runner_channel);
      posix_spawn_file_actions_addclosefrom_np(&actions_, k_runner_channel + 1);
      std::string words[] = {"nebula", k_runner_option, std::to_string(getpid()), instance};
      char *argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
      return posix_spawn(&pid, program.c_str(), &actions_, &attributes_, argv, environ);
   }

private:
   posix_spawnattr_t attributes_;
   posix_spawn_file_actions_t actions_;
};

std::string ending(const siginfo_t &info) {
   if (info.si_code == CLD_EXITED)
      return "it ended by itself with status " + std::to_string(info.si_status);
   const char *name = strsignal(info.si_status);
   return "it was ended by signal " + std::to_string(info.si_status) + (name ? " (" + std::string(name) + ")" : "");
}

} // namespace

Result<std::shared_ptr<RunnerProcess>> RunnerProcess::spawn(const std::string &program, const std::string &instance,
                                                            RunnerListener &listener) {
   int ends[2];
   if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return failed("its channel", errno);
   Descriptor ours(ends[0]);
   // Out of the way of the numbers that the new process gets.
   Descriptor theirs(fcntl(ends[1], F_DUPFD_CLOEXEC, k_runner_channel + 1));
   close(ends[1]);
   if (!theirs.valid() || fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0)
      return failed("its channel", errno);
   pid_t pid = 0;
   if (const int error = SpawnPlan().run(program, instance, theirs.get(), pid); error != 0)
      return failed(program, error);
   Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
   if (!process.valid()) {
      const int error = errno;
      ::kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      return failed("its process descriptor", error);
   }
   return std::shared_ptr<RunnerProcess>(new RunnerProcess(pid, std::move(ours), std::move(process), listener));
}

RunnerProcess::RunnerProcess(pid_t pid, Descriptor channel, Descriptor process, RunnerListener &listener)
   : pid_(pid), channel_(std::move(channel)), process_(std::move(process)), listener_(listener),
     thread_([this] { run(); }) {}

RunnerProcess::~RunnerProcess() {
   end(0);
}

bool RunnerProcess::send(const Message &message, int descriptor, std::uint64_t deadline_ns) {
   const std::lock_guard lock(send_mutex_);
   return send_all(channel_.get(), frame(message), descriptor, deadline_ns);
}

Answer RunnerProcess::ask(MessageKind kind, std::string payload, int descriptor, std::uint64_t deadline_ns) {
   Message message{kind, 0, std::move(payload)};
   {
      const std::lock_guard lock(mutex_);
      message.id = ++last_id_;
      requests_[message.id];
   }
   const bool sent = send(message, descriptor, deadline_ns);
   std::unique_lock lock(mutex_);
   auto &request = requests_[message.id];
   // One that does not listen any more is dying: why, is known soon.
   const std::uint64_t until = sent ? deadline_ns : std::min(deadline_ns, now_ns() + k_last_words_ns);
   for (std::uint64_t now = now_ns(); !request.answer && !dead() && now < until; now = now_ns())
      changed_.wait_for(lock, std::chrono::nanoseconds(std::min<std::uint64_t>(until - now, 100'000'000)));
   Answer answer;
   if (request.answer)
      answer = std::move(*request.answer);
   else if (dead())
      answer.status = NEB_E_DEVICE, answer.text = "its runner died: " + why_;
   else if (!sent && now_ns() < deadline_ns)
      answer.status = NEB_E_DEVICE, answer.text = "its runner does not listen any more";
   else
      answer.status = NEB_E_TIMEOUT, answer.text = "its runner did not answer in time";
   requests_.erase(message.id);
   return answer;
}

void RunnerProcess::kill(const std::string &why) {
   const std::lock_guard lock(mutex_);
   if (why_.empty())
      why_ = why;
   (void)syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
}

std::string RunnerProcess::why() const {
   const std::lock_guard lock(mutex_);
   return dead() ? why_ : std::string();
}

void RunnerProcess::watch(WatchedSession *session) {
   const std::lock_guard lock(sessions_mutex_);
   sessions_.push_back(session);
}

void RunnerProcess::unwatch(WatchedSession *session) {
   const std::lock_guard lock(sessions_mutex_);
   std::erase(sessions_, session);
}

void RunnerProcess::run() {
   prctl(PR_SET_NAME, "runner watch");
   std::uint64_t looked_ns = now_ns();
   for (;;) {
      pollfd descriptors[] = {{channel_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}};
      (void)poll(descriptors, 2, static_cast<int>(k_tick_ns / 1'000'000));
      receive();
      if (gone())
         break;
      const std::uint64_t now = now_ns();
      if (now - looked_ns < k_tick_ns)
         continue;
      // Time that this thread did not run itself (a suspended machine, one without a free core) is nobody's silence.
      look_at_sessions(std::min(now - looked_ns, 2 * k_tick_ns));
      looked_ns = now;
      tell_log_level();
   }
   receive(); // its last words
   finish();
}

/// The kernel's word: dead, or stopped. A stopped runner is ended, so that its batch is lost and not its node.
bool RunnerProcess::gone() {
   siginfo_t info{};
   if (waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | WSTOPPED | WNOHANG) != 0 || info.si_pid == 0)
      return false;
   if (info.si_code == CLD_STOPPED) {
      kill("it was stopped by signal " + std::to_string(info.si_status));
      return false;
   }
   const std::lock_guard lock(mutex_);
   if (why_.empty())
      why_ = ending(info);
   return true;
}

void RunnerProcess::receive() {
   char buffer[16 * 1024];
   std::size_t handled = 0;
   while (handled < k_messages_turn_max) {
      bool broken = false;
      if (auto message = unframe(stream_, broken)) {
         ++handled;
         handle(std::move(*message));
         continue;
      }
      if (broken)
         return kill("it sent what is no message");
      // Without a place for descriptors: those it might send are dropped by the kernel.
      const ssize_t size = recv(channel_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (size <= 0)
         return; // nothing there, or its end: then its process ends as well, or is silent
      stream_.append(buffer, static_cast<std::size_t>(size));
   }
}

void RunnerProcess::handle(Message message) {
   if (message.kind == MessageKind::answer) {
      auto answer = parse_answer(message.payload);
      if (!answer)
         return kill("it sent an answer that breaks the contract");
      const std::lock_guard lock(mutex_);
      // The first answer holds; one to a question that nobody asks any more is dropped.
      if (const auto place = requests_.find(message.id); place != requests_.end() && !place->second.answer)
         place->second.answer = std::move(*answer);
      changed_.notify_all();
      return;
   }
   if (message.kind == MessageKind::log) {
      if (const auto line = parse_log_line(message.payload))
         return listener_.logged(*line);
   } else if (message.kind == MessageKind::health) {
      if (const auto report = parse_health_report(message.payload))
         return listener_.reported(*report);
   } else if (message.kind == MessageKind::progress) {
      if (const auto report = parse_progress_report(message.payload)) {
         const std::lock_guard lock(sessions_mutex_);
         for (auto *session : sessions_)
            session->heard_progress();
         return listener_.progressed(*report);
      }
   }
   kill("it sent a message that breaks the contract");
}

void RunnerProcess::look_at_sessions(std::uint64_t passed_ns) {
   const std::lock_guard lock(sessions_mutex_);
   for (auto *session : sessions_)
      if (const auto why = session->look(passed_ns))
         return kill(*why);
}

void RunnerProcess::tell_log_level() {
   const std::uint32_t level = listener_.log_level();
   if (level != told_level_ && send({MessageKind::log_level, 0, to_payload(std::uint64_t{level})}, -1, now_ns()))
      told_level_ = level;
}

void RunnerProcess::finish() {
   bool expected = false;
   std::string why;
   {
      const std::lock_guard lock(mutex_);
      expected = expected_;
      why = why_;
   }
   if (!expected)
      listener_.lost(why);
   dead_.store(true, std::memory_order_release);
   {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
   }
   const std::lock_guard lock(sessions_mutex_);
   for (auto *session : sessions_)
      session->wake();
}

void RunnerProcess::end(std::uint64_t deadline_ns) {
   if (!thread_.joinable())
      return;
   {
      std::unique_lock lock(mutex_);
      expected_ = true;
      shutdown(channel_.get(), SHUT_WR); // what it ends by
      while (!dead() && now_ns() < deadline_ns)
         changed_.wait_for(lock, std::chrono::nanoseconds(std::min<std::uint64_t>(deadline_ns - now_ns(), k_tick_ns)));
   }
   if (!dead())
      kill("it did not end when asked to");
   thread_.join();
}

} // namespace nebula::host
