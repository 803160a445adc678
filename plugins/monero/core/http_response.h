#pragma once

/// An HTTP/1.1 response, read piece by piece as it arrives. No sockets; every growing part has a limit.

#include "core/bytes.h"

#include <optional>

namespace nebula::monero {

inline constexpr std::size_t k_http_line_max = 8192;  // monerod's longest header line has about 120 bytes
inline constexpr std::size_t k_http_headers_max = 64; // it sends six
inline constexpr std::size_t k_http_body_max = 4u << 20;

struct HttpResponse {
   int status = 0;
   bool keep_alive = true;
   std::vector<std::string> challenges; // the values of every WWW-Authenticate header
   std::string body;
};

/// Feed it what was received until it is done, then take the response; the parser is ready for the next one.
class HttpResponseParser {
public:
   /// Reads from `data` and returns how many bytes belong to this response: fewer than given only when it is done.
   /// After an error the connection is of no more use and must be closed.
   [[nodiscard]] Result<std::size_t> feed(std::string_view data);

   [[nodiscard]] bool done() const { return phase_ == Phase::done; }
   /// Anything of a response arrived, but not all of it.
   [[nodiscard]] bool begun() const { return phase_ != Phase::status_line || !line_.empty(); }
   /// The peer closed the connection; for a response without a length that is its end.
   void end_of_stream();

   /// Precondition: done().
   [[nodiscard]] HttpResponse take();

private:
   enum class Phase { status_line, header, body, body_to_end, chunk_size, chunk_data, chunk_end, trailer, done };

   [[nodiscard]] std::optional<Error> on_line();
   [[nodiscard]] std::optional<Error> on_status_line();
   [[nodiscard]] std::optional<Error> on_header();
   [[nodiscard]] std::optional<Error> on_headers_end();
   [[nodiscard]] std::optional<Error> on_chunk_size();
   [[nodiscard]] std::optional<Error> on_body(std::string_view part);
   [[nodiscard]] bool reading_lines() const;

   Phase phase_ = Phase::status_line;
   std::string line_;
   std::size_t headers_ = 0;
   std::optional<std::uint64_t> content_length_;
   bool chunked_ = false;
   std::uint64_t left_ = 0; // of the body or of the chunk
   HttpResponse response_;
};

} // namespace nebula::monero
