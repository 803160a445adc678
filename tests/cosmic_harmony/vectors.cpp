#include "vectors.h"

#include <nebula/pow.hpp>

#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace nebula::test {
namespace {

boost::json::value read(const std::string &name) {
   std::ifstream file(std::string(NEBULA_TEST_VECTORS "/") + name);
   return boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}

std::string text(const boost::json::value &row, const char *key) {
   return std::string(row.at(key).as_string());
}

std::vector<Vector> vectors_of(const std::string &name) {
   std::vector<Vector> out;
   const boost::json::value file = read(name);
   for (const boost::json::value &row : file.at("vectors").as_array())
      out.push_back({text(row, "name"), unhex(text(row, "header_hex")), row.at("nonce").to_number<std::uint32_t>(),
                     unhex(text(row, "hash_hex"))});
   return out;
}

} // namespace

Bytes unhex(std::string_view text) {
   const std::string bytes = from_hex(text);
   return {bytes.begin(), bytes.end()};
}

std::string hex(const Bytes &bytes) {
   std::string out;
   for (const std::uint8_t byte : bytes) {
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
   }
   return out;
}

std::vector<Vector> cosmic_harmony_vectors() {
   return vectors_of("cosmic_harmony.json");
}

std::vector<Vector> native5_vectors() {
   return vectors_of("cosmic_harmony_native5.json");
}

std::vector<Search> share_searches() {
   std::vector<Search> out;
   const boost::json::value file = read("cosmic_harmony.json");
   for (const boost::json::value &row : file.at("share_search").as_array())
      out.push_back({unhex(text(row, "header_hex")),
                     static_cast<std::uint32_t>(std::stoul(text(row, "target_hex"), nullptr, 16)),
                     row.at("first_valid_nonce").to_number<std::uint32_t>(), unhex(text(row, "hash_hex"))});
   return out;
}

} // namespace nebula::test
