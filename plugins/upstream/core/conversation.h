#pragma once

/// One connection to a pool: logs in, takes jobs, hands in shares and pairs each with its answer. A state machine
/// without I/O; every share handed in is settled exactly once.

#include "job_record.h"
#include "message.h"
#include "request.h"

#include <map>

namespace nebula::upstream {

/// How long a pool may take.
struct Patience {
   std::uint64_t connect_ns = 4'000'000'000;    ///< from connecting to the first job
   std::uint64_t answer_ns = 20'000'000'000;    ///< for an answer
   std::uint64_t job_ns = 600'000'000'000;      ///< from job to job; 0: for ever
   std::uint64_t keepalive_ns = 60'000'000'000; ///< of silence of ours, before keepalived
};

/// What became of a share; values of neb_work_result.
struct Settled {
   std::uint64_t ticket = 0;
   std::int32_t outcome = 0;
   std::string text;
};

/// What a conversation wants of who leads it. None of these calls back into it.
class Listener {
public:
   virtual ~Listener() = default;
   virtual void say(std::string line) = 0;
   virtual void job(const Job &job) = 0;
   virtual void settled(const Settled &settled) = 0;
   /// The connection is of no more use; `refused`: the pool wants us not, so trying again soon is no help.
   virtual void broken(const std::string &why, bool refused) = 0;
   virtual void reconnect(const Reconnect &where) = 0;
   virtual void message(const std::string &text) = 0;
   virtual void answered(std::uint64_t took_ns) = 0;
};

class Conversation {
public:
   /// Shares that may wait for their answers; a pool that is that far behind gets no more.
   static constexpr std::size_t k_pending_max = 1'024;
   /// Lines that are no messages before we hang up.
   static constexpr unsigned k_strikes_max = 8;

   Conversation(Dialect dialect, Account account, Patience patience, Listener &listener)
      : dialect_(dialect), account_(std::move(account)), patience_(patience), listener_(listener) {}

   /// The connection is there: we speak first.
   void begin(std::uint64_t now_ns);
   void line(std::string_view text, std::uint64_t now_ns);
   /// False: it cannot be handed in, and `settled` will not be called for it.
   [[nodiscard]] bool submit(const Share &share, std::uint64_t now_ns);
   void tick(std::uint64_t now_ns);
   /// The connection is gone: what waits is lost.
   void abandon(const char *why);

   /// Of one that serves and whose shares are settled; an answer that is still to come to anything else is ignored.
   void save(RecordWriter &out) const;
   /// In place of `begin`: the connection goes on as it was.
   void restore(RecordReader &in);

   [[nodiscard]] bool serving() const { return serving_; }
   [[nodiscard]] std::size_t pending() const { return shares_; }
   [[nodiscard]] std::uint64_t job_at_ns() const { return job_ns_; }

private:
   enum class Asked : std::uint8_t { subscribe, authorize, login, extranonce, keepalive, share };
   struct Pending {
      Asked what;
      std::uint64_t ticket, since_ns;
   };

   void ask(Asked what, std::uint64_t id, std::string line, std::uint64_t now_ns, std::uint64_t ticket = 0);
   void take(Answer &answer, std::uint64_t now_ns);
   void take(NewJob &job, std::uint64_t now_ns);
   void take(NewDifficulty &difficulty, std::uint64_t now_ns);
   void take(NewTarget &target, std::uint64_t now_ns);
   void take(NewExtranonce &space, std::uint64_t now_ns);
   void take(Reconnect &where, std::uint64_t now_ns);
   void take(ShowMessage &message, std::uint64_t now_ns);
   void take(Question &question, std::uint64_t now_ns);
   void take(Unknown &, std::uint64_t) {}
   void subscribed(const Answer &answer, std::uint64_t now_ns);
   void logged_in(const Answer &answer, std::uint64_t now_ns);
   void judged(const Answer &answer, std::uint64_t ticket);
   void give(std::uint64_t now_ns);
   void fail(const std::string &why, bool refused = false);

   Dialect dialect_;
   Account account_;
   Patience patience_;
   Listener &listener_;
   std::map<std::uint64_t, Pending> pending_; // by request id, so in the order of asking
   std::size_t shares_ = 0;                   // among them
   std::uint64_t last_id_ = 0, said_ns_ = 0, job_ns_ = 0;
   std::string session_;
   NewExtranonce space_;
   std::optional<U256> target_;   // as announced apart from the jobs
   std::optional<NewJob> newest_; // not given on yet
   bool authorized_ = false, keepalive_ = false, nicehash_ = false, serving_ = false, over_ = false;
   unsigned strikes_ = 0;
};

/// What a refusal of a share means (NEB_WORK_...), from the number and the words that pools use.
[[nodiscard]] std::int32_t outcome_of_refusal(int code, std::string_view text);

} // namespace nebula::upstream
