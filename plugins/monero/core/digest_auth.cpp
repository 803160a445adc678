#include "core/digest_auth.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>

namespace nebula::monero {

namespace {

constexpr std::size_t k_parameters_max = 16; // monerod sends five

std::string md5_hex(std::initializer_list<std::string_view> parts) {
   std::string text;
   for (const std::string_view part : parts)
      text.append(part).push_back(':');
   text.pop_back();
   std::array<std::uint8_t, 16> digest{};
   unsigned length = 0;
   if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr) != 1)
      throw std::runtime_error("this OpenSSL has no MD5, which HTTP digest authentication needs");
   return to_hex(digest);
}

std::string lower(std::string_view text) {
   std::string low(text);
   std::ranges::transform(low, low.begin(),
                          [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
   return low;
}

// One value, quoted or not, taken off the front of `rest`.
std::optional<std::string> take_value(std::string_view &rest) {
   std::string value;
   if (!rest.starts_with('"')) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      value = rest.substr(0, end);
      while (value.ends_with(' '))
         value.pop_back();
      rest.remove_prefix(end);
      return value;
   }
   for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '"') {
         rest.remove_prefix(i + 1);
         return value;
      }
      if (rest[i] == '\\' && i + 1 < rest.size())
         ++i;
      value.push_back(rest[i]);
   }
   return std::nullopt; // the quote is never closed
}

using Parameters = std::map<std::string, std::string, std::less<>>;

std::optional<Parameters> parse_parameters(std::string_view header) {
   if (lower(header.substr(0, 7)) != "digest ")
      return std::nullopt;
   std::string_view rest = header.substr(7);
   Parameters parameters;
   while (true) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" ,\t"), rest.size()));
      if (rest.empty())
         return parameters;
      const std::size_t equals = rest.find('=');
      if (equals == std::string_view::npos || parameters.size() == k_parameters_max)
         return std::nullopt;
      const std::string name = lower(rest.substr(0, equals));
      rest.remove_prefix(equals + 1);
      auto value = take_value(rest);
      if (!value)
         return std::nullopt;
      parameters.emplace(name, *std::move(value));
   }
}

std::string parameter(const Parameters &parameters, std::string_view name) {
   const auto found = parameters.find(name);
   return found == parameters.end() ? std::string{} : found->second;
}

bool offers_auth(std::string_view qop) {
   while (!qop.empty()) {
      const std::size_t end = std::min(qop.find(','), qop.size());
      std::string_view one = qop.substr(0, end);
      while (one.starts_with(' '))
         one.remove_prefix(1);
      if (one == "auth")
         return true;
      qop.remove_prefix(std::min(end + 1, qop.size()));
   }
   return false;
}

std::string quoted(std::string_view text) {
   std::string out = "\"";
   for (const char c : text) {
      if (c == '"' || c == '\\')
         out.push_back('\\');
      out.push_back(c);
   }
   return out + '"';
}

} // namespace

std::optional<DigestChallenge> choose_challenge(std::span<const std::string> headers) {
   for (const std::string &header : headers) {
      const auto parameters = parse_parameters(header);
      if (!parameters || !offers_auth(parameter(*parameters, "qop")))
         continue;
      const std::string algorithm = lower(parameter(*parameters, "algorithm"));
      const std::string nonce = parameter(*parameters, "nonce");
      if ((algorithm != "md5" && algorithm != "md5-sess" && !algorithm.empty()) || nonce.empty())
         continue;
      return DigestChallenge{parameter(*parameters, "realm"), nonce, algorithm == "md5-sess",
                             lower(parameter(*parameters, "stale")) == "true"};
   }
   return std::nullopt;
}

std::string digest_response(const Credentials &credentials, const DigestChallenge &challenge, std::string_view method,
                            std::string_view uri, std::string_view nc, std::string_view cnonce) {
   std::string who = md5_hex({credentials.user, challenge.realm, credentials.password});
   if (challenge.sess)
      who = md5_hex({who, challenge.nonce, cnonce});
   const std::string what = md5_hex({method, uri});
   return md5_hex({who, challenge.nonce, nc, cnonce, "auth", what});
}

std::optional<std::string> DigestSession::authorization(const Credentials &credentials, std::string_view method,
                                                        std::string_view uri, std::string_view cnonce) {
   if (!challenge_ || !credentials.given())
      return std::nullopt;
   std::array<char, 9> nc{};
   std::snprintf(nc.data(), nc.size(), "%08x", ++count_);
   return "Digest username=" + quoted(credentials.user) + ", realm=" + quoted(challenge_->realm) +
          ", nonce=" + quoted(challenge_->nonce) + ", uri=" + quoted(uri) + ", cnonce=" + quoted(cnonce) +
          ", nc=" + nc.data() + ", qop=auth, response=\"" +
          digest_response(credentials, *challenge_, method, uri, nc.data(), cnonce) +
          "\", algorithm=" + (challenge_->sess ? "MD5-sess" : "MD5");
}

DigestSession::Verdict DigestSession::on_unauthorized(std::span<const std::string> headers, bool already_retried) {
   const bool first = !challenge_;
   challenge_ = choose_challenge(headers);
   count_ = 0;
   if (!challenge_ || already_retried || !(first || challenge_->stale))
      return Verdict::bad_credentials;
   return Verdict::retry;
}

} // namespace nebula::monero
