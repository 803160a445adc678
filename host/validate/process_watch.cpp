#include "host/validate/process_watch.h"

#include <clocale>
#include <csignal>
#include <cstring>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

std::uintptr_t handler_of(int signal) {
   struct sigaction action {};
   if (sigaction(signal, nullptr, &action) != 0)
      return 0;
   return reinterpret_cast<std::uintptr_t>(action.sa_handler);
}

} // namespace

ProcessState ProcessState::now() {
   ProcessState state;
   for (int signal = 1; signal < SIGRTMIN; ++signal)
      state.handlers.push_back(handler_of(signal));
   char directory[4096];
   if (getcwd(directory, sizeof directory))
      state.directory = directory;
   state.mode_mask = umask(077);
   umask(static_cast<mode_t>(state.mode_mask));
   state.locale = setlocale(LC_ALL, nullptr);
   return state;
}

std::string ProcessState::changed_since(const ProcessState &before) const {
   for (std::size_t i = 0; i < handlers.size(); ++i)
      if (handlers[i] != before.handlers[i])
         return "the handler of signal " + std::to_string(i + 1) + " (" + strsignal(static_cast<int>(i + 1)) + ")";
   if (directory != before.directory)
      return "the working directory to " + directory;
   if (mode_mask != before.mode_mask)
      return "the file mode mask";
   if (locale != before.locale)
      return "the locale to " + locale;
   return {};
}

unsigned thread_count() {
   unsigned count = 0;
   if (DIR *tasks = opendir("/proc/self/task")) {
      while (const dirent *entry = readdir(tasks))
         count += entry->d_name[0] != '.' ? 1 : 0;
      closedir(tasks);
   }
   return count;
}

bool threads_settle(unsigned most, unsigned timeout_ms) {
   for (unsigned waited = 0; thread_count() > most; ++waited) {
      if (waited >= timeout_ms)
         return false;
      usleep(1'000);
   }
   return true;
}

} // namespace nebula::host::validation
