#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <string>

namespace nebula::host {

/// Lines to a descriptor, each with one write. On a terminal it keeps a status line (a progress bar) below the last
/// line: a line that is written takes the bar's place and the bar is drawn again under it. Not thread-safe: the Log
/// serialises. A descriptor that fails is ignored; there is nowhere left to say so.
class StreamSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
   explicit StreamSink(int descriptor) : descriptor_(descriptor) {}

   /// Draws `bar` (no control characters) as the status line, cut to the terminal's width; empty: removes it.
   void set_bar(std::string bar);

protected:
   void sink_it_(const spdlog::details::log_msg &message) override;
   void flush_() override {}

private:
   [[nodiscard]] std::string drawn_bar() const;
   void write_all(std::string_view bytes) const;

   const int descriptor_;
   std::string bar_;
};

} // namespace nebula::host
