// LINK: nebula_upstream_core
// What a pool sends: every dialect reads any bytes without harm, and a conversation with a hostile pool settles each
// share exactly once.
#include "core/conversation.h"

#include <cstdlib>

using namespace nebula::upstream;

namespace {

struct Counting final : Listener {
   void say(std::string line) override {
      if (line.empty() || line.back() != '\n' || line.find('\n') != line.size() - 1)
         std::abort();
   }
   void job(const Job &job) override {
      if (job.id.size() > k_job_id_bytes_max || job.extranonce2_size > k_extranonce2_bytes_max || job.target.is_zero())
         std::abort();
   }
   void settled(const Settled &settled) override {
      if (settled.ticket == 0 || settled.ticket > handed_in || settled.text.size() > 2 * k_text_bytes_max)
         std::abort();
      ++results;
   }
   void broken(const std::string &, bool) override { ++ends; }
   void reconnect(const Reconnect &) override {}
   void message(const std::string &text) override {
      if (text.size() > k_text_bytes_max)
         std::abort();
   }
   void answered(std::uint64_t) override {}
   std::uint64_t handed_in = 0, results = 0, ends = 0;
};

void converse(Dialect dialect, std::string_view text) {
   Counting heard;
   std::uint64_t now = 1;
   Conversation talk(dialect, {"W", "x", "", "fuzz/1", {}}, Patience{}, heard);
   talk.begin(now);
   while (!text.empty()) {
      const std::size_t end = text.find('\n');
      talk.line(text.substr(0, end), now);
      Share share;
      share.ticket = heard.handed_in + 1;
      if (talk.submit(share, now))
         ++heard.handed_in;
      now += 1'000'000'000;
      talk.tick(now);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
   }
   talk.abandon("over");
   if (heard.results != heard.handed_in || heard.ends > 1)
      std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
   converse(static_cast<Dialect>(data[0] % 4), text);
   (void)bitcoin_target(text);
   (void)xmrig_target(text);
   return 0;
}
