#include "pool.h"

#include "accounts/codec.h"

#include <nebula/svc/work-source.h>

#include <algorithm>
#include <bit>
#include <cmath>

/// The core's state for a successor in another process: sessions with their jobs, the templates of those with the
/// shares that were seen, workers. Times are the machine's monotonic clock, which both processes read. Templates keep
/// their ids: a source that hands over as well knows them still.

namespace nebula::pool {
namespace {

using accounts::RecordReader;
using accounts::RecordWriter;

/// Raised when anything below changes; another version is refused, and the old process goes on.
constexpr std::uint64_t k_version = 3;

void put(RecordWriter &out, double value) {
   out.number(std::bit_cast<std::uint64_t>(value));
}
double real(RecordReader &in) {
   const auto value = std::bit_cast<double>(in.number());
   if (!std::isfinite(value))
      RecordReader::fail("a number is none");
   return value;
}
void put(RecordWriter &out, const VardiffState &state) {
   out.number(state.difficulty).number(state.last_ns);
   put(out, state.shares);
   put(out, state.exposure);
   for (const double hint : state.hints)
      put(out, hint);
   for (const VardiffState::Sum &sum : state.sums)
      for (const double value : {sum.value, sum.shares, sum.exposure})
         put(out, value);
}
VardiffState vardiff(RecordReader &in) {
   VardiffState out;
   out.difficulty = std::max<Difficulty>(in.number(), 1);
   out.last_ns = in.number();
   out.shares = real(in);
   out.exposure = real(in);
   for (double &hint : out.hints)
      hint = real(in);
   for (VardiffState::Sum &sum : out.sums)
      for (double *value : {&sum.value, &sum.shares, &sum.exposure})
         *value = real(in);
   return out;
}

void put(RecordWriter &out, const Worker &worker) {
   out.text(worker.wallet).text(worker.name).text(worker.agent);
   out.number(worker.first_ns).number(worker.seen_ns).number(worker.share_ns);
   const ShareCounts &shares = worker.shares;
   for (const std::uint64_t count : {shares.accepted, shares.stale, shares.duplicate, shares.low, shares.invalid,
                                     shares.blocks, shares.hashes, worker.conduct.banned_everywhere_until_ns()})
      out.number(count);
   out.flag(worker.left_behind != nullptr);
   if (worker.left_behind)
      put(out, *worker.left_behind);
}
void read(RecordReader &in, Worker &worker) {
   worker.wallet = in.text();
   worker.name = in.text();
   worker.agent = in.text();
   worker.first_ns = in.number();
   worker.seen_ns = in.number();
   worker.share_ns = in.number();
   ShareCounts &shares = worker.shares;
   for (std::uint64_t *count : {&shares.accepted, &shares.stale, &shares.duplicate, &shares.low, &shares.invalid,
                                &shares.blocks, &shares.hashes})
      *count = in.number();
   if (const std::uint64_t banned_until_ns = in.number())
      worker.conduct.ban(banned_until_ns, 0);
   if (in.flag())
      worker.left_behind = std::make_unique<VardiffState>(vardiff(in));
}

void put(RecordWriter &out, const Epoch &epoch) {
   out.bytes(epoch.key);
   out.number(epoch.height);
}
Epoch epoch(RecordReader &in) {
   Epoch out;
   out.key = in.bytes();
   out.height = in.number();
   return out;
}

void put(RecordWriter &out, const Coinbase &coinbase) {
   out.bytes(coinbase.coinb1);
   out.bytes(coinbase.coinb2);
   out.number(coinbase.branches.size());
   for (const auto &branch : coinbase.branches)
      out.bytes(branch);
   out.number(coinbase.version).number(coinbase.bits).number(coinbase.ntime);
   out.bytes(coinbase.previous);
}
Coinbase coinbase(RecordReader &in) {
   Coinbase out;
   out.coinb1 = in.bytes();
   out.coinb2 = in.bytes();
   out.branches.resize(in.count(33));
   for (auto &branch : out.branches)
      branch = in.array<32>();
   out.version = in.number32();
   out.bits = in.number32();
   out.ntime = in.number32();
   out.previous = in.array<32>();
   return out;
}

void put(RecordWriter &out, const Template &work) {
   out.number(work.id).number(work.kind).number(work.extranonce_size).number(work.height).number(work.time_s);
   out.number(work.reward).text(work.algorithm).text(work.coin).number(work.network_difficulty);
   put(out, work.epoch);
   put(out, work.next_epoch);
   out.bytes(work.network_target.to_big_endian());
   out.bytes(work.submit_target.to_big_endian());
   out.flag(work.coinbase.has_value());
   if (work.coinbase)
      put(out, *work.coinbase);
}
Template work(RecordReader &in) {
   Template out;
   out.id = in.number();
   out.kind = in.number32();
   out.extranonce_size = static_cast<std::uint32_t>(in.number(NEB_WORK_EXTRANONCE_MAX));
   out.height = in.number();
   out.time_s = in.number();
   out.reward = in.number();
   out.algorithm = in.text();
   out.coin = in.text();
   out.network_difficulty = std::max<Difficulty>(in.number(), 1);
   out.epoch = epoch(in);
   out.next_epoch = epoch(in);
   out.network_target = U256::from_big_endian(in.array<32>());
   out.submit_target = U256::from_big_endian(in.array<32>());
   out.submit_difficulty = difficulty_of(out.submit_target);
   if (in.flag())
      out.coinbase = coinbase(in);
   return out;
}

void put(RecordWriter &out, const SeenShares &seen) {
   out.number(seen.size());
   seen.each([&](const SeenShares::Key &key) {
      out.number(key.extranonce).number(key.ntime).number(key.roll).number(key.extranonce2).number(key.nonce);
   });
}
void read(RecordReader &in, SeenShares &seen) {
   for (std::size_t left = in.count(5); left > 0; --left) {
      SeenShares::Key key;
      key.extranonce = in.number32();
      key.ntime = in.number32();
      key.roll = in.number32();
      key.extranonce2 = in.number();
      key.nonce = in.number();
      (void)seen.insert(key);
   }
}

/// What a session is without what it points to.
void put_flags(RecordWriter &out, const Session &session) {
   for (const bool one : {session.subscribed, session.authorized, session.fixed_difficulty, session.new_extranonces,
                          session.trusted, session.resumed, session.nicehash, session.set_target})
      out.flag(one);
}
void read_flags(RecordReader &in, Session &session) {
   for (bool *one : {&session.subscribed, &session.authorized, &session.fixed_difficulty, &session.new_extranonces,
                     &session.trusted, &session.resumed, &session.nicehash, &session.set_target})
      *one = in.flag();
}

void put_plain(RecordWriter &out, const Session &session) {
   out.number(session.connection).number(static_cast<std::uint8_t>(session.dialect));
   out.number(session.port).number(session.algorithm).number(session.called).number(session.strikes);
   put_flags(out, session);
   out.number(session.extranonce).number(session.token);
   out.number(session.opened_ns).number(session.heard_ns).number(session.share_ns).number(session.job_ns);
   out.number(session.jobs_given).number(session.announced);
   out.number(session.told.prefix).number(session.told.prefix_bytes).number(session.told.left_bytes);
   out.text(session.agent);
   put(out, session.vardiff);
}
void read_plain(RecordReader &in, Session &session) {
   session.connection = in.number32();
   session.dialect = static_cast<Dialect>(in.number(static_cast<std::uint8_t>(Dialect::cosmic)));
   session.port = in.number8();
   session.algorithm = in.number8();
   session.called = in.number8();
   session.strikes = in.number8();
   read_flags(in, session);
   session.extranonce = in.number32();
   session.token = in.number();
   session.opened_ns = in.number();
   session.heard_ns = in.number();
   session.share_ns = in.number();
   session.job_ns = in.number();
   session.jobs_given = in.number32();
   session.announced = in.number();
   session.told.prefix = in.number();
   session.told.prefix_bytes = static_cast<std::uint8_t>(in.number(8));
   session.told.left_bytes = static_cast<std::uint8_t>(in.number(8));
   session.agent = in.text();
   session.vardiff = vardiff(in);
}

constexpr std::uint64_t k_none = 0; // of numbers from 1

} // namespace

bool Pool::settled() const {
   return pending_.empty() && held_.empty();
}

void Pool::save(RecordWriter &out) const {
   out.number(k_version).number(settings_.algorithms.size());
   for (const PoolAlgorithm &one : settings_.algorithms)
      out.text(one.name);
   std::unordered_map<const Worker *, std::uint64_t> worker_numbers;
   out.number(workers_.size());
   for (const auto &[key, worker] : workers_.all()) {
      worker_numbers.emplace(worker.get(), worker_numbers.size() + 1);
      out.text(key).number(worker->algorithm);
      put(out, *worker);
   }
   for (const auto &book : books_) {
      out.number(book.size());
      for (const auto &kept : book) {
         out.number(kept->serial);
         out.flag(kept->stale);
         put(out, kept->work);
         put(out, kept->seen);
      }
   }
   const auto put_session = [&](const Session &session) {
      put_plain(out, session);
      out.number(session.worker ? worker_numbers.at(session.worker.get()) : k_none);
      for (const GivenJob &job : session.jobs)
         out.number(job.work).number(job.number).number(job.difficulty);
   };
   out.number(sessions_.size());
   sessions_.each([&](ConnectionId, const Session &session) { put_session(session); });
   out.number(dormant_.size());
   for (const auto &[token, dormant] : dormant_) {
      out.number(dormant.until_ns);
      put_session(dormant.session);
   }
}

std::vector<ConnectionId> Pool::restore(RecordReader &in, const std::vector<std::optional<std::uint8_t>> &ports) {
   if (in.number() != k_version)
      RecordReader::fail("it is the state of another version of the pool");
   constexpr std::size_t k_algorithms_max = 255;
   std::vector<std::optional<std::uint8_t>> algorithms(in.number(k_algorithms_max));
   for (auto &mapped : algorithms) {
      const std::string name = in.text();
      const auto found = std::ranges::find(settings_.algorithms, name, &PoolAlgorithm::name);
      if (found != settings_.algorithms.end())
         mapped = static_cast<std::uint8_t>(found - settings_.algorithms.begin());
   }
   const auto algorithm_of = [&](std::uint8_t old) { return old < algorithms.size() ? algorithms[old] : std::nullopt; };

   std::vector<std::shared_ptr<Worker>> workers(in.count(10));
   for (auto &worker : workers) {
      std::string key = in.text();
      const auto algorithm = algorithm_of(in.number8());
      worker = std::make_shared<Worker>();
      read(in, *worker);
      if (!algorithm) {
         worker.reset();
         continue;
      }
      worker->algorithm = *algorithm;
      if (!workers_.add(std::move(key), worker))
         RecordReader::fail("two workers have one name");
   }
   for (const auto &algorithm : algorithms) {
      for (std::size_t left = in.count(80); left > 0; --left) {
         const std::uint32_t serial = in.number32();
         const bool stale = in.flag();
         auto kept = std::make_shared<KeptTemplate>(pool::work(in), serial, random());
         kept->stale = stale;
         read(in, kept->seen);
         templates_ = std::max(templates_, serial);
         if (algorithm)
            books_[*algorithm].push_back(std::move(kept));
      }
   }
   // Nothing: its port or its algorithm is no longer served.
   const auto read_session = [&]() -> std::pair<Session, bool> {
      Session session;
      read_plain(in, session);
      if (const auto worker = in.number(workers.size()))
         session.worker = workers[worker - 1];
      for (GivenJob &job : session.jobs) {
         job.work = in.number32();
         job.number = in.number32();
         job.difficulty = std::max<Difficulty>(in.number(), 1);
      }
      const auto algorithm = algorithm_of(session.algorithm);
      const auto port = session.port < ports.size() ? ports[session.port] : std::nullopt;
      const bool placed = algorithm && port && std::ranges::count(settings_.ports[*port].algorithms, *algorithm) > 0 &&
                          session.authorized <= (session.worker != nullptr);
      session.algorithm = algorithm.value_or(0);
      session.port = port.value_or(0);
      return {std::move(session), placed};
   };
   std::vector<ConnectionId> homeless;
   for (std::size_t left = in.count(60); left > 0; --left) {
      auto [session, placed] = read_session();
      const ConnectionId connection = session.connection;
      if (connection >= Slots<Session>::k_numbers)
         RecordReader::fail("a connection has a number that none has");
      if (!placed || sessions_.contains(connection) || !extranonces_.keep(session.extranonce)) {
         homeless.push_back(connection);
         continue;
      }
      if (session.worker)
         ++session.worker->connections;
      sessions_.emplace(connection, std::move(session));
   }
   std::vector<std::pair<std::uint64_t, std::uint64_t>> order;
   for (std::size_t left = in.count(60); left > 0; --left) {
      const std::uint64_t until_ns = in.number();
      auto [session, placed] = read_session();
      const std::uint64_t token = session.token;
      if (!placed || !session.worker || dormant_.contains(token) || !extranonces_.keep(session.extranonce))
         continue;
      order.emplace_back(until_ns, token);
      dormant_.emplace(token, Dormant{std::move(session), until_ns});
   }
   std::ranges::sort(order);
   dormant_order_.assign(order.begin(), order.end());
   return homeless;
}

} // namespace nebula::pool
