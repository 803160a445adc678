#pragma once

/// Thousands of miners in one thread, and what the pool does with them. The load is open: when a share is sent is
/// decided beforehand, and its latency counts from then on, whatever the pool was slow with before.

#include "broadcasts.h"
#include "histogram.h"
#include "process_usage.h"
#include "share_stock.h"
#include "speech.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/epoll.h>

namespace nebula::pool {

struct LoadSettings {
   std::string host = "127.0.0.1"; ///< an IPv4 address
   std::uint16_t port = 3333;
   std::uint32_t connections = 100;
   double ramp_s = 0;         ///< time over which they connect; 0: all at once
   double rate = 100;         ///< shares a second over all connections
   double seconds = 10;       ///< of load
   double idle_s = 1;         ///< with all connected, before it
   double resumes_per_s = 0;  ///< connections that break off and come back, while the load runs
   bool storm = false;        ///< afterwards all break off and come back at once
   std::uint32_t threads = 0; ///< that find shares of a slow algorithm; 0: as many as there are processors
   std::array<double, k_share_kinds> mix = {100, 0, 0, 0, 0}; ///< percent, by ShareKind; they add up to 100
   std::uint64_t seed = 1;
   SpeechSettings speech;
};

/// Times from one connection's first step to its first job.
struct Arrivals {
   Histogram each;
   std::uint64_t wanted = 0, ready = 0;
   std::uint64_t all_ns = 0; ///< from the first step of the first one to the job of the last one
};

struct LoadResult {
   Arrivals connect, storm;
   Histogram resumed;              ///< from connecting again to the next job
   std::uint64_t resumed_same = 0; ///< with the extranonce they had before

   std::array<std::uint64_t, k_share_kinds> sent{};
   std::array<std::array<std::uint64_t, k_outcomes>, k_share_kinds> outcomes{};
   std::map<std::string, std::uint64_t> other_answers; ///< by their text
   Histogram latency, latency_in_broadcast, latency_between_broadcasts;
   Histogram lateness;             ///< of the generator itself: how long after its time a share was sent
   PerKind not_ready{};            ///< not sent: the generator had not found one when it was due
   std::size_t search_threads = 0; ///< 0: shares were found as they were sent
   std::uint64_t lost = 0;
   double load_s = 0;

   Broadcasts::Summary broadcasts;

   std::map<std::string, std::uint64_t> errors;
   double generator_cpu_s = 0;
   std::optional<ProcessUsage> before, connected, loaded, after; ///< of the pool; before any connection, idle, ...
};

class Load {
public:
   /// Called a few times a second with what is going on.
   using Progress = std::function<void(const std::string &text)>;

   /// Makes what computes the speech's algorithm, for another thread.
   using MakeComputer = std::function<std::unique_ptr<Computer>()>;

   Load(const LoadSettings &settings, Speech &speech, MakeComputer make_computer, Progress progress);
   ~Load();
   Load(const Load &) = delete;
   Load &operator=(const Load &) = delete;

   /// Throws nebula::Error when the pool cannot be reached or nobody can log in.
   [[nodiscard]] LoadResult run();

private:
   struct Pending {
      std::uint64_t id = 0; ///< 0: none
      std::uint64_t due_ns = 0;
      std::uint32_t miner = 0;
      ShareKind kind = ShareKind::valid;
   };

   void connect_all(Arrivals &arrivals, double over_s, const char *what);
   void idle(double seconds, const char *what);
   /// When shares take too long to be found as they are sent: has them found ahead, and waits for the first ones.
   void prepare();
   [[nodiscard]] bool quickly_found();
   void load();
   void settle();
   void close_all();

   /// Waits for sockets until `until_ns` at most, and handles what they have.
   void wait(std::uint64_t until_ns);
   void connect(Miner &miner, std::uint64_t now_ns);
   void close(Miner &miner);
   void broken(Miner &miner, const std::string &why);
   void ready(Miner &miner, std::uint32_t events);
   void read(Miner &miner);
   void hear(Miner &miner, std::string_view line, std::uint64_t now_ns);
   void got_job(Miner &miner, std::uint64_t now_ns);
   void answered(Miner &miner, const Heard &heard, std::uint64_t now_ns);
   void send(Miner &miner, std::string_view text);
   void submit(std::uint64_t due_ns);
   void resume_one(std::uint64_t now_ns);
   [[nodiscard]] Miner *any_ready();
   [[nodiscard]] ShareKind any_kind();
   [[nodiscard]] std::uint64_t gap_ns(double per_s);
   void tell(std::uint64_t now_ns, const std::string &text);

   const LoadSettings settings_;
   Speech &speech_;
   MakeComputer make_computer_;
   Progress progress_;
   LoadResult result_;
   int epoll_ = -1;
   sockaddr_in peer_{};
   std::uint32_t addresses_ = 1; ///< of this machine that connections come from
   std::vector<Miner> miners_;
   std::vector<Pending> pending_; ///< by id, modulo its size
   Broadcasts broadcasts_;
   std::unique_ptr<ShareStock> stock_; ///< null: shares are found as they are sent
   std::string refused_;               ///< why the first miner was that was
   std::vector<char> buffer_;
   std::vector<epoll_event> events_;
   std::string out_;
   std::mt19937_64 random_;
   std::uint64_t next_id_ = 0;
   std::uint64_t waiting_ = 0; ///< shares without an answer
   std::uint64_t ready_ = 0;   ///< miners with work
   std::uint64_t told_ns_ = 0;
   std::uint64_t looked_ns_ = 0;  ///< at the sockets
   std::uint64_t drained_ns_ = 0; ///< when all that had come was read last
   bool crowd_ = false;           ///< there was much then
   Arrivals *arrivals_ = nullptr; ///< of the phase; while the load runs, of nobody
};

} // namespace nebula::pool
