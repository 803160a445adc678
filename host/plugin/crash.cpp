#include "host/plugin/crash.h"

#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace nebula::host {
namespace {

// Plain pointers, constant-initialised: reading them in a signal handler of the same thread is safe.
thread_local const char *current_who = nullptr;
thread_local const char *current_function = nullptr;

bool core_files_enabled = false;

std::string_view signal_text(int signal) {
   switch (signal) {
   case SIGSEGV:
      return "segmentation fault";
   case SIGBUS:
      return "bus error";
   case SIGILL:
      return "illegal instruction";
   case SIGFPE:
      return "arithmetic error";
   default:
      return "abort";
   }
}

// A line built without allocation; what does not fit is cut.
class Line {
public:
   void add(std::string_view text) {
      const auto room = bytes_.size() - size_;
      const auto n = text.size() < room ? text.size() : room;
      std::memcpy(bytes_.data() + size_, text.data(), n);
      size_ += n;
   }
   void add_number(int number) {
      const char digits[] = {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
      add(number >= 10 ? std::string_view(digits, 2) : std::string_view(digits + 1, 1));
   }
   void write_out() const {
      // Nothing can be done about a failure here.
      [[maybe_unused]] const auto written = write(STDERR_FILENO, bytes_.data(), size_);
   }

private:
   std::array<char, 512> bytes_{};
   std::size_t size_ = 0;
};

void report(int signal) {
   Line line;
   line.add("nebula: ");
   if (current_who) {
      line.add("plugin ");
      line.add(current_who);
      line.add(" crashed in ");
      line.add(current_function);
   } else {
      char thread[16] = "?"; // the kernel's limit, with its NUL
      prctl(PR_GET_NAME, thread);
      line.add("crashed on thread ");
      line.add(thread);
      line.add(", outside the host's calls into plugins");
   }
   line.add(" (signal ");
   line.add_number(signal);
   line.add(", ");
   line.add(signal_text(signal));
   line.add(")\n");
   line.write_out();
}

extern "C" void on_crash(int signal) {
   report(signal);
   if (core_files_enabled) {
      // SA_RESETHAND restored the default action: returning would run the faulting instruction again, raising is the
      // same for signals that were sent.
      raise(signal);
      return;
   }
   _exit(k_crash_exit);
}

} // namespace

CallMark::CallMark(const char *who, const char *function) noexcept
   : former_who_(current_who), former_function_(current_function) {
   current_who = who;
   current_function = function;
}

CallMark::~CallMark() {
   current_who = former_who_;
   current_function = former_function_;
}

void install_crash_handler() {
   rlimit core{};
   core_files_enabled = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur > 0;
   // A stack overflow leaves no stack to handle it on; this one serves the thread that installs (the main thread).
   alignas(16) static std::array<char, 64 * 1024> stack;
   stack_t alternate{};
   alternate.ss_sp = stack.data();
   alternate.ss_size = stack.size();
   sigaltstack(&alternate, nullptr);
   struct sigaction action {};
   action.sa_handler = on_crash;
   action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
   sigemptyset(&action.sa_mask);
   for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
      sigaction(signal, &action, nullptr);
}

} // namespace nebula::host
