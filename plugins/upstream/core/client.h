#pragma once

/// A client of pools: connects to the best one that answers, changes to another when it fails, comes back when the
/// better one is well again, opens further connections when there are more sinks than one can feed. A state machine
/// without I/O: connections, lines, time and solutions come in with an explicit `now`; what is to be done comes out of
/// `take_effects`.

#include "book.h"
#include "conversation.h"

#include "common/backoff.h"
#include "common/host_port.h"

#include <utility>

namespace nebula::upstream {

struct PoolSettings {
   common::HostPort place;
   bool tls = false;
   Account account;
   [[nodiscard]] std::string url() const;
};

struct ClientSettings {
   std::string algorithm;           ///< what is mined; a successor that mines another one begins anew
   std::vector<PoolSettings> pools; ///< the best one first; at least one
   BookSettings book;
   Patience patience;
   std::uint64_t retry_first_ns = 1'000'000'000, retry_longest_ns = 60'000'000'000;
   std::uint64_t return_after_ns = 30'000'000'000; ///< a better pool must serve that long before it is gone back to
   std::uint32_t connections_max = 16;
   bool needs_seed = false; ///< the algorithm is keyed: a job without a seed is none
   std::uint64_t seed = 1;  ///< of pauses
};

/// A connection must be opened.
struct Connect {
   LaneId lane = 0;
   std::size_t pool = 0;
   common::HostPort place;
};
struct Say {
   LaneId lane = 0;
   std::string line;
};
struct HangUp {
   LaneId lane = 0;
};
/// Something that people should know.
struct Note {
   enum class Kind { serving, lost, failed, refused_redirect, redirect, message } kind = Kind::message;
   std::size_t pool = 0;
   std::string text;
};

using Effect = std::variant<Connect, Say, HangUp, Offer, Settled, Note>;

struct PoolView {
   std::string url;
   bool active = false, connected = false;
   std::uint64_t failures = 0;
   std::string trouble; ///< the last one; empty: none
};

struct ClientView {
   std::size_t active = 0; ///< index of the pool that work comes from
   bool serving = false;
   std::size_t connections = 0;
   std::uint64_t since_ns = 0; ///< of the state
   std::uint64_t job_ns = 0;   ///< when the newest job came; 0: none
   std::uint64_t rtt_p50_ns = 0;
   std::uint64_t changes = 0, reconnects = 0;
   std::vector<PoolView> pools;
   std::optional<Offer> work;
};

class Client {
public:
   explicit Client(ClientSettings settings);
   ~Client();

   void start(std::uint64_t now_ns) { tick(now_ns); }
   void connected(LaneId lane, std::uint64_t now_ns);
   void line(LaneId lane, std::string_view text, std::uint64_t now_ns);
   /// It could not be opened, or is gone. Not called for what a HangUp ended.
   void closed(LaneId lane, const std::string &why, std::uint64_t now_ns);
   /// Several times a second.
   void tick(std::uint64_t now_ns);
   /// No more work is wanted; what waits is lost.
   void stop();

   [[nodiscard]] Book &book() { return book_; }
   /// An admitted solution whose hash is right; settled exactly once, with its ticket.
   void hand_in(const Admitted &solution, const Hash &digest, const U256 &number, std::uint64_t ticket,
                std::uint64_t now_ns);

   /// The connections that another process can go on with: those that work comes from, over plain TCP.
   [[nodiscard]] std::vector<LaneId> movable() const;
   /// The state for a successor that gets these of them; every share is settled. Only `stop` may follow.
   void save(RecordWriter &out, const std::vector<LaneId> &lanes, std::uint64_t now_ns);
   /// In place of `start` until the first tick. The connections that it goes on with; none are left when the
   /// configuration has their pool no more. Throws NEB_E_CORRUPT; then it is of no more use.
   [[nodiscard]] std::vector<LaneId> restore(RecordReader &in, std::uint64_t now_ns);

   [[nodiscard]] std::vector<Effect> take_effects() { return std::exchange(effects_, {}); }
   [[nodiscard]] ClientView view() const;

private:
   struct Pool;
   struct Line;
   enum class Role : std::uint8_t {
      candidate, ///< becomes the main one when it serves
      main,      ///< work comes from its pool
      further,   ///< to the same pool, for more sinks
      retiring   ///< waits for its last answers
   };

   void open(std::size_t pool, Role role, std::uint64_t now_ns);
   /// Ends a connection; what waits on it is lost.
   void drop(LaneId lane);
   void fail(LaneId lane, std::uint64_t now_ns);
   void choose(std::uint64_t now_ns);
   void widen(std::uint64_t now_ns);
   void promote(Line &line, std::uint64_t now_ns);
   void job(Line &line, const Job &job);
   void redirect(Line &line, const Reconnect &where);
   void announce(std::uint64_t now_ns);
   void note(Note::Kind kind, std::size_t pool, std::string text = {});
   void settle_down(std::uint64_t now_ns);
   void after_loss(Role role, std::size_t pool, const std::string &why, std::uint64_t now_ns);
   [[nodiscard]] std::size_t pool_at(const common::HostPort &place, const Account &account) const;
   void restore_line(RecordReader &in, std::uint64_t now_ns);
   [[nodiscard]] Line *find(Role role) const;
   [[nodiscard]] std::size_t count(Role role) const;

   ClientSettings settings_;
   Book book_;
   std::vector<Pool> pools_;
   std::map<LaneId, std::unique_ptr<Line>> lines_;
   std::vector<Effect> effects_;
   std::deque<std::uint64_t> rtts_ns_; ///< the last ones
   std::uint64_t since_ns_ = 0, job_ns_ = 0, widen_at_ns_ = 0;
   std::uint64_t last_lane_ = 0, changes_ = 0, reconnects_ = 0;
   static constexpr std::size_t k_none = ~std::size_t{0};
   std::size_t active_ = 0; ///< pool of the newest work
   std::size_t last_served_ = k_none;
   bool serving_ = false, stopped_ = false;
};

/// Whether a pool at `from` may send us to `to`: to itself, or to another host of the same owner as far as names tell.
[[nodiscard]] bool may_redirect(std::string_view from, std::string_view to);

} // namespace nebula::upstream
