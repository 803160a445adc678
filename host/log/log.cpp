#include "log/log.h"

#include "log/escape.h"
#include "log/file_sink.h"
#include "log/format.h"
#include "log/line_budget.h"
#include "log/progress_board.h"
#include "log/stream_sink.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <spdlog/details/log_msg.h>
#include <unistd.h>

namespace nebula::host {

struct Log::State {
   Clock &clock;
   LogOptions options;
   bool terminal = false;

   std::mutex sources_mutex;
   std::map<std::string, std::unique_ptr<LogSource>, std::less<>> sources;

   std::mutex output_mutex; // everything below
   std::unique_ptr<FileSink> file;
   std::unique_ptr<StreamSink> stream;
   ProgressBoard board;
   bool file_failed = false;

   State(Clock &c, const LogOptions &o) : clock(c), options(o) {}

   [[nodiscard]] spdlog::sinks::sink &sink() {
      return file ? static_cast<spdlog::sinks::sink &>(*file) : static_cast<spdlog::sinks::sink &>(*stream);
   }
};

LogSource::LogSource(Log &log, std::string name, LogLevel level)
   : log_(log), name_(std::move(name)), level_(static_cast<uint32_t>(level)),
     budget_(std::make_unique<LineBudget>(Log::k_lines_per_second_max)) {}

LogSource::~LogSource() = default;

LogLevel LogSource::level() const noexcept {
   return static_cast<LogLevel>(__atomic_load_n(&level_, __ATOMIC_RELAXED));
}

void LogSource::set_level(LogLevel level) noexcept {
   __atomic_store_n(&level_, static_cast<uint32_t>(level), __ATOMIC_RELAXED);
}

namespace {

[[nodiscard]] std::string held_back_text(uint64_t lines) {
   return std::to_string(lines) + (lines == 1 ? " line" : " lines") + " not written: more than " +
          std::to_string(Log::k_lines_per_second_max) + " a second";
}

[[nodiscard]] bool colour_wanted(const LogOptions &options) {
   const char *no_colour = std::getenv("NO_COLOR");
   return options.colour && (no_colour == nullptr || *no_colour == '\0');
}

} // namespace

void LogSource::write(LogLevel level, std::string_view text) {
   if (level >= LogLevel::off || level < this->level())
      return;
   const LineBudget::Answer answer = budget_->take(log_.clock().monotonic_ns());
   if (answer.held_back != 0)
      log_.emit(LogLevel::warn, name_, held_back_text(answer.held_back));
   if (answer.admitted)
      log_.emit(level, name_, text);
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::~Log() {
   tick();
   if (state_->stream)
      state_->stream->set_bar({});
}

Result<std::unique_ptr<Log>> Log::open(const LogOptions &options, Clock &clock) {
   auto state = std::make_unique<State>(clock, options);
   state->terminal = options.file.empty() && ::isatty(options.stream) == 1;
   const bool text = options.format == LogOptions::Format::text ||
                     (options.format == LogOptions::Format::automatic && state->terminal);
   try {
      if (options.file.empty())
         state->stream = std::make_unique<StreamSink>(options.stream);
      else
         state->file = std::make_unique<FileSink>(options.file, options.rotate_bytes, options.rotate_files);
   } catch (const spdlog::spdlog_ex &failure) {
      return Error{"the log file " + options.file + " cannot be opened (" + failure.what() +
                      "): its folder must exist and be writable",
                   ErrorKind::io};
   }
   state->sink().set_formatter(text ? make_text_formatter(state->terminal && colour_wanted(options))
                                    : make_json_formatter());
   return std::unique_ptr<Log>(new Log(std::move(state)));
}

Clock &Log::clock() const noexcept {
   return state_->clock;
}

bool Log::on_terminal() const noexcept {
   return state_->terminal;
}

LogSource &Log::source(std::string_view name) {
   std::lock_guard lock(state_->sources_mutex);
   if (auto found = state_->sources.find(name); found != state_->sources.end())
      return *found->second;
   const std::string key(state_->sources.size() < k_sources_max - 1 ? name : "other");
   auto &place = state_->sources[key];
   if (!place)
      place = std::make_unique<LogSource>(*this, key, state_->options.level);
   return *place;
}

void Log::set_level(std::string_view name, LogLevel level) {
   if (!name.empty()) {
      source(name).set_level(level);
      return;
   }
   std::lock_guard lock(state_->sources_mutex);
   state_->options.level = level;
   for (auto &[key, known] : state_->sources)
      known->set_level(level);
}

void Log::emit(LogLevel level, std::string_view source, std::string_view text) {
   std::string cut;
   if (text.size() > k_text_max) {
      const std::string_view kept = cut_utf8(text, k_text_max);
      cut = std::string(kept) + " (" + std::to_string(text.size() - kept.size()) + " bytes cut)";
      text = cut;
   }
   const spdlog::log_clock::time_point time{
      std::chrono::duration_cast<spdlog::log_clock::duration>(std::chrono::nanoseconds(clock().wall_ns()))};
   const spdlog::details::log_msg message(
      time, spdlog::source_loc{}, spdlog::string_view_t(source.data(), source.size()),
      static_cast<spdlog::level::level_enum>(level), spdlog::string_view_t(text.data(), text.size()));
   std::lock_guard lock(state_->output_mutex);
   try {
      state_->sink().log(message);
      state_->file_failed = false;
   } catch (const std::exception &failure) {
      if (!std::exchange(state_->file_failed, true)) // once per failure, not once per line
         std::fprintf(stderr, "nebula: the log cannot be written: %s\n", failure.what());
   }
}

Result<void> Log::reopen() {
   std::lock_guard lock(state_->output_mutex);
   if (!state_->file)
      return {};
   try {
      state_->file->reopen();
      return {};
   } catch (const spdlog::spdlog_ex &failure) {
      return Error{"the log file " + state_->options.file + " cannot be opened anew (" + failure.what() +
                      "): its folder must exist and be writable; the old file stays in use",
                   ErrorKind::io};
   }
}

void Log::tick() {
   const uint64_t now = clock().monotonic_ns();
   std::lock_guard lock(state_->sources_mutex);
   for (auto &[name, known] : state_->sources)
      if (const uint64_t held_back = known->budget_->collect(now); held_back != 0)
         emit(LogLevel::warn, name, held_back_text(held_back));
}

void Log::progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                   std::string_view unit) {
   std::string shown;
   append_escaped_text(shown, cut_utf8(what, 128));
   ProgressBoard::News news;
   {
      std::lock_guard lock(state_->output_mutex);
      news = state_->board.update(state_->terminal, clock().monotonic_ns(), instance, shown, done, total, unit);
      if (news.bar && state_->stream)
         state_->stream->set_bar(std::move(*news.bar));
   }
   if (news.line)
      source(instance).info(*news.line);
}

} // namespace nebula::host
