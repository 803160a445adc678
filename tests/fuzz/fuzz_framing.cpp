// LINK: nebula_pool_core
#include "core/framing.h"

#include <vector>

namespace {

using namespace nebula::pool;

struct Read {
   std::vector<std::string> lines;
   std::string half;
   bool too_long = false;
};

/// Reads `text` in pieces of `step` bytes.
Read cut_up(std::string_view text, std::size_t step) {
   Read out;
   while (!text.empty() && !out.too_long) {
      std::string_view bytes = text.substr(0, step);
      text.remove_prefix(bytes.size());
      while (!bytes.empty() && !out.too_long) {
         CutLine cut;
         next_line(bytes, out.half, cut);
         if (cut.cut == Cut::line)
            out.lines.emplace_back(cut.line);
         out.too_long = cut.cut == Cut::too_long;
      }
   }
   return out;
}

} // namespace

/// What a connection says: its first bytes, and its lines however they are cut. The first byte is the size of pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size < 2)
      return 0;
   const std::string_view text(reinterpret_cast<const char *>(data + 1), size - 1);
   (void)opening_of(text);
   const Read whole = cut_up(text, text.size()), pieces = cut_up(text, std::size_t{data[0]} + 1);
   if (whole.half.size() > k_line_bytes_max || pieces.half.size() > k_line_bytes_max)
      __builtin_trap();
   if (whole.lines != pieces.lines || whole.too_long != pieces.too_long)
      __builtin_trap();
   return 0;
}
