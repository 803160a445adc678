#include "core/http_response.h"

#include <algorithm>
#include <charconv>

namespace nebula::monero {

namespace {

bool same_word(std::string_view a, std::string_view b) {
   const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
   return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
   const auto blank = [](char c) { return c == ' ' || c == '\t'; };
   while (!text.empty() && blank(text.front()))
      text.remove_prefix(1);
   while (!text.empty() && blank(text.back()))
      text.remove_suffix(1);
   return text;
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
   std::uint64_t value = 0;
   const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
   if (text.empty() || code != std::errc{} || end != text.data() + text.size())
      return std::nullopt;
   return value;
}

Error too_long(std::uint64_t bytes) {
   return {"the HTTP response announces " + std::to_string(bytes) + " bytes, at most " +
           std::to_string(k_http_body_max) + " are read"};
}

} // namespace

Result<std::size_t> HttpResponseParser::feed(std::string_view data) {
   std::size_t used = 0;
   while (used < data.size() && !done()) {
      const std::string_view rest = data.substr(used);
      if (!reading_lines()) {
         const std::string_view part =
            phase_ == Phase::body_to_end
               ? rest
               : rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size())));
         used += part.size();
         if (auto error = on_body(part))
            return *error;
         continue;
      }
      const std::size_t end = rest.find('\n');
      const std::size_t count = end == std::string_view::npos ? rest.size() : end + 1;
      if (line_.size() + count > k_http_line_max)
         return Error{"a line of the HTTP response is longer than " + std::to_string(k_http_line_max) + " bytes"};
      line_.append(rest.substr(0, count));
      used += count;
      if (end == std::string_view::npos)
         break;
      line_.pop_back();
      if (line_.ends_with('\r'))
         line_.pop_back();
      if (auto error = on_line())
         return *error;
      line_.clear();
   }
   return used;
}

bool HttpResponseParser::reading_lines() const {
   return phase_ != Phase::body && phase_ != Phase::body_to_end && phase_ != Phase::chunk_data;
}

std::optional<Error> HttpResponseParser::on_line() {
   switch (phase_) {
   case Phase::status_line:
      return on_status_line();
   case Phase::header:
      return line_.empty() ? on_headers_end() : on_header();
   case Phase::chunk_size:
      return on_chunk_size();
   case Phase::chunk_end:
      if (!line_.empty())
         return Error{"a chunk of the HTTP response is longer than it says"};
      phase_ = Phase::chunk_size;
      return std::nullopt;
   case Phase::trailer:
      if (line_.empty())
         phase_ = Phase::done;
      else if (++headers_ > k_http_headers_max)
         return Error{"the HTTP response has more than " + std::to_string(k_http_headers_max) + " headers"};
      return std::nullopt;
   default:
      return Error{"the HTTP response parser was fed out of turn"};
   }
}

std::optional<Error> HttpResponseParser::on_status_line() {
   const std::string_view line(line_);
   const bool version = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
   const auto status = version && line.size() >= 12 ? number(line.substr(9, 3), 10) : std::nullopt;
   if (!status || *status < 100 || *status > 599 || (line.size() > 12 && line[12] != ' '))
      return Error{"the answer is not HTTP/1.1: is this the daemon's RPC port?"};
   response_.status = static_cast<int>(*status);
   response_.keep_alive = line.starts_with("HTTP/1.1");
   phase_ = Phase::header;
   return std::nullopt;
}

std::optional<Error> HttpResponseParser::on_header() {
   if (++headers_ > k_http_headers_max)
      return Error{"the HTTP response has more than " + std::to_string(k_http_headers_max) + " headers"};
   const std::string_view line(line_);
   const std::size_t colon = line.find(':');
   if (colon == std::string_view::npos || colon == 0)
      return Error{"the HTTP response has a header without a name"};
   const std::string_view name = line.substr(0, colon);
   const std::string_view value = trimmed(line.substr(colon + 1));
   if (same_word(name, "content-length")) {
      const auto length = number(value, 10);
      if (!length || (content_length_ && *content_length_ != *length))
         return Error{"the HTTP response has a malformed Content-Length"};
      content_length_ = *length;
   } else if (same_word(name, "transfer-encoding")) {
      if (!same_word(value, "chunked"))
         return Error{"the HTTP response has a transfer encoding other than chunked"};
      chunked_ = true;
   } else if (same_word(name, "connection")) {
      if (same_word(value, "close"))
         response_.keep_alive = false;
   } else if (same_word(name, "www-authenticate")) {
      response_.challenges.emplace_back(value);
   }
   return std::nullopt;
}

std::optional<Error> HttpResponseParser::on_headers_end() {
   if (response_.status < 200) { // an interim response: the real one follows
      *this = HttpResponseParser{};
      return std::nullopt;
   }
   if (chunked_) {
      phase_ = Phase::chunk_size;
   } else if (response_.status == 204 || response_.status == 304 || content_length_ == std::uint64_t{0}) {
      phase_ = Phase::done;
   } else if (content_length_) {
      if (*content_length_ > k_http_body_max)
         return too_long(*content_length_);
      left_ = *content_length_;
      phase_ = Phase::body;
   } else {
      response_.keep_alive = false;
      phase_ = Phase::body_to_end;
   }
   return std::nullopt;
}

std::optional<Error> HttpResponseParser::on_chunk_size() {
   const std::string_view line(line_);
   const auto size = number(trimmed(line.substr(0, line.find(';'))), 16);
   if (!size)
      return Error{"a chunk of the HTTP response has a malformed size"};
   if (*size > k_http_body_max - response_.body.size())
      return too_long(*size);
   left_ = *size;
   phase_ = *size == 0 ? Phase::trailer : Phase::chunk_data;
   return std::nullopt;
}

std::optional<Error> HttpResponseParser::on_body(std::string_view part) {
   if (response_.body.size() + part.size() > k_http_body_max)
      return too_long(response_.body.size() + part.size());
   response_.body.append(part);
   if (phase_ == Phase::body_to_end)
      return std::nullopt;
   left_ -= part.size();
   if (left_ == 0)
      phase_ = phase_ == Phase::chunk_data ? Phase::chunk_end : Phase::done;
   return std::nullopt;
}

void HttpResponseParser::end_of_stream() {
   if (phase_ == Phase::body_to_end)
      phase_ = Phase::done;
}

HttpResponse HttpResponseParser::take() {
   HttpResponse response = std::move(response_);
   *this = HttpResponseParser{};
   return response;
}

} // namespace nebula::monero
