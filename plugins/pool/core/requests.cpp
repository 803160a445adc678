#include "pool.h"

#include <algorithm>
#include <cmath>

namespace nebula::pool {
namespace {

constexpr const char *k_banned = "Banned for invalid shares";

/// Passwords of ZION's miners name the algorithm by a part of it.
constexpr std::pair<std::string_view, std::string_view> k_password_words[] = {
   {"randomx", "randomx"}, {"autolykos", "autolykos2"}, {"yescrypt", "yescrypt"}, {"cosmic", "cosmic-harmony"}};

bool is_named(const PoolAlgorithm &algorithm, std::string_view name) {
   return algorithm.name == name || std::ranges::find(algorithm.aliases, name) != algorithm.aliases.end();
}

/// A miner's own scale, in hashes.
double hashes_of(Dialect dialect, double difficulty) {
   return dialect == Dialect::bitcoin ? difficulty * 65'536 : difficulty;
}

std::optional<std::uint64_t> token_in(std::string_view text) {
   constexpr std::size_t k_digits = 16;
   std::uint64_t token = 0;
   if (text.size() != k_digits)
      return std::nullopt;
   for (const char c : text) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(c);
      if (digit == std::string_view::npos)
         return std::nullopt;
      token = token << 4 | digit;
   }
   return token;
}

} // namespace

void Pool::reply(Session &session, std::string text) {
   around_.send(session.connection, text);
}

void Pool::refuse(Session &session, std::string_view id, Fault fault, std::string_view text) {
   around_.send(session.connection, error_reply(session.dialect, id, fault, text));
}

/// False: the connection is being closed.
bool Pool::settle_dialect(Session &session, const JsonLine &line) {
   const Dialect first = dialect_of_first(line);
   const auto &algorithms = port(session).algorithms;
   const auto fits = [&](std::uint8_t index) {
      return (settings_.algorithms[index].stratum == Dialect::xmrig) == (first == Dialect::xmrig);
   };
   const auto found = first == Dialect::unknown ? algorithms.end() : std::ranges::find_if(algorithms, fits);
   if (found != algorithms.end()) {
      session.algorithm = *found;
      session.dialect = settings_.algorithms[*found].stratum;
      return true;
   }
   session.dialect = first;
   const char *why = first == Dialect::unknown ? "this is a mining pool: log in with login or mining.subscribe"
                     : first == Dialect::xmrig ? "no algorithm of this port is mined with login; use mining.subscribe"
                                               : "the algorithms of this port are mined with login, as XMRig does";
   refuse(session, "null", Fault::method, why);
   doom(session, why);
   return false;
}

const char *Pool::enter(Session &session, const WorkerName &name, std::string agent, std::uint64_t now_ns) {
   const PoolAlgorithm &mined = algorithm(session);
   const std::string key = mined.name + '/' + name.full();
   auto found = workers_.find(key);
   if (found == workers_.end()) {
      if (workers_.size() >= settings_.workers_max)
         return "the pool has as many workers as it can hold";
      found = workers_.emplace(key, std::make_shared<Worker>()).first;
      Worker &fresh = *found->second;
      fresh.wallet = name.wallet;
      fresh.name = name.worker;
      fresh.algorithm = session.algorithm;
      fresh.first_ns = now_ns;
   }
   const std::shared_ptr<Worker> &worker = found->second;
   if (worker->score.banned(now_ns) && !session.trusted)
      return k_banned;
   if (session.worker)
      --session.worker->connections;
   session.worker = worker;
   ++worker->connections;
   worker->seen_ns = now_ns;
   if (!agent.empty())
      worker->agent = std::move(agent);

   const PortSettings &at = port(session);
   if (name.difficulty) {
      const double hashes = hashes_of(session.dialect, *name.difficulty);
      const double most = static_cast<double>(at.fixed_max);
      session.fixed_difficulty = true;
      session.vardiff.difficulty =
         hashes >= most ? at.fixed_max
                        : std::clamp(static_cast<Difficulty>(std::max(hashes, 1.0)), at.fixed_min, at.fixed_max);
   } else if (worker->left_behind) {
      session.vardiff = *worker->left_behind;
      worker->left_behind.reset();
      Vardiff::skip(session.vardiff, now_ns);
   } else if (session.vardiff.last_ns == 0) {
      session.vardiff = at.vardiff.start(at.start, now_ns);
   }
   if (!session.authorized)
      tell(session, true, now_ns);
   session.authorized = true;
   return nullptr;
}

void Pool::handle(Session &session, std::string_view id, const Login &login, std::uint64_t now_ns) {
   if (!login.algorithms.empty()) {
      const auto &served = port(session).algorithms;
      const auto chosen = std::ranges::find_if(served, [&](std::uint8_t index) {
         const PoolAlgorithm &one = settings_.algorithms[index];
         return one.stratum == Dialect::xmrig &&
                std::ranges::any_of(login.algorithms, [&](const std::string &name) { return is_named(one, name); });
      });
      if (chosen == served.end()) {
         refuse(session, id, Fault::unauthorized,
                "this port serves " + algorithm(session).name + ", which the miner does not mine");
         return;
      }
      session.algorithm = *chosen;
   }
   if (const char *why = enter(session, read_worker_name(login.user, login.password, login.rig), login.agent, now_ns)) {
      refuse(session, id, Fault::banned, why);
      doom(session, why);
      return;
   }
   const std::string job = new_job(session, true, now_ns);
   if (job.empty()) {
      session.authorized = false;
      refuse(session, id, Fault::busy, "there is no work at this moment; try again in some seconds");
      doom(session, "no work");
      return;
   }
   reply(session, xmrig_login_reply(id, session.token, job, false));
}

void Pool::resume(Session &session, std::uint64_t token, std::uint64_t now_ns) {
   const auto found = dormant_.find(token);
   if (found == dormant_.end())
      return;
   Session old = std::move(found->second.session);
   dormant_.erase(found);
   if (old.port != session.port) {
      extranonces_.give_back(old.extranonce);
      return;
   }
   extranonces_.give_back(session.extranonce);
   session.extranonce = old.extranonce;
   session.token = old.token;
   session.algorithm = old.algorithm;
   session.dialect = old.dialect;
   session.jobs = std::move(old.jobs);
   session.jobs_given = old.jobs_given;
   session.vardiff = old.vardiff;
   Vardiff::skip(session.vardiff, now_ns);
}

void Pool::handle(Session &session, std::string_view id, const Subscribe &subscribe, std::uint64_t now_ns) {
   if (const auto token = token_in(subscribe.session); token && !session.authorized)
      resume(session, *token, now_ns);
   session.subscribed = true;
   session.agent = subscribe.agent;
   reply(session, cosmic_subscribe_reply(id, session.extranonce));
}

void Pool::handle(Session &session, std::string_view id, const Authorize &authorize, std::uint64_t now_ns) {
   for (const auto &part : k_password_words) {
      const std::string_view word = part.first, name = part.second;
      if (authorize.password.find(word) == std::string::npos || is_named(algorithm(session), name))
         continue;
      const auto &served = port(session).algorithms;
      const auto chosen = std::ranges::find_if(served, [&](std::uint8_t index) {
         return is_named(settings_.algorithms[index], name) && settings_.algorithms[index].stratum == session.dialect;
      });
      if (chosen == served.end()) {
         refuse(session, id, Fault::unauthorized,
                "this port serves " + algorithm(session).name + ", not the " + std::string(name) + " of the password");
         return;
      }
      session.algorithm = *chosen;
      break;
   }
   if (const char *why = enter(session, read_worker_name(authorize.user, authorize.password), session.agent, now_ns)) {
      refuse(session, id, Fault::banned, why);
      doom(session, why);
      return;
   }
   reply(session, ok_reply(session.dialect, id));
   push_job(session, true, now_ns);
}

void Pool::handle(Session &session, std::string_view id, const SubmitDigest &submit, std::uint64_t now_ns) {
   if (!session.authorized)
      refuse(session, id, Fault::unauthorized, "Not authorized");
   else
      judge(session, id, submit, now_ns);
}

// The two dialects whose templates no source gives yet: their ports cannot be configured.
void Pool::handle(Session &session, std::string_view id, const SubmitHeader &, std::uint64_t) {
   refuse(session, id, Fault::method, "this port has no such work");
}

void Pool::handle(Session &session, std::string_view id, const SubmitNonce &, std::uint64_t) {
   refuse(session, id, Fault::method, "this port has no such work");
}

void Pool::handle(Session &session, std::string_view id, const Keepalived &, std::uint64_t) {
   reply(session, result_reply(session.dialect, id, R"({"status":"KEEPALIVED"})"));
}

void Pool::handle(Session &session, std::string_view id, const Ping &, std::uint64_t) {
   reply(session, result_reply(session.dialect, id, R"("pong")"));
}

void Pool::handle(Session &session, std::string_view id, const ExtranonceSubscribe &, std::uint64_t) {
   session.new_extranonces = true;
   reply(session, ok_reply(session.dialect, id));
}

void Pool::handle(Session &session, std::string_view id, const Configure &configure, std::uint64_t) {
   // Nothing of the header is the miner's to roll: each extension is refused by name, as its specification wants.
   std::string result = "{";
   for (const std::string &extension : configure.extensions) {
      if (result.size() > 1)
         result += ',';
      append_json_string(result, extension);
      result += ":false";
   }
   reply(session, result_reply(session.dialect, id, result + "}"));
}

void Pool::handle(Session &session, std::string_view id, const SuggestDifficulty &suggest, std::uint64_t now_ns) {
   // A suggestion before the first share is where to begin; VarDiff knows better afterwards.
   if (!session.fixed_difficulty && session.share_ns == 0) {
      const double hashes = hashes_of(session.dialect, suggest.difficulty);
      const PortSettings &at = port(session);
      const double most = static_cast<double>(at.fixed_max);
      session.vardiff = at.vardiff.start(
         hashes >= most ? at.fixed_max : static_cast<Difficulty>(std::max(hashes, static_cast<double>(at.fixed_min))),
         now_ns);
   }
   reply(session, ok_reply(session.dialect, id));
}

void Pool::handle(Session &session, std::string_view id, const GetTransactions &, std::uint64_t) {
   reply(session, result_reply(session.dialect, id, "[]"));
}

void Pool::handle(Session &, std::string_view, const Answer &, std::uint64_t) {}

void Pool::handle(Session &session, std::string_view id, const UnknownMethod &unknown, std::uint64_t) {
   refuse(session, id, Fault::method, "unknown method " + std::string(unknown.method.substr(0, k_id_bytes_max)));
   if (++session.strikes >= k_strikes_max) {
      around_.struck(session.connection);
      doom(session, "too many requests of another protocol");
   }
}

} // namespace nebula::pool
