// A peer in the place of a runner: it computes the toy algorithm as it should, and breaks every rule of the channel and
// of the shared memory when it is told to. It is no part of the host and uses none of it but the layout.
//
// Its instance's name is what it does: "honest"; a deed that is done at the job of k_trigger nonces; a deed of the
// channel that is done at its setup; or "seed N": deeds at random.
#include "hostile_deeds.h"

#include "host/isolation/message.h"
#include "host/isolation/ring.h"
#include "host/isolation/wire.h"
#include "pow/toy_hash.h"

#include <nebula/pow.hpp>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <iterator>
#include <linux/futex.h>
#include <memory>
#include <poll.h>
#include <random>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

namespace nebula::host {
namespace {

constexpr int k_channel = 3;

struct Session {
   std::uint8_t *memory;
   std::size_t bytes;
   std::uint32_t slots, jobs = 0, results = 0, calls = 0;
   int descriptor;

   RingHead &head() const { return *reinterpret_cast<RingHead *>(memory); }
   RingJob &job() const { return *reinterpret_cast<RingJob *>(memory + ring_job_at(slots, jobs)); }
   RingResult &result() const { return *reinterpret_cast<RingResult *>(memory + ring_result_at(slots, results)); }
};

class Peer {
public:
   explicit Peer(std::string what) : what_(std::move(what)) {
      if (what_.rfind("seed ", 0) == 0) {
         random_.seed(std::strtoull(what_.c_str() + 5, nullptr, 10));
         at_random_ = true;
      }
   }

   [[noreturn]] void run() {
      for (;;) {
         pollfd channel{k_channel, POLLIN, 0};
         if (poll(&channel, 1, 1) == 1)
            receive();
         for (auto &session : sessions_)
            serve(*session);
      }
   }

private:
   bool one_in(unsigned n) { return random_() % n == 0; }

   // ---- the channel

   void send(std::string_view bytes) {
      while (!bytes.empty()) {
         const ssize_t sent = ::send(k_channel, bytes.data(), bytes.size(), MSG_NOSIGNAL);
         if (sent <= 0)
            _exit(0);
         bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
   }
   void send(MessageKind kind, std::uint64_t id, const std::string &payload) { send(framed(kind, id, payload)); }
   static std::string framed(MessageKind kind, std::uint64_t id, const std::string &payload) {
      WireWriter out;
      out.number(static_cast<std::uint32_t>(payload.size())).number(static_cast<std::uint32_t>(kind)).number(id);
      return out.bytes() + payload;
   }

   static std::string answer(neb_status status, const std::string &services, const neb_pow_telemetry &telemetry = {}) {
      WireWriter out;
      out.number(status).text("");
      const std::string head = out.bytes() + services;
      WireWriter tail;
      tail.number(telemetry.present).number(telemetry.temperature_mc).number(telemetry.clock_mhz);
      tail.number(telemetry.power_mw).number(telemetry.fan_permille);
      tail.number(telemetry.memory_bytes).number(telemetry.memory_used);
      return head + tail.bytes();
   }
   static std::string no_services() {
      return WireWriter().number(std::uint32_t{0}).number(std::uint32_t{0}).number(std::uint32_t{0}).bytes();
   }
   static std::string one_backend() {
      WireWriter out;
      out.number(std::uint32_t{0}).number(std::uint32_t{1});
      out.text("toy/hostile")
         .text("algorithm=toy,device=cpu,kind=hostile")
         .text("toy/hostile")
         .text("toy")
         .text("peer");
      out.number(std::uint32_t{0}).number(std::uint64_t{1000}); // lanes, batch hint
      out.number(std::uint32_t{0});                             // families
      return out.bytes();
   }

   std::string noise(std::size_t size) {
      std::string bytes(size, '\0');
      for (char &byte : bytes)
         byte = static_cast<char>(random_());
      return bytes;
   }

   void receive() {
      char buffer[16 * 1024];
      iovec part{buffer, sizeof buffer};
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      const ssize_t size = recvmsg(k_channel, &message, 0);
      if (size <= 0)
         _exit(0);
      for (cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
         std::memcpy(&descriptor_, CMSG_DATA(head), sizeof descriptor_);
      stream_.append(buffer, static_cast<std::size_t>(size));
      while (stream_.size() >= k_frame_head) {
         WireReader head(std::string_view(stream_).substr(0, k_frame_head));
         const auto length = head.number<std::uint32_t>();
         const auto kind = static_cast<MessageKind>(head.number<std::uint32_t>());
         const auto id = head.number<std::uint64_t>();
         if (stream_.size() - k_frame_head < length)
            return;
         stream_.erase(0, k_frame_head + length);
         handle(kind, id);
      }
   }

   void handle(MessageKind kind, std::uint64_t id) {
      if (kind == MessageKind::log_level)
         return;
      if (kind == MessageKind::setup && channel_deed(what_, id))
         return;
      if (at_random_ && one_in(3))
         channel_deed(k_channel_deeds[random_() % std::size(k_channel_deeds)], id);
      if (kind == MessageKind::open)
         return open(id);
      neb_pow_telemetry telemetry{};
      if (kind == MessageKind::telemetry) {
         telemetry.present = NEB_POW_HAS_TEMPERATURE | 0xFFFFFF00u; // sensors that nobody knows, too
         telemetry.temperature_mc = 61'500;
      }
      send(MessageKind::answer, id,
           answer(NEB_OK, kind == MessageKind::setup ? one_backend() : no_services(), telemetry));
   }

   /// True: the request is answered as far as it ever will be.
   bool channel_deed(const std::string &deed, std::uint64_t id) {
      if (deed == "noise")
         send(noise(64 * 1024));
      else if (deed == "oversized")
         send(WireWriter().number(UINT32_MAX).number(UINT32_MAX).number(id).bytes());
      else if (deed == "half a message") {
         send(WireWriter().number(std::uint32_t{4u << 20}).number(std::uint32_t{33}).number(id).bytes() + "x");
         _exit(0);
      } else if (deed == "unknown kind")
         send(static_cast<MessageKind>(random_()), id, noise(random_() % 100));
      else if (deed == "the host's kind")
         send(MessageKind::setup, id, noise(10));
      else if (deed == "answers nobody asked for")
         for (std::uint64_t i = 0; i < 5000; ++i)
            send(MessageKind::answer, id + 1 + random_(), answer(NEB_OK, one_backend()));
      else if (deed == "two answers") {
         send(MessageKind::answer, id, answer(NEB_E_FAIL, no_services()));
         send(MessageKind::answer, id, answer(NEB_OK, one_backend()));
      } else if (deed == "noise in an answer")
         send(MessageKind::answer, id, noise(random_() % 300));
      else if (deed == "a changed answer") {
         std::string bytes = answer(NEB_OK, one_backend());
         bytes[random_() % bytes.size()] = static_cast<char>(random_());
         send(MessageKind::answer, id, bytes);
      } else if (deed == "a flood of lines")
         for (int i = 0; i < 2000; ++i)
            send(MessageKind::log, 0, WireWriter().number(std::uint32_t{2}).text(noise(1000)).bytes());
      else if (deed == "a line too long")
         send(MessageKind::log, 0, WireWriter().number(std::uint32_t{2}).text(std::string(5000, 'x')).bytes());
      else if (deed == "a health that is none")
         send(MessageKind::health, 0, WireWriter().number(std::int32_t{77}).text("").text("").bytes());
      else if (deed == "descriptors")
         send_descriptors();
      else
         return false;
      return deed != "answers nobody asked for" && deed != "a flood of lines" && deed != "descriptors";
   }

   void send_descriptors() {
      for (int i = 0; i < 100; ++i) {
         std::string bytes =
            framed(MessageKind::log, 0, WireWriter().number(std::uint32_t{2}).text("take this").bytes());
         iovec part{bytes.data(), bytes.size()};
         alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
         msghdr message{};
         message.msg_iov = &part;
         message.msg_iovlen = 1;
         message.msg_control = control;
         message.msg_controllen = sizeof control;
         cmsghdr *head = CMSG_FIRSTHDR(&message);
         head->cmsg_level = SOL_SOCKET;
         head->cmsg_type = SCM_RIGHTS;
         head->cmsg_len = CMSG_LEN(sizeof(int));
         const int given = STDIN_FILENO;
         std::memcpy(CMSG_DATA(head), &given, sizeof given);
         if (sendmsg(k_channel, &message, MSG_NOSIGNAL) <= 0)
            _exit(0);
      }
   }

   // ---- the shared memory

   void open(std::uint64_t id) {
      struct stat status {};
      fstat(descriptor_, &status);
      auto session = std::make_unique<Session>();
      session->bytes = static_cast<std::size_t>(status.st_size);
      session->memory =
         static_cast<std::uint8_t *>(mmap(nullptr, session->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0));
      session->slots = session->head().slots;
      session->descriptor = descriptor_;
      sessions_.push_back(std::move(session));
      send(MessageKind::answer, id, answer(NEB_OK, no_services()));
   }

   static void ring(RingHead &head) {
      head.beat.fetch_add(1);
      head.answer_bell.fetch_add(1);
      (void)syscall(SYS_futex, &head.answer_bell, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
   }

   void serve(Session &session) {
      RingHead &head = session.head();
      if (head.closing.load() != 0 && !at_random_)
         return;
      if (head.calls.load() != session.calls) {
         head.call_answer = {};
         head.calls_done.store(++session.calls, std::memory_order_release);
         ring(head);
      }
      while (session.jobs != head.jobs.load(std::memory_order_acquire)) {
         answer_honestly(session);
         const bool due = at_random_ ? one_in(2) : session.job().nonce_count == k_trigger;
         ++session.jobs;
         if (due)
            ring_deed(session, at_random_ ? k_ring_deeds[random_() % std::size(k_ring_deeds)] : what_);
         head.results.store(++session.results, std::memory_order_release);
         if (due && (what_ == "more results than jobs" || (at_random_ && one_in(8))))
            head.results.store(session.results + static_cast<std::uint32_t>(random_()), std::memory_order_release);
         ring(head);
         if (at_random_ && one_in(6))
            _exit(0);
      }
   }

   void answer_honestly(Session &session) {
      const RingJob &job = session.job();
      RingResult &result = session.result();
      result.head = {job.ticket, 0, 1, NEB_OK, 0};
      if (job.ticket < session.head().cancelled_below.load()) {
         result.head.status = NEB_E_CANCELLED;
         return;
      }
      const neb_pow_epoch epoch{{job.epoch.key, job.epoch.key_bytes}, job.epoch.height};
      std::uint8_t input[k_ring_input_max + 8] = {}, digest[32];
      std::memcpy(input, job.input, job.input_bytes);
      for (; result.head.hashes_done < job.nonce_count; ++result.head.hashes_done) {
         const std::uint64_t nonce = job.nonce_first + result.head.hashes_done;
         write_nonce(input + job.input_bytes, job.nonce_bytes, nonce);
         toy::compute(epoch, input, job.input_bytes + job.nonce_bytes, digest);
         if (!meets_target(digest, NEB_POW_ORDER_WORDS32, job.target))
            continue;
         if (result.head.hit_count == job.hit_capacity)
            return;
         neb_pow_hit &hit = result.hits[result.head.hit_count++];
         hit = {};
         hit.nonce = nonce;
         std::memcpy(hit.digest, digest, sizeof digest);
      }
   }

   void ring_deed(Session &session, const std::string &deed) {
      RingHead &head = session.head();
      RingResult &result = session.result();
      const auto hits = std::min(result.head.hit_count, NEB_POW_HITS_MAX);
      if (deed == "another ticket")
         result.head.ticket += 1 + random_() % 1000;
      else if (deed == "more hits than room")
         result.head.hit_count = UINT32_MAX;
      else if (deed == "more hashes than asked for")
         result.head.hashes_done = UINT64_MAX;
      else if (deed == "fewer hashes than asked for")
         result.head.hashes_done /= 2, result.head.hit_count = 0;
      else if (deed == "a status that is none")
         result.head.status = 12'345;
      else if (deed == "cancelled by nobody")
         result.head.status = NEB_E_CANCELLED, result.head.hashes_done = 0, result.head.hit_count = 0;
      else if (deed == "a hit twice" && hits > 1)
         result.hits[1] = result.hits[0];
      else if (deed == "a hit from outside" && hits > 0)
         result.hits[hits - 1].nonce += result.head.hashes_done;
      else if (deed == "hits out of order" && hits > 1)
         std::swap(result.hits[0], result.hits[1]);
      else if (deed == "a wrong digest" && hits > 0)
         result.hits[0].digest[31] ^= 1;
      else if (deed == "calls that were not made")
         head.calls_done.store(static_cast<std::uint32_t>(random_()));
      else if (deed == "noise in the host's part")
         scribble(session, 0, offsetof(RingHead, answer_bell));
      else if (deed == "noise in all of it")
         scribble(session, 0, session.bytes);
      else if (deed == "another number of slots")
         head.slots = UINT32_MAX;
      else if (deed == "no memory any more")
         (void)!ftruncate(session.descriptor, 0);
      else if (deed == "torn")
         tear(session);
   }

   void scribble(Session &session, std::size_t from, std::size_t to) {
      for (std::size_t at = from; at + 8 <= to; at += 8) {
         const std::uint64_t word = random_();
         std::memcpy(session.memory + at, &word, sizeof word);
      }
   }

   /// The result changes under the host's eyes.
   void tear(Session &session) {
      RingResult &result = session.result();
      session.head().results.store(session.results + 1, std::memory_order_release);
      ring(session.head());
      for (int i = 0; i < 20'000; ++i) {
         result.head.hit_count = static_cast<std::uint32_t>(random_());
         result.head.ticket = random_();
         result.head.hashes_done = random_();
         asm volatile("" ::: "memory");
      }
   }

   const std::string what_;
   bool at_random_ = false;
   std::mt19937_64 random_;
   std::string stream_;
   int descriptor_ = -1; // the last that came
   std::vector<std::unique_ptr<Session>> sessions_;
};

} // namespace
} // namespace nebula::host

int main(int argc, char **argv) {
   if (argc == 4)
      nebula::host::Peer(argv[3]).run();
   return 1;
}
