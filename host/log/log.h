#pragma once

/// The node's log: one line per event, text with colours on a terminal, JSON otherwise, to standard error or a file.
///
///    auto log = Log::open(options, clock);             // Result<std::unique_ptr<Log>>
///    LogSource &chain = (*log)->source("chain");       // one per instance; "nebula" is the host's own
///    chain.info("height 1204");

#include "log/progress.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::host {

/// The same numbers as NEB_LOG_...
enum class LogLevel : uint32_t { trace = 0, debug = 1, info = 2, warn = 3, error = 4, off = 5 };

[[nodiscard]] std::string_view to_string(LogLevel level);
/// "trace" "debug" "info" "warn" "error" "off".
[[nodiscard]] std::optional<LogLevel> log_level_from(std::string_view name);

class Log;
class LineBudget;

/// One writer: its name, its live level and its share of the log. Belongs to the Log and lives as long. Thread-safe.
class LogSource {
public:
   LogSource(Log &log, std::string name, LogLevel level);
   ~LogSource();
   LogSource(const LogSource &) = delete;
   LogSource &operator=(const LogSource &) = delete;

   /// What neb_host.log_level points to.
   [[nodiscard]] const uint32_t *level_cell() const noexcept { return &level_; }
   [[nodiscard]] LogLevel level() const noexcept;
   void set_level(LogLevel level) noexcept;
   [[nodiscard]] const std::string &name() const noexcept { return name_; }

   /// Writes one line when the level admits it. Control characters, line breaks and bytes that are not UTF-8 are
   /// escaped; the text is cut at 4 KiB; lines beyond 200 a second are counted and the count is written when the flood
   /// ends.
   void write(LogLevel level, std::string_view text);
   void debug(std::string_view text) { write(LogLevel::debug, text); }
   void info(std::string_view text) { write(LogLevel::info, text); }
   void warn(std::string_view text) { write(LogLevel::warn, text); }
   void error(std::string_view text) { write(LogLevel::error, text); }

private:
   friend class Log;
   Log &log_;
   const std::string name_;
   uint32_t level_; // read by plugins with relaxed atomic loads
   std::unique_ptr<LineBudget> budget_;
};

/// Where lines finally go. Implementations: a terminal, a plain stream, a rotating file. Calls are serialised by the
/// Log.
class LogOutput;

struct LogOptions {
   enum class Format { automatic, text, json }; // automatic: text on a terminal, else JSON

   LogLevel level = LogLevel::info; // of every source made later
   Format format = Format::automatic;
   std::string file;                  // empty: standard error
   uint64_t rotate_bytes = 64u << 20; // a file that would grow beyond it becomes file.1; 0: never
   uint32_t rotate_files = 8;         // file.1 ... file.N are kept, at least 1
   bool colour = true;                // on a terminal, and unless NO_COLOR is set
   int stream = 2;                    // the descriptor used when `file` is empty; tests give a pipe or a pty
};

/// Thread-safe. Outlives every LogSource reference.
class Log final : public ProgressSink {
public:
   static constexpr std::size_t k_text_max = 4096;         // bytes of a line's text before escaping
   static constexpr uint32_t k_lines_per_second_max = 200; // of one source: 200 x 4 KiB = 800 KiB/s at worst
   static constexpr std::size_t k_sources_max = 4096;      // more share one source named "other"

   /// Fails when the file cannot be opened or made (its folder must exist).
   [[nodiscard]] static Result<std::unique_ptr<Log>> open(const LogOptions &options, Clock &clock);
   ~Log() override;

   /// The source of that name, made on first use with the level of the options.
   [[nodiscard]] LogSource &source(std::string_view name);
   /// Sets one source, or every source and the default when `name` is empty.
   void set_level(std::string_view name, LogLevel level);

   /// Opens the file anew under its name (USR1, after a rotation tool moved it). No signal handler may call it. On
   /// failure the old file stays in use.
   [[nodiscard]] Result<void> reopen();

   /// Writes the counts of lines that were held back in seconds that have ended, and flushes. Call it about every
   /// second.
   void tick();

   /// On a terminal a bar below the last line that log lines do not disturb; else a line of `instance` every ten
   /// percent.
   void progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                 std::string_view unit) override;

   [[nodiscard]] bool on_terminal() const noexcept;

private:
   friend class LogSource;
   struct State;
   explicit Log(std::unique_ptr<State> state);
   void emit(LogLevel level, std::string_view source, std::string_view text);
   [[nodiscard]] Clock &clock() const noexcept;
   std::unique_ptr<State> state_;
};

} // namespace nebula::host
