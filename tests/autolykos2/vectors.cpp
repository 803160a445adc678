#include "vectors.h"

#include <nebula/pow.hpp>

#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace nebula::test {
namespace {

boost::json::value file() {
   std::ifstream in(NEBULA_TEST_VECTORS "/autolykos2.json");
   return boost::json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
}

Bytes unhex(const boost::json::value &row, const char *member) {
   const std::string bytes = from_hex(std::string_view(row.at(member).as_string()));
   return {bytes.begin(), bytes.end()};
}

std::vector<Size> sizes_of(const char *member) {
   std::vector<Size> out;
   const boost::json::value all = file();
   for (const auto &row : all.at(member).as_array())
      out.push_back({row.at("height").to_number<std::uint64_t>(), row.at("N").to_number<std::uint32_t>()});
   return out;
}

} // namespace

Bytes Vector::input() const {
   Bytes out = message;
   out.resize(out.size() + autolykos2::k_nonce_bytes);
   write_nonce(out.data() + message.size(), autolykos2::k_nonce_bytes, nonce, NEB_POW_NONCE_BIG);
   return out;
}

std::vector<Vector> vectors() {
   std::vector<Vector> out;
   const boost::json::value all = file();
   for (const auto &row : all.at("vectors").as_array()) {
      Vector v{};
      v.name = row.at("name").as_string();
      v.height = row.at("height").to_number<std::uint64_t>();
      v.message = unhex(row, "msg");
      v.nonce = read_nonce(unhex(row, "nonce").data(), autolykos2::k_nonce_bytes, NEB_POW_NONCE_BIG);
      v.table_size = row.at("N").to_number<std::uint32_t>();
      v.first_index = row.at("i").to_number<std::uint32_t>();
      v.first_element = unhex(row, "e");
      v.seed = unhex(row, "seedhash");
      for (const auto &index : row.at("J").as_array())
         v.indices.push_back(index.to_number<std::uint32_t>());
      v.sum = unhex(row, "f");
      v.hit = unhex(row, "hit");
      v.bound = unhex(row, "b_hex");
      v.valid = row.at("valid").as_bool();
      out.push_back(std::move(v));
   }
   return out;
}

std::vector<Size> sizes() {
   return sizes_of("N_table");
}

std::vector<Size> growth_steps() {
   return sizes_of("N_growth_steps");
}

} // namespace nebula::test
