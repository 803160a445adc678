// Group "load": the code is mapped and its constructors run.
#include "host/validate/check.h"
#include "host/validate/process_watch.h"

namespace nebula::host::validation {
namespace {

Verdict opens(Subject &subject) {
   const auto loaded = subject.handle();
   return loaded ? Verdict::pass() : Verdict::fail(loaded.error().message);
}

Verdict starts_no_thread(Subject &subject) {
   const unsigned before = thread_count();
   if (const auto loaded = subject.handle(); !loaded)
      return Verdict::fail(loaded.error().message);
   const unsigned after = thread_count();
   return after == before ? Verdict::pass()
                          : Verdict::fail("loading it started " + std::to_string(after - before) +
                                          " threads; start threads in `start` and end them in `stop`");
}

Verdict leaves_process_alone(Subject &subject) {
   const auto before = ProcessState::now();
   if (const auto loaded = subject.handle(); !loaded)
      return Verdict::fail(loaded.error().message);
   const auto changed = ProcessState::now().changed_since(before);
   return changed.empty() ? Verdict::pass()
                          : Verdict::fail("loading it changed " + changed +
                                          ", which belongs to the host; remove that from its constructors");
}

constexpr Check k_checks[] = {
   {"load.opens", "The system can load it, with everything it needs", "file.library file.entry", opens},
   {"load.threads", "Loading it starts no thread", "load.opens", starts_no_thread},
   {"load.process", "Loading it changes no signal handler, directory, mask or locale", "load.opens",
    leaves_process_alone},
};

} // namespace

std::span<const Check> load_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
