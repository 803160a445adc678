// LINK: nebula_monero_core
//
// What a hostile or broken daemon can send: HTTP responses cut anywhere, authentication challenges, JSON answers, block
// templates. The first byte chooses the reader, the rest is its input.

#include "core/digest_auth.h"
#include "core/http_response.h"
#include "core/rpc_answers.h"
#include "core/url.h"
#include "core/wake_message.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace nebula::monero;

void require(bool held) {
   if (!held)
      std::abort();
}

// The second byte says how the rest is cut into pieces: the cut must not change the outcome.
void read_http(std::string_view input) {
   if (input.empty())
      return;
   const std::size_t piece = static_cast<unsigned char>(input[0]) % 32u + 1;
   HttpResponseParser parser;
   for (input.remove_prefix(1); !input.empty();) {
      const auto used = parser.feed(input.substr(0, piece));
      if (!used)
         return;
      require(*used <= piece && (*used > 0 || parser.done()));
      input.remove_prefix(*used);
      if (!parser.done())
         continue;
      const HttpResponse response = parser.take();
      require(response.body.size() <= k_http_body_max && response.challenges.size() <= k_http_headers_max);
      (void)choose_challenge(response.challenges);
   }
   parser.end_of_stream();
}

void read_template(std::string_view input) {
   auto answer = parse_template_answer(input);
   if (!answer)
      return;
   require(!answer->difficulty.zero());
   const auto work = BlockWork::make(*std::move(answer), 16, 16);
   if (!work)
      return;
   const Bytes reserved(16, 0x5a);
   require((*work)->hashing_blob(reserved, 1).size() == (*work)->answer().hashing_blob.size());
   require((*work)->block_blob(reserved, 1).size() == (*work)->answer().blob.size());
}

void read_blob(std::string_view input) {
   const auto *bytes = reinterpret_cast<const std::uint8_t *>(input.data());
   const ByteView blob(bytes, input.size());
   TemplateClaims claims{2131, 128, 16, {}, 16};
   if (blob.size() > 39)
      std::copy_n(blob.begin() + 7, 32, claims.prev_hash.begin());
   const auto layout = parse_block_template(blob, claims);
   if (layout)
      require(layout->prefix_end <= blob.size() && layout->reserved_offset + 16 <= layout->prefix_end);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   const std::string_view input(reinterpret_cast<const char *>(data) + 1, size - 1);
   switch (data[0] % 9) {
   case 0:
      read_http(input);
      break;
   case 1:
      read_template(input);
      break;
   case 2:
      read_blob(input);
      break;
   case 3:
      (void)parse_height_answer(input);
      break;
   case 4:
      (void)parse_info_answer(input);
      break;
   case 5:
      (void)parse_submit_answer(input);
      break;
   case 6:
      (void)parse_header_answer(input);
      break;
   case 7:
      (void)choose_challenge(std::vector<std::string>{std::string(input)});
      break;
   default:
      (void)parse_daemon_url(input);
      (void)is_wake_message(input);
   }
   return 0;
}
