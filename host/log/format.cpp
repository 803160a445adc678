#include "log/format.h"

#include "log/escape.h"
#include "log/log.h"

#include <array>
#include <cctype>
#include <chrono>
#include <ctime>
#include <spdlog/details/log_msg.h>
#include <string>

namespace nebula::host {
namespace {

[[nodiscard]] std::string utc(spdlog::log_clock::time_point time, int fraction_digits) {
   using namespace std::chrono;
   const auto since = time.time_since_epoch();
   const auto whole = floor<seconds>(since);
   const std::time_t seconds_since = static_cast<std::time_t>(whole.count());
   std::tm parts{};
   gmtime_r(&seconds_since, &parts);
   std::array<char, 32> text{};
   const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
   std::string out(text.data(), length);
   std::string micros = std::to_string(duration_cast<microseconds>(since - whole).count());
   micros.insert(0, 6 - micros.size(), '0');
   return out + '.' + micros.substr(0, static_cast<std::size_t>(fraction_digits)) + 'Z';
}

[[nodiscard]] LogLevel level_of(const spdlog::details::log_msg &message) {
   return static_cast<LogLevel>(message.level);
}

[[nodiscard]] const char *colour_of(LogLevel level) {
   switch (level) {
   case LogLevel::warn:
      return "\x1b[33m";
   case LogLevel::error:
      return "\x1b[1;31m";
   case LogLevel::info:
      return "\x1b[32m";
   default:
      return "\x1b[2m";
   }
}

[[nodiscard]] std::string_view view(spdlog::string_view_t text) {
   return {text.data(), text.size()};
}

void put(spdlog::memory_buf_t &out, const std::string &line) {
   out.append(line.data(), line.data() + line.size());
}

class TextFormatter final : public spdlog::formatter {
public:
   explicit TextFormatter(bool colour) : colour_(colour) {}

   void format(const spdlog::details::log_msg &message, spdlog::memory_buf_t &out) override {
      const LogLevel level = level_of(message);
      std::string name(to_string(level));
      for (char &c : name)
         c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      name.resize(5, ' ');
      std::string line = utc(message.time, 3) + ' ';
      line += colour_ ? colour_of(level) + name + "\x1b[0m " : name + ' ';
      append_escaped_text(line, view(message.logger_name));
      line += ": ";
      append_escaped_text(line, view(message.payload));
      line += '\n';
      put(out, line);
   }
   [[nodiscard]] std::unique_ptr<formatter> clone() const override { return std::make_unique<TextFormatter>(colour_); }

private:
   const bool colour_;
};

class JsonFormatter final : public spdlog::formatter {
public:
   void format(const spdlog::details::log_msg &message, spdlog::memory_buf_t &out) override {
      std::string line = "{\"time\":\"" + utc(message.time, 6) + "\",\"level\":\"";
      line += to_string(level_of(message));
      line += "\",\"instance\":\"";
      append_escaped_json(line, view(message.logger_name));
      line += "\",\"text\":\"";
      append_escaped_json(line, view(message.payload));
      line += "\"}\n";
      put(out, line);
   }
   [[nodiscard]] std::unique_ptr<formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

} // namespace

std::unique_ptr<spdlog::formatter> make_text_formatter(bool colour) {
   return std::make_unique<TextFormatter>(colour);
}

std::unique_ptr<spdlog::formatter> make_json_formatter() {
   return std::make_unique<JsonFormatter>();
}

} // namespace nebula::host
