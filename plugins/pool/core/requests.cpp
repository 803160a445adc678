#include "choice.h"
#include "pool.h"
#include "room.h"

#include <nebula/svc/work-source.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nebula::pool {
namespace {

constexpr const char *k_banned = "Banned for invalid shares";
constexpr const char *k_no_work = "there is no work at this moment; try again in some seconds";

/// A miner's own scale, in hashes.
double hashes_of(Dialect dialect, double difficulty) {
   return dialect == Dialect::bitcoin ? difficulty * 65'536 : difficulty;
}

/// As ZION 2.8.2 says, whatever the algorithm leaves.
constexpr Room k_cosmic_room{0, 4, 8};

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
   std::string answer = error_reply(session.dialect, id, fault, text);
   if (session.awaiting.empty()) {
      around_.send(session.connection, answer);
      return;
   }
   // Shares of Stratum v1 all have one id: their answers go by the order, refusals too.
   if (session.awaiting.size() >= 4 * Session::k_awaiting_max) {
      doom(session, "it does not stop asking");
      return;
   }
   session.awaiting.push_back({0, {}, std::move(answer), 0});
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
   std::shared_ptr<Worker> worker = workers_.find(key);
   if (!worker) {
      if (!workers_.make_room(settings_.workers_max, now_ns))
         return "the pool has as many workers as it can hold";
      worker = std::make_shared<Worker>();
      worker->wallet = name.wallet;
      worker->name = name.worker;
      worker->algorithm = session.algorithm;
      worker->first_ns = now_ns;
      (void)workers_.add(key, worker);
   }
   if (worker->conduct.banned(session.origin, now_ns) && !session.trusted)
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
   const Chosen chosen = choose_by_list(settings_, port(session), login.algorithms);
   if (!chosen.missing.empty()) {
      refuse(session, id, Fault::unauthorized,
             "this port serves " + algorithm(session).name + ", which the miner does not mine");
      return;
   }
   if (chosen.algorithm) {
      session.algorithm = *chosen.algorithm;
      session.called = chosen.called;
   } else {
      session.called = algorithm(session).aliases.empty() ? 0 : 1;
   }
   session.nicehash = session.nicehash || port(session).nicehash || login.agent.find("NiceHash") != std::string::npos;
   if (const char *why = enter(session, read_worker_name(login.user, login.password, login.rig), login.agent, now_ns)) {
      refuse(session, id, Fault::banned, why);
      doom(session, why);
      return;
   }
   const char *unready = why_no_job(session);
   const auto job = unready ? std::nullopt : new_job(session, true, now_ns);
   if (!job) {
      refuse(session, id, Fault::busy, unready ? unready : k_no_work);
      doom(session, "no work");
      return;
   }
   reply(session, xmrig_login_reply(id, session.token, *job, session.nicehash));
}

bool Pool::resume(Session &session, std::uint64_t token, std::uint64_t now_ns) {
   const auto found = dormant_.find(token);
   if (found == dormant_.end() || found->second.session.dialect == Dialect::xmrig) // that has no way to ask for it
      return false;
   Session old = std::move(found->second.session);
   dormant_.erase(found);
   if (old.port != session.port) {
      extranonces_.give_back(old.extranonce);
      return false;
   }
   extranonces_.give_back(session.extranonce);
   session.extranonce = old.extranonce;
   session.token = old.token;
   session.algorithm = old.algorithm;
   session.dialect = old.dialect;
   session.jobs = std::move(old.jobs);
   session.jobs_given = old.jobs_given;
   session.vardiff = old.vardiff;
   session.resumed = true;
   Vardiff::skip(session.vardiff, now_ns);
   return true;
}

/// Null: there is work, and its extranonce has room for the session.
const char *Pool::why_no_job(Session &session) {
   const auto work = newest(session.algorithm);
   return !work                                  ? k_no_work
          : !fit_extranonce(session, work->work) ? "the source of the work leaves no room for another miner"
                                                 : nullptr;
}

/// What a miner of the session's algorithm would be told now. Its number fits the work afterwards.
std::optional<Room> Pool::room_now(Session &session) {
   const auto work = newest(session.algorithm);
   Input input;
   if (!work || !fit_extranonce(session, work->work) ||
       (work->work.kind != NEB_WORK_COINBASE && !input_of(session, work->work, {}, input)))
      return std::nullopt;
   return room_of(session, work->work, input);
}

std::optional<std::string> Pool::switch_algorithm(Session &session, std::uint8_t algorithm) {
   if (algorithm == session.algorithm)
      return std::nullopt;
   const std::uint8_t before = std::exchange(session.algorithm, algorithm);
   const Dialect dialect = settings_.algorithms[algorithm].stratum;
   const bool told = session.told.left_bytes != 0 && !session.new_extranonces;
   if (told && (dialect == Dialect::bitcoin || dialect == Dialect::ergo) && room_now(session) != session.told) {
      session.algorithm = before;
      return "the password's algorithm, " + settings_.algorithms[algorithm].name +
             ", needs another extranonce than was given: use a port that serves only it, or name it in the agent";
   }
   session.dialect = dialect;
   session.jobs = {};
   return std::nullopt;
}

void Pool::handle(Session &session, std::string_view id, const Subscribe &subscribe, std::uint64_t now_ns) {
   const auto token = token_in(subscribe.session);
   const bool resumed = token && !session.authorized && resume(session, *token, now_ns);
   if (!resumed && !session.authorized)
      if (const Chosen chosen = choose_by_agent(settings_, port(session), subscribe.agent); chosen.algorithm) {
         session.algorithm = *chosen.algorithm;
         session.dialect = algorithm(session).stratum;
      }
   session.subscribed = true;
   session.agent = subscribe.agent;
   if (session.dialect == Dialect::cosmic) {
      session.told = k_cosmic_room;
      session.told.prefix = session.extranonce;
      reply(session, cosmic_subscribe_reply(id, session.extranonce));
      return;
   }
   const ErgoForm form = port(session).ergo;
   session.set_target =
      form == ErgoForm::set_target ||
      (form == ErgoForm::automatic && (id == "0" || session.agent.find("ergminer") != std::string::npos));
   const char *unready = why_no_job(session);
   const auto room = unready ? std::nullopt : room_now(session);
   if (!room) {
      refuse(session, id, Fault::busy, unready ? unready : k_no_work);
      doom(session, "no work");
      return;
   }
   session.told = *room;
   reply(session, subscribe_reply(id, session.token, *room));
}

void Pool::handle(Session &session, std::string_view id, const Authorize &authorize, std::uint64_t now_ns) {
   if (!session.subscribed && session.dialect != Dialect::cosmic) {
      refuse(session, id, Fault::unauthorized, "Not subscribed: mining.subscribe comes first");
      return;
   }
   if (!session.authorized) {
      const Chosen chosen = choose_by_password(settings_, port(session), session.algorithm, authorize.password);
      std::optional<std::string> why;
      if (!chosen.missing.empty())
         why = "this port serves " + algorithm(session).name + ", not the " + chosen.missing + " of the password";
      else if (chosen.algorithm)
         why = switch_algorithm(session, *chosen.algorithm);
      if (why) {
         refuse(session, id, Fault::unauthorized, *why);
         return;
      }
   }
   if (const auto form = password_option(authorize.password, "notify"))
      session.set_target = *form == "set_target";
   const bool silent = session.agent.empty(); // it did not say which program it is
   if (const char *why =
          enter(session, read_worker_name(authorize.user, authorize.password), std::move(session.agent), now_ns)) {
      refuse(session, id, Fault::banned, why);
      doom(session, why);
      return;
   }
   reply(session, ok_reply(session.dialect, id));
   common::release(session.agent);
   if (silent)
      reply(session, get_version());
   push_first_jobs(session, now_ns);
}

void Pool::handle(Session &session, std::string_view id, const SubmitDigest &submit, std::uint64_t now_ns) {
   Found found;
   found.job = submit.job;
   found.nonce = submit.nonce;
   found.claimed = submit.digest;
   judge(session, id, found, now_ns);
}

void Pool::handle(Session &session, std::string_view id, const SubmitHeader &submit, std::uint64_t now_ns) {
   Found found;
   found.job = submit.job;
   found.nonce = submit.nonce;
   found.ntime = submit.ntime;
   found.extranonce2_bytes = submit.extranonce2_size;
   for (std::size_t i = 0; i < submit.extranonce2_size; ++i)
      found.extranonce2 = found.extranonce2 << 8 | submit.extranonce2[i];
   if (submit.rolled_version)
      found.refused = "Invalid share: the version is not the miner's to roll";
   judge(session, id, found, now_ns);
}

void Pool::handle(Session &session, std::string_view id, const SubmitNonce &submit, std::uint64_t now_ns) {
   Found found;
   found.job = submit.job;
   found.nonce = submit.nonce;
   found.nonce_bytes = submit.nonce_bytes;
   judge(session, id, found, now_ns);
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

void Pool::handle(Session &session, std::string_view, const Answer &answer, std::uint64_t) {
   // The only question that miners are asked is which program they are.
   if (session.worker && session.worker->agent.empty() && !answer.text.empty())
      session.worker->agent = answer.text;
}

void Pool::handle(Session &session, std::string_view id, const UnknownMethod &unknown, std::uint64_t) {
   refuse(session, id, Fault::method, "unknown method " + std::string(unknown.method.substr(0, k_id_bytes_max)));
   if (++session.strikes >= k_strikes_max) {
      around_.struck(session.connection);
      doom(session, "too many requests of another protocol");
   }
}

} // namespace nebula::pool
