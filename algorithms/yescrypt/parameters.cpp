#include "parameters.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include <nebula/pow.hpp>

namespace nebula::yescrypt {
namespace {

constexpr std::string_view k_input_word = "@input";

/// Whether it can stand behind "pers=" and be read as itself: printable, no comma, no blank at an end, no '@' in front.
bool plain(std::string_view text) {
   const auto printable = [](char c) { return c >= ' ' && c <= '~' && c != ','; };
   return std::all_of(text.begin(), text.end(), printable) && (text.empty() || text.front() != '@') &&
          (text.empty() || (text.front() != ' ' && text.back() != ' '));
}

Version parse_version(std::string_view text) {
   if (text == "0.5")
      return Version::v0_5;
   if (text == "1.0")
      return Version::v1_0;
   throw Error(NEB_E_INVALID, "version is 0.5 or 1.0, not '", text, "'");
}

std::uint32_t parse_number(std::string_view name, std::string_view text, std::uint32_t least, std::uint32_t most) {
   std::uint32_t value = 0;
   const char *end = text.data() + text.size();
   const auto [stopped, error] = std::from_chars(text.data(), end, value);
   if (error != std::errc{} || stopped != end || value < least || value > most)
      throw Error(NEB_E_INVALID, name, " is a number from ", least, " to ", most, ", not '", text, "'");
   return value;
}

std::uint32_t parse_n(std::string_view text) {
   const std::uint32_t n = parse_number("N", text, k_n_min, k_n_max);
   if (!std::has_single_bit(n))
      throw Error(NEB_E_INVALID, "N is a power of two, such as ", std::bit_floor(n), " or ",
                  std::min(std::bit_ceil(n), k_n_max), ", not ", n);
   return n;
}

Personality parse_pers(std::string_view name, std::string_view text) {
   if (name == "pers" && text == k_input_word)
      return {Personality::Kind::input};
   Personality pers{Personality::Kind::bytes, {}};
   if (name == "pers" && !plain(text))
      throw Error(NEB_E_INVALID, "pers is printable text without commas, without blanks at its ends and not beginning ",
                  "with '@' (other than pers=@input); write anything else as pers_hex=");
   pers.value = name == "pers" ? std::string(text) : from_hex(text);
   if (pers.value.size() > k_pers_bytes_max)
      throw Error(NEB_E_INVALID, "pers has at most ", k_pers_bytes_max, " bytes, not ", pers.value.size());
   return pers;
}

/// Reads one "name=value" into `out`. Returns a bit that stands for the parameter.
unsigned take(std::string_view item, Parameters &out) {
   const std::size_t equals = item.find('=');
   const std::string_view name = item.substr(0, equals);
   if (equals == std::string_view::npos)
      throw Error(NEB_E_INVALID, "'", item,
                  "' is no parameter; one is written name=value, and they are: ", k_parameters_help);
   const std::string_view value = item.substr(equals + 1);
   if (name == "version")
      return out.version = parse_version(value), 1;
   if (name == "N")
      return out.n = parse_n(value), 2;
   if (name == "r")
      return out.r = parse_number("r", value, k_r_min, k_r_max), 4;
   if (name == "pers" || name == "pers_hex")
      return out.pers = parse_pers(name, value), 8;
   throw Error(NEB_E_INVALID, "there is no parameter '", name, "'; there are: ", k_parameters_help);
}

std::string hex(std::string_view bytes) {
   std::string out;
   for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
   }
   return out;
}

} // namespace

Parameters parse_parameters(std::string_view text) {
   if (text.size() > k_parameters_text_max)
      throw Error(NEB_E_INVALID, "the parameters of yescrypt take at most ", k_parameters_text_max, " characters");
   Parameters out;
   unsigned seen = 0;
   while (!text.empty()) {
      const std::size_t comma = text.find(',');
      const std::string_view item = text.substr(0, comma);
      const unsigned bit = take(item, out);
      if ((seen & bit) != 0)
         throw Error(NEB_E_INVALID, "'", item.substr(0, item.find('=')), "' stands twice");
      seen |= bit;
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
      if (comma != std::string_view::npos && text.empty())
         throw Error(NEB_E_INVALID, "a parameter is missing after the last comma");
   }
   // In 1.0 these are the same function, so they are the same member.
   if (out.version == Version::v1_0 && out.pers.kind == Personality::Kind::bytes && out.pers.value.empty())
      out.pers = {};
   return out;
}

std::string canonical_text(const Parameters &parameters) {
   std::string out =
      concat("version=", parameters.version == Version::v1_0 ? "1.0" : "0.5", ",N=", parameters.n, ",r=", parameters.r);
   const Personality &pers = parameters.pers;
   if (pers.kind == Personality::Kind::input)
      out += concat(",pers=", k_input_word);
   else if (pers.kind == Personality::Kind::bytes)
      out += plain(pers.value) ? concat(",pers=", pers.value) : concat(",pers_hex=", hex(pers.value));
   return out;
}

std::string member_name(const Parameters &parameters) {
   return concat("yescrypt:", canonical_text(parameters));
}

} // namespace nebula::yescrypt
