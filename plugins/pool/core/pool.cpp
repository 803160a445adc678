#include "pool.h"

#include "choice.h"

#include <nebula/svc/work-source.h>
#include <nebula/text.hpp>

#include <algorithm>
#include <type_traits>

namespace nebula::pool {
namespace {

/// Templates of one algorithm that may still bring shares; as many as a session has jobs.
constexpr std::size_t k_templates_kept = Session::k_jobs + 3;

/// What miners of such work speak.
Dialect dialect_of(std::uint32_t kind, Dialect otherwise) {
   switch (kind) {
   case NEB_WORK_COMMITMENT:
      return Dialect::cosmic;
   case NEB_WORK_BLOB:
      return Dialect::xmrig;
   case NEB_WORK_COINBASE:
      return Dialect::bitcoin;
   case NEB_WORK_MESSAGE:
      return Dialect::ergo;
   default:
      return otherwise;
   }
}

/// Sessions that one slice may look at for each one that it may send to.
constexpr std::size_t k_looks = 8;

template <class Request, class... Kinds>
constexpr bool k_one_of = (std::is_same_v<Request, Kinds> || ...);

Ask ask_of(const Request &request) {
   return std::visit(
      []<class Kind>(const Kind &) {
         if constexpr (k_one_of<Kind, Login, Authorize>)
            return Ask::login;
         else if constexpr (k_one_of<Kind, SubmitDigest, SubmitHeader, SubmitNonce>)
            return Ask::submit;
         else
            return Ask::other;
      },
      request);
}

const char *too_often(Ask ask) {
   return ask == Ask::login    ? "too many logins from your address; wait a minute"
          : ask == Ask::submit ? "too many shares from your address; raise the difficulty"
                               : "too many requests from your address; wait a minute";
}

} // namespace

Pool::Pool(PoolSettings settings, Surroundings &surroundings)
   : settings_(std::move(settings)), around_(surroundings), books_(settings_.algorithms.size()),
     random_state_(settings_.secret) {}

/// SplitMix64 (Steele, Lea, Flood 2014) from the secret: numbers that need to differ, and that miners must not guess.
std::uint64_t Pool::random() {
   std::uint64_t z = random_state_ += 0x9E3779B97F4A7C15u;
   z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
   z = (z ^ z >> 27) * 0x94D049BB133111EBu;
   return z ^ z >> 31;
}

Session *Pool::find(ConnectionId connection) {
   Session *session = sessions_.find(connection);
   return session && !session->doomed ? session : nullptr;
}

bool Pool::opened(ConnectionId connection, std::uint8_t port, std::uint64_t now_ns, bool trusted,
                  Conduct::Origin origin) {
   if (sessions_.size() >= settings_.connections_max)
      return false;
   const auto extranonce = extranonces_.take();
   if (!extranonce)
      return false;
   Session &session = sessions_.emplace(connection);
   session.connection = connection;
   session.port = port;
   session.trusted = trusted;
   session.origin = origin;
   session.algorithm = settings_.ports[port].algorithms.front();
   session.extranonce = *extranonce;
   session.token = random() | 1; // never 0
   session.opened_ns = session.heard_ns = now_ns;
   return true;
}

void Pool::came_from(ConnectionId connection, Conduct::Origin origin) {
   if (Session *session = sessions_.find(connection))
      session->origin = origin;
}

void Pool::closed(ConnectionId connection, std::uint64_t now_ns) {
   Session *found = sessions_.find(connection);
   if (!found)
      return;
   Session &session = *found;
   if (session.worker) {
      tell(session, false, now_ns);
      --session.worker->connections;
      session.worker->seen_ns = now_ns;
      if (!session.fixed_difficulty) // else it has learnt nothing
         session.worker->left_behind = std::make_unique<VardiffState>(session.vardiff);
      session.awaiting.clear();
      const std::uint64_t token = session.token;
      if (dormant_.size() >= settings_.connections_max)
         (void)forget_dormant();
      dormant_[token] = {std::move(session), now_ns + settings_.resume_ns};
      dormant_order_.emplace_back(now_ns + settings_.resume_ns, token);
   } else {
      extranonces_.give_back(session.extranonce);
   }
   sessions_.erase(connection);
}

/// The session that ended first. False: there was nothing of it any more.
bool Pool::forget_oldest() {
   const auto [until_ns, token] = dormant_order_.front();
   dormant_order_.pop_front();
   const auto found = dormant_.find(token);
   if (found == dormant_.end() || found->second.until_ns != until_ns) // it was resumed
      return false;
   extranonces_.give_back(found->second.session.extranonce);
   dormant_.erase(found);
   return true;
}

bool Pool::forget_dormant() {
   while (!dormant_order_.empty())
      if (forget_oldest())
         return true;
   return false;
}

void Pool::doom(Session &session, std::string_view why) {
   session.doomed = true;
   around_.close(session.connection, why);
}

void Pool::tell(const Session &session, bool opened, std::uint64_t now_ns) {
   SessionFact fact;
   fact.opened = opened;
   fact.resumed = opened && session.jobs_given > 0;
   fact.algorithm = session.algorithm;
   fact.dialect = session.dialect;
   fact.connection = session.connection;
   fact.difficulty = session.vardiff.difficulty;
   fact.lived_ns = now_ns - session.opened_ns;
   fact.worker = session.worker.get();
   around_.session(fact);
}

std::size_t Pool::ban(std::string_view name, std::uint64_t ban_ns, std::uint64_t now_ns) {
   std::size_t count = 0;
   for (const auto &[key, worker] : workers_.all())
      if (worker->is_named(name)) {
         worker->conduct.ban(ban_ns, now_ns);
         ++count;
      }
   sessions_.each([&](ConnectionId, Session &session) {
      if (session.worker && !session.doomed && session.worker->is_named(name))
         doom(session, "banned by the operator");
   });
   return count;
}

std::size_t Pool::unban(std::string_view name, std::uint64_t now_ns) {
   std::size_t count = 0;
   for (const auto &[key, worker] : workers_.all())
      if (worker->is_named(name) && worker->conduct.banned(now_ns)) {
         worker->conduct.unban();
         ++count;
      }
   return count;
}

std::size_t Pool::advise(const Advice &advice, std::uint64_t now_ns) {
   const auto meant = [&](const Worker &worker) {
      return worker.is_named(advice.name) &&
             (advice.algorithm.empty() || is_named(settings_.algorithms[worker.algorithm], advice.algorithm));
   };
   const auto learn = [&](Session &session) {
      session.vardiff = port(session).vardiff.advise(advice.hashes_per_s, advice.shares, now_ns);
      if (const auto work = newest(session.algorithm))
         session.vardiff.difficulty = std::min(session.vardiff.difficulty, work->work.difficulty_max());
   };
   std::size_t count = 0;
   for (const auto &[key, worker] : workers_.all())
      count += meant(*worker);
   sessions_.each([&](ConnectionId, Session &session) {
      if (session.authorized && !session.doomed && !session.fixed_difficulty && meant(*session.worker)) {
         learn(session);
         push_job(session, false, now_ns);
      }
   });
   for (auto &[token, dormant] : dormant_)
      if (!dormant.session.fixed_difficulty && meant(*dormant.session.worker)) {
         learn(dormant.session);
         dormant.session.worker->left_behind = std::make_unique<VardiffState>(dormant.session.vardiff);
      }
   return count;
}

const Template *Pool::current(std::uint8_t algorithm) const {
   const auto kept = newest(algorithm);
   return kept ? &kept->work : nullptr;
}

void Pool::evict(ConnectionId connection) {
   Session *session = find(connection);
   if (!session)
      return;
   if (!settings_.reconnect_host.empty())
      reply(*session, client_reconnect(session->dialect, settings_.reconnect_host, settings_.reconnect_port));
   doom(*session, "the pool is going down");
}

void Pool::refuse(ConnectionId connection, std::string_view why) {
   if (Session *session = find(connection)) {
      refuse(*session, "null", Fault::parse, why);
      around_.struck(connection);
      doom(*session, why);
   }
}

void Pool::line(ConnectionId connection, std::string_view text, std::uint64_t now_ns) {
   Session *session = find(connection);
   if (!session)
      return;
   session->heard_ns = now_ns;
   JsonLine &line = line_;
   const char *wrong = is_utf8(text) ? line.parse(text) : "it is not UTF-8";
   if (!wrong && session->dialect == Dialect::unknown && !settle_dialect(*session, line))
      return;
   ParsedLine parsed;
   if (!wrong) {
      parsed = read_request(line, session->dialect);
      wrong = parsed.wrong;
   }
   if (wrong) {
      refuse(*session, parsed.id, Fault::params, wrong);
      if (++session->strikes >= k_strikes_max) {
         around_.struck(connection);
         doom(*session, "too many lines that are no requests");
      }
      return;
   }
   if (const Ask ask = ask_of(*parsed.request); !around_.allows(connection, ask)) {
      refuse(*session, parsed.id, Fault::busy, too_often(ask));
      return;
   }
   std::visit([&](const auto &request) { handle(*session, parsed.id, request, now_ns); }, *parsed.request);
}

void Pool::work(std::uint8_t algorithm, Template work) {
   settings_.algorithms[algorithm].stratum = dialect_of(work.kind, settings_.algorithms[algorithm].stratum);
   auto &book = books_[algorithm];
   const bool clean = work.clean;
   const bool same = !clean && !book.empty() && book.back()->work.id == work.id;
   if (same) {
      // Its source wants other shares of it, as a pool does that changes the difficulty.
      book.back()->work.submit_target = work.submit_target;
      book.back()->work.submit_difficulty = work.submit_difficulty;
   }
   if (clean)
      for (const auto &kept : book)
         kept->stale = true;
   if (!same) {
      const std::size_t expected = book.empty() ? 0 : book.back()->seen.size();
      book.push_back(std::make_shared<KeptTemplate>(std::move(work), ++templates_, random(), expected));
   }
   if (book.size() > k_templates_kept) {
      book.front()->stale = true;
      book.pop_front();
   }
   broadcast_.begin();
}

/// Calls `each(session)` for those whose turn it is, until it has said yes `most` times or as many numbers were looked
/// at as a slice may. False: all have had their turn.
template <class Each>
bool Pool::walk(Walk &walk, std::size_t most, const Each &each) {
   std::size_t looks = most > SIZE_MAX / k_looks ? SIZE_MAX : most * k_looks;
   for (; walk.under_way && most > 0 && looks > 0; --looks) {
      if (walk.next >= sessions_.end()) {
         walk.under_way = false;
         break;
      }
      Session *session = sessions_.find(walk.next++);
      if (session && !session->doomed && each(*session))
         --most;
   }
   return walk.under_way;
}

bool Pool::bring_up_to_date(Session &session, std::uint64_t now_ns) {
   const auto &book = books_[session.algorithm];
   if (!session.authorized || book.empty())
      return false;
   const GivenJob *job = session.newest();
   if (job && job->work == book.back()->serial && job->difficulty <= book.back()->work.difficulty_max())
      return false;
   push_job(session, book.back()->work.clean, now_ns);
   return true;
}

bool Pool::broadcast(std::size_t most, std::uint64_t now_ns) {
   return walk(broadcast_, most, [&](Session &session) { return bring_up_to_date(session, now_ns); });
}

bool Pool::tick(std::uint64_t now_ns, std::size_t most) {
   if (!tick_.under_way) {
      tick_.begin();
      submit_overdue(now_ns);
      workers_.forget_idle(settings_.resume_ns, now_ns);
      while (!dormant_order_.empty() && dormant_order_.front().first <= now_ns)
         (void)forget_oldest();
   }
   return walk(tick_, most, [&](Session &session) { return look_at(session, now_ns); });
}

/// What time alone does to a session. True: something was sent.
bool Pool::look_at(Session &session, std::uint64_t now_ns) {
   if (!session.authorized) {
      if (now_ns - session.opened_ns >= settings_.login_timeout_ns) {
         around_.struck(session.connection);
         doom(session, "no login within the time for it");
      }
      return false;
   }
   if (now_ns - session.heard_ns >= settings_.silence_timeout_ns) {
      doom(session, "nothing was heard of it for long");
      return false;
   }
   const auto &book = books_[session.algorithm];
   const bool changed =
      !book.empty() && !session.fixed_difficulty &&
      port(session).vardiff.silence(session.vardiff, book.back()->work.difficulty_max(), now_ns).has_value();
   // A source may not have had enough for everybody when the work was new.
   const GivenJob *job = session.newest();
   const bool missing = !book.empty() && !broadcast_.under_way && (!job || job->work != book.back()->serial);
   if (!changed && !missing && now_ns - session.job_ns < settings_.job_repeat_ns)
      return false;
   push_job(session, false, now_ns);
   return true;
}

} // namespace nebula::pool
