#pragma once

/// The pool's core: what every connection may say, which work it gets, what its shares are worth. A state machine
/// without I/O: lines, templates, digests and ticks come in, each with an explicit `now`; texts and requests go out
/// through `Surroundings`. One thread at a time; it calls no function of `Surroundings` that calls back into it, except
/// where that says so.

#include "extranonces.h"
#include "limits.h"
#include "reply.h"
#include "session.h"
#include "slots.h"
#include "worker_name.h"
#include "worker_table.h"

#include <deque>
#include <span>
#include <unordered_map>
#include <utility>

namespace nebula::common {
class RecordWriter;
class RecordReader;
} // namespace nebula::common

namespace nebula::pool {

/// An algorithm as the pool serves it.
struct PoolAlgorithm {
   std::string name;                  ///< canonical
   std::vector<std::string> aliases;  ///< as miners also write it
   Dialect stratum = Dialect::cosmic; ///< which Stratum v1 dialect its miners speak; xmrig: they speak no Stratum
   int digest_order = 0;              ///< NEB_POW_ORDER_...
};

/// How Autolykos jobs are written; `automatic`: as the miner's first request looks.
enum class ErgoForm : std::uint8_t { automatic, nine, set_target };

struct PortSettings {
   std::vector<std::uint8_t> algorithms; ///< indices into PoolSettings::algorithms, the default one first; at least one
   Difficulty start = 50;                ///< what a worker that nothing is known of begins with
   Vardiff vardiff{VardiffSettings{}};
   Difficulty fixed_min = 1, fixed_max = ~0ull; ///< what a miner may fix for itself; min is at most max
   std::size_t jobs_replayed = Session::k_jobs; ///< to a miner of Stratum that logs in, those that are still good
   ErgoForm ergo = ErgoForm::automatic;
   bool nicehash = false; ///< leaves 24 bits of the nonce to every miner of dialect A
};

struct PoolSettings {
   std::vector<PoolAlgorithm> algorithms; ///< at most 255
   std::vector<PortSettings> ports;       ///< at most 255
   BanRule ban;
   std::uint64_t secret = 0;                        ///< random; sessions and tables that miners must not foresee
   std::uint64_t login_timeout_ns = 15'000'000'000; ///< from connecting to the login
   std::uint64_t silence_timeout_ns =
      600'000'000'000;                           ///< without any line, of a miner that a broken network forgot to close
   std::uint64_t resume_ns = 300'000'000'000;    ///< a connection that ended can be resumed that long
   std::uint64_t job_repeat_ns = 45'000'000'000; ///< a job is refreshed at least that often
   std::string reconnect_host, reconnect_port;   ///< where miners are sent when the pool goes down; empty: nowhere
   std::size_t connections_max = 100'000;
   std::size_t workers_max = 200'000;
};

/// A digest to be computed. `ticket` comes back with it.
struct HashTask {
   std::uint64_t ticket = 0;
   std::uint8_t algorithm = 0;
   /// Fairness: tasks of one owner take turns with those of others. A worker where it comes from: more connections are
   /// no more turns, and somebody else under its name takes none of its own. Told apart, never followed.
   using Owner = std::pair<const Worker *, Conduct::Origin>;
   Owner owner;
   Epoch epoch;
   Input input;
   std::uint64_t nonce = 0;
};

/// A share that the source should see.
struct Solution {
   std::uint8_t algorithm = 0;
   std::uint64_t template_id = 0, nonce = 0;
   common::Bytes extranonce;
   std::uint32_t ntime = 0; ///< dialect B: the header's time
   Digest digest{};
   std::string worker;
   bool block = false;        ///< it meets the network's target
   std::uint64_t receipt = 0; ///< of its share
};

enum class Verdict : std::uint8_t { accepted, stale, duplicate, low, invalid };

/// What became of a share, once.
struct ShareFact {
   Verdict verdict = Verdict::accepted;
   std::uint8_t algorithm = 0;
   Difficulty difficulty = 0; ///< of its job; what an accepted share is worth
   std::uint64_t height = 0;
   Difficulty network_difficulty = 1; ///< of its job, when accepted
   bool solution = false;             ///< it goes to the source too
   bool block = false;                ///< it meets the network's target
   Worker *worker = nullptr;
   const char *reason = "";   ///< for people; empty when accepted
   std::uint64_t took_ns = 0; ///< from its line to its verdict
};

/// A worker's connection logged in, or ended after it did.
struct SessionFact {
   bool opened = true;
   bool resumed = false; ///< it goes on with the jobs of an earlier connection
   std::uint8_t algorithm = 0;
   Dialect dialect = Dialect::unknown;
   ConnectionId connection = 0;
   Difficulty difficulty = 0;
   std::uint64_t lived_ns = 0; ///< when it ended
   const Worker *worker = nullptr;
};

/// Knowledge of a worker from outside of the pool.
struct Advice {
   std::string name;        ///< WALLET.WORKER, or WALLET for each of its workers
   std::string algorithm;   ///< empty: at each
   double hashes_per_s = 0; ///< above 0
   double shares = 0;       ///< as sure as so many shares make
};

class Surroundings {
public:
   virtual ~Surroundings() = default;
   /// Whole lines, newline included. Copied.
   virtual void send(ConnectionId connection, std::string_view lines) = 0;
   /// Closes it once what was sent is out, and calls `Pool::closed` later, never from here.
   virtual void close(ConnectionId connection, std::string_view why) = 0;
   /// The input that follows from a template and an extranonce; false: the source does not keep the template any more.
   virtual bool derive(std::uint64_t template_id, std::span<const std::uint8_t> extranonce, Input &out) = 0;
   /// Answered by `Pool::hashed`, once, from here or later.
   virtual void hash(const HashTask &task) = 0;
   virtual void submit(const Solution &solution) = 0;
   /// A number that grows with each accepted share: its answer, and its solution, go out once `Pool::booked` has said
   /// that number or a later one. 0: at once.
   virtual std::uint64_t share(const ShareFact &fact) = 0;
   virtual void session(const SessionFact &) {}
   /// Whether its address may do that now; asked once for each request. False: the miner is told.
   [[nodiscard]] virtual bool allows(ConnectionId, Ask) { return true; }
   /// It did what no honest miner does.
   virtual void struck(ConnectionId) {}
};

class Pool {
public:
   Pool(PoolSettings settings, Surroundings &surroundings);

   /// False: there are too many, and it is to be closed. `trusted`: many miners are behind it, and bad shares of one
   /// shut nobody out. `origin` stands for its address, where its bad shares count.
   [[nodiscard]] bool opened(ConnectionId connection, std::uint8_t port, std::uint64_t now_ns, bool trusted = false,
                             Conduct::Origin origin = 0);
   /// The same of a connection that `restore` knows.
   void came_from(ConnectionId connection, Conduct::Origin origin);
   /// One line without its newline. Nothing of an earlier `line` or `opened` connection that was closed since arrives
   /// here.
   void line(ConnectionId connection, std::string_view text, std::uint64_t now_ns);
   /// The pool is going down: to another one, if there is one, or just away. Its session stays to be resumed.
   void evict(ConnectionId connection);
   /// What arrives is no protocol of miners, or too long.
   void refuse(ConnectionId connection, std::string_view why);
   void closed(ConnectionId connection, std::uint64_t now_ns);

   /// New work of an algorithm. Sends nothing: `broadcast` does, in slices.
   void work(std::uint8_t algorithm, Template work);
   /// Sends the newest job to at most `most` connections that have not got it. False: all have it.
   [[nodiscard]] bool broadcast(std::size_t most, std::uint64_t now_ns);

   /// The answer to a HashTask; nothing: it cannot be computed, for `why`.
   void hashed(std::uint64_t ticket, const std::optional<Digest> &digest, std::string_view why, std::uint64_t now_ns);

   /// Shares up to this receipt survive whatever happens to the pool. Who gets an answer while a broadcast is under way
   /// gets its job with it: one packet instead of two.
   void booked(std::uint64_t receipt, std::uint64_t now_ns);

   /// Silence, timeouts, refreshed jobs. To be begun about once a second, and called again while it says true: then
   /// there are connections that it has not looked at. Sends to at most `most` at a time.
   bool tick(std::uint64_t now_ns, std::size_t most = SIZE_MAX);

   /// Nothing is being verified, and nothing waits to be booked: it may be saved.
   [[nodiscard]] bool settled() const;
   /// For a successor in another process (handover.cpp).
   void save(common::RecordWriter &out) const;
   /// Into a pool that has not begun. `ports`: by their old index, which they are now. The connections that have no
   /// place here any more: they are to be closed. Throws NEB_E_CORRUPT.
   [[nodiscard]] std::vector<ConnectionId> restore(common::RecordReader &in,
                                                   const std::vector<std::optional<std::uint8_t>> &ports);

   /// Shuts out a worker (WALLET.WORKER), or all of a wallet, at every algorithm, and closes its connections. How many
   /// workers that are; 0: none is known by that name.
   std::size_t ban(std::string_view name, std::uint64_t ban_ns, std::uint64_t now_ns);
   /// Lets those in again that are shut out. How many that were.
   std::size_t unban(std::string_view name, std::uint64_t now_ns);

   /// What somebody else, such as an optimizer, knows of workers' hash rates: the difficulty of those that are named,
   /// and did not fix it, starts from there. How many workers that were.
   std::size_t advise(const Advice &advice, std::uint64_t now_ns);

   /// The newest work of an algorithm; null: there is none yet. Valid until the next call of `work`.
   [[nodiscard]] const Template *current(std::uint8_t algorithm) const;
   [[nodiscard]] std::size_t connections() const { return sessions_.size(); }
   [[nodiscard]] const WorkerTable::Map &workers() const { return workers_.all(); }
   [[nodiscard]] const Slots<Session> &sessions() const { return sessions_; }
   [[nodiscard]] const PoolSettings &settings() const { return settings_; }

private:
   /// Lines that are no requests before a connection is closed: a broken miner is told, a scanner is not entertained.
   static constexpr unsigned k_strikes_max = 5;

   /// What a miner says it found, whatever its dialect.
   struct Found {
      std::string_view job;
      std::uint64_t nonce = 0;
      std::uint8_t nonce_bytes = 8;  ///< less: behind the miner's prefix
      std::uint64_t extranonce2 = 0; ///< dialect B
      std::uint8_t extranonce2_bytes = 0;
      std::uint32_t ntime = 0;       ///< dialect B
      std::optional<Digest> claimed; ///< dialects A and D
      const char *refused = nullptr; ///< it chose what was not its own
   };
   /// A share while its digest is computed.
   struct Pending {
      ConnectionId connection = 0;
      std::uint64_t token = 0; ///< of its session: a connection's number may be another one's by now
      std::shared_ptr<KeptTemplate> work;
      std::shared_ptr<Worker> worker;
      Conduct::Origin origin = 0;
      SeenShares::Key found;
      Difficulty difficulty = 1;
      std::uint8_t algorithm = 0;
      Dialect dialect = Dialect::unknown;
      bool claims = false; ///< `digest` is what the miner says, until it is computed
      Digest digest{};
      std::uint64_t received_ns = 0;
   };
   /// What waits for `booked`.
   struct Held {
      std::uint64_t receipt = 0;
      ConnectionId connection = 0;
      std::uint64_t since_ns = 0;
      std::optional<Solution> solution;
   };
   struct Dormant {
      Session session;
      std::uint64_t until_ns = 0;
   };

   /// How far a walk over all sessions has come, by their numbers.
   struct Walk {
      bool under_way = false;
      ConnectionId next = 0;
      void begin() { *this = {true, 0}; }
   };
   template <class Each>
   bool walk(Walk &walk, std::size_t most, const Each &each);
   bool look_at(Session &session, std::uint64_t now_ns);
   /// The newest job, unless it has it. True: something was sent.
   bool bring_up_to_date(Session &session, std::uint64_t now_ns);

   // What miners ask (requests.cpp).
   void handle(Session &session, std::string_view id, const Login &login, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Subscribe &subscribe, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Authorize &authorize, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const SubmitDigest &submit, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const SubmitHeader &submit, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const SubmitNonce &submit, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Keepalived &, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Ping &, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const ExtranonceSubscribe &, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Configure &configure, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const SuggestDifficulty &suggest, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const GetTransactions &, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const Answer &, std::uint64_t now_ns);
   void handle(Session &session, std::string_view id, const UnknownMethod &unknown, std::uint64_t now_ns);
   [[nodiscard]] bool settle_dialect(Session &session, const JsonLine &line);
   /// Before its login a miner of Stratum may be given another algorithm. A text: it may not, and why.
   [[nodiscard]] std::optional<std::string> switch_algorithm(Session &session, std::uint8_t algorithm);
   /// Who it is, and with which difficulty it begins. A text: it may not, and why.
   [[nodiscard]] const char *enter(Session &session, const WorkerName &name, std::string agent, std::uint64_t now_ns);
   /// False: there is no such session to go on with.
   bool resume(Session &session, std::uint64_t token, std::uint64_t now_ns);
   /// Makes room by one session that could still be resumed. False: there is none.
   bool forget_dormant();
   bool forget_oldest();
   void reply(Session &session, std::string text);
   void refuse(Session &session, std::string_view id, Fault fault, std::string_view text);

   // What they are given (jobs.cpp).
   /// A new job of the newest work, as its dialect writes it; nothing: there is none now, or the session is doomed.
   [[nodiscard]] std::optional<std::string> new_job(Session &session, bool clean, std::uint64_t now_ns);
   [[nodiscard]] std::optional<std::string> give(Session &session, std::shared_ptr<KeptTemplate> work, bool clean,
                                                 std::uint64_t now_ns);
   [[nodiscard]] std::optional<std::string> render(Session &session, const Template &work, const GivenJob &job,
                                                   bool clean);
   [[nodiscard]] std::optional<std::string> xmrig_text(Session &session, const Template &work, const GivenJob &job,
                                                       Input input);
   void push_job(Session &session, bool clean, std::uint64_t now_ns);
   void push_first_jobs(Session &session, std::uint64_t now_ns);
   /// False: no number that is free fits the work's extranonce.
   [[nodiscard]] bool fit_extranonce(Session &session, const Template &work);
   /// False: the source does not keep the template, or leaves what a miner cannot be told.
   [[nodiscard]] bool input_of(const Session &session, const Template &work, const GivenJob &job, Input &input);
   [[nodiscard]] const char *why_no_job(Session &session);
   /// What a miner of the session's algorithm would be told now; nothing: there is no work.
   [[nodiscard]] std::optional<Room> room_now(Session &session);
   [[nodiscard]] std::shared_ptr<KeptTemplate> newest(std::uint8_t algorithm) const;
   /// What a job was made from; nothing: it is too old.
   [[nodiscard]] std::shared_ptr<KeptTemplate> work_of(const Session &session, const GivenJob &job) const;

   // What they found (shares.cpp).
   void judge(Session &session, std::string_view id, const Found &found, std::uint64_t now_ns);
   /// What is to be hashed; a text: why it is not.
   [[nodiscard]] const char *prepare(const Session &session, const GivenJob &job, const Found &found,
                                     const Pending &share, Input &input);
   void computed(std::uint64_t ticket, Pending &share, const std::optional<Digest> &digest, std::string_view why,
                 std::uint64_t now_ns);
   void settle(Session *session, std::uint64_t ticket, const Pending &share, Verdict verdict, const char *reason,
               std::uint64_t now_ns);
   void flush(Session &session);
   void submit_overdue(std::uint64_t now_ns);

   Session *find(ConnectionId connection);
   [[nodiscard]] const PortSettings &port(const Session &session) const { return settings_.ports[session.port]; }
   [[nodiscard]] const PoolAlgorithm &algorithm(const Session &session) const {
      return settings_.algorithms[session.algorithm];
   }
   void doom(Session &session, std::string_view why);
   void tell(const Session &session, bool opened, std::uint64_t now_ns);
   std::uint64_t random();

   PoolSettings settings_;
   Surroundings &around_;
   Slots<Session> sessions_; // by connection
   WorkerTable workers_;
   std::unordered_map<std::uint64_t, Dormant> dormant_; // by token
   std::deque<std::pair<std::uint64_t, std::uint64_t>>
      dormant_order_; // until_ns and token, the oldest first; of those that were resumed too
   std::vector<std::deque<std::shared_ptr<KeptTemplate>>> books_; // per algorithm, newest last
   std::unordered_map<std::uint64_t, Pending> pending_;           // by ticket
   Pending *asked_ = nullptr;                                     // of the newest ticket, while `hash` is called for it
   std::deque<Held> held_;                                        // by receipt
   std::uint64_t booked_ = 0;
   Extranonces extranonces_;
   std::uint32_t templates_ = 0; // so far
   std::uint64_t next_ticket_ = 1;
   std::uint64_t random_state_;
   JsonLine line_;         // the one that is being read: 4 KiB that need not be cleared for each
   Walk broadcast_, tick_; // under way
};

} // namespace nebula::pool
