#pragma once

/// HTTP digest authentication as monerod wants it (RFC 7616 with MD5 or MD5-sess, qop "auth").
///
/// A nonce belongs to one connection and its count must rise by exactly one with each request on it; every 401 makes a
/// new nonce. Nothing here logs or keeps the password in a text.

#include "core/bytes.h"

#include <optional>

namespace nebula::monero {

struct Credentials {
   std::string user;
   std::string password;
   [[nodiscard]] bool given() const { return !user.empty(); }
   friend bool operator==(const Credentials &, const Credentials &) = default;
};

struct DigestChallenge {
   std::string realm;
   std::string nonce;
   bool sess = false;  // MD5-sess instead of MD5
   bool stale = false; // the nonce was refused, not the credentials

   friend bool operator==(const DigestChallenge &, const DigestChallenge &) = default;
};

/// The first challenge with an algorithm and a qop this program has; nothing when there is none.
[[nodiscard]] std::optional<DigestChallenge> choose_challenge(std::span<const std::string> headers);

/// The `response` value.
[[nodiscard]] std::string digest_response(const Credentials &credentials, const DigestChallenge &challenge,
                                          std::string_view method, std::string_view uri, std::string_view nc,
                                          std::string_view cnonce);

/// The authentication of one connection. Make a new one with each connection.
class DigestSession {
public:
   /// The Authorization header's value for the next request, counted; nothing before the first challenge.
   [[nodiscard]] std::optional<std::string> authorization(const Credentials &credentials, std::string_view method,
                                                          std::string_view uri, std::string_view cnonce);

   enum class Verdict { retry, bad_credentials };

   /// A request was answered 401. `retry`: repeat it once with authorization(); that is so when none was sent yet or
   /// the nonce was stale, and for one request never twice in a row (`already_retried`).
   [[nodiscard]] Verdict on_unauthorized(std::span<const std::string> headers, bool already_retried);

private:
   std::optional<DigestChallenge> challenge_;
   std::uint32_t count_ = 0;
};

} // namespace nebula::monero
