#pragma once

/// When a plugin brings the process down, the operator must learn which one, and where. A CallMark says on whose behalf
/// the thread works; the handler writes it and ends the process. Nothing is survived: memory after a wild write is
/// worth nothing.

namespace nebula::host {

/// While it lives, a crash on this thread is reported as "plugin <who> crashed in <function>". Marks nest. The texts
/// are borrowed; the constructor neither allocates nor locks.
class CallMark {
public:
   CallMark(const char *who, const char *function) noexcept;
   ~CallMark();
   CallMark(const CallMark &) = delete;
   CallMark &operator=(const CallMark &) = delete;

private:
   const char *former_who_;
   const char *former_function_;
};

/// Exit status after a crash (sysexits: an internal error).
inline constexpr int k_crash_exit = 70;

/// Handles SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT: writes one line to standard error,
/// "nebula: plugin X crashed in init (signal 11, segmentation fault)", or the thread's name when no mark is set, and
/// exits with k_crash_exit, or, when core files are enabled (RLIMIT_CORE above 0), raises the signal again so that one
/// is written. Once per process.
void install_crash_handler();

} // namespace nebula::host
