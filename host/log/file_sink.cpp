#include "log/file_sink.h"

#include <cstdio>

namespace nebula::host {

FileSink::FileSink(std::string path, uint64_t rotate_bytes, uint32_t rotate_files)
   : path_(std::move(path)), rotate_bytes_(rotate_bytes), rotate_files_(rotate_files == 0 ? 1 : rotate_files),
     file_(open(path_)), size_(file_->size()) {}

std::unique_ptr<spdlog::details::file_helper> FileSink::open(const std::string &path) {
   auto file = std::make_unique<spdlog::details::file_helper>();
   file->open(path, false);
   return file;
}

void FileSink::reopen() {
   file_->flush();
   auto file = open(path_);
   file_ = std::move(file);
   size_ = file_->size();
}

void FileSink::sink_it_(const spdlog::details::log_msg &message) {
   spdlog::memory_buf_t line;
   formatter_->format(message, line);
   if (rotate_bytes_ != 0 && size_ != 0 && size_ + line.size() > rotate_bytes_)
      rotate();
   file_->write(line);
   size_ += line.size();
   file_->flush();
}

void FileSink::rotate() {
   const auto numbered = [&](uint32_t n) { return path_ + '.' + std::to_string(n); };
   file_->flush();
   // A rename that fails (the older file does not exist yet) changes nothing; the log itself must go on.
   for (uint32_t n = rotate_files_; n > 1; --n)
      (void)std::rename(numbered(n - 1).c_str(), numbered(n).c_str());
   (void)std::rename(path_.c_str(), numbered(1).c_str());
   file_ = open(path_);
   size_ = file_->size();
}

} // namespace nebula::host
