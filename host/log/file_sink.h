#pragma once

#include <cstdint>
#include <spdlog/details/file_helper.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <string>

namespace nebula::host {

/// A log file that is renamed to file.1 when it would grow beyond `rotate_bytes`; file.1 becomes file.2, and so on up
/// to file.N. Not thread-safe: the Log serialises. Writing throws spdlog::spdlog_ex when the disk refuses.
class FileSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
   /// Throws spdlog::spdlog_ex when the file cannot be opened.
   FileSink(std::string path, uint64_t rotate_bytes, uint32_t rotate_files);

   /// Opens the path anew and keeps the old file when that fails (throws then).
   void reopen();

protected:
   void sink_it_(const spdlog::details::log_msg &message) override;
   void flush_() override { file_->flush(); }

private:
   void rotate();
   [[nodiscard]] static std::unique_ptr<spdlog::details::file_helper> open(const std::string &path);

   const std::string path_;
   const uint64_t rotate_bytes_;
   const uint32_t rotate_files_;
   std::unique_ptr<spdlog::details::file_helper> file_;
   uint64_t size_ = 0;
};

} // namespace nebula::host
