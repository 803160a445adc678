#pragma once

/// A conversation with the pool's core: real hashes, and a source whose inputs differ by template and extranonce.
#include "cosmic_harmony.h"

#include "core/difficulty.h"
#include "core/pool.h"

#include "common/bitcoin_header.h"
#include "common/hex.h"

#include <nebula/pow.hpp>
#include <nebula/svc/work-source.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace nebula::pool {
inline constexpr std::uint64_t k_s = 1'000'000'000;

class World final : public Surroundings {
public:
   explicit World(bool with_work = true, PoolSettings with = settings()) : pool(std::move(with), *this) {
      if (with_work)
         give_work(true);
   }

   static PoolSettings settings() {
      PoolSettings out;
      out.algorithms = {{"cosmic-harmony", {}, Dialect::cosmic, NEB_POW_ORDER_WORDS32},
                        {"randomx", {"rx/0"}, Dialect::xmrig, NEB_POW_ORDER_LITTLE}};
      VardiffSettings vardiff;
      vardiff.max = 50'000;
      out.ports.push_back({{0, 1}, 50, Vardiff(vardiff), 1, 50'000});
      out.secret = 7;
      return out;
   }

   void give_work(bool clean) {
      begin_work(clean);
      while (pool.broadcast(1, now))
         ;
   }

   /// Nobody has been told of it yet.
   void begin_work(bool clean) {
      for (std::uint8_t algorithm = 0; algorithm < 2; ++algorithm) {
         Template work;
         work.id = ++last_template;
         work.kind = algorithm == 0 ? NEB_WORK_COMMITMENT : NEB_WORK_BLOB;
         work.extranonce_size = 8;
         work.height = 1'000 + last_template;
         work.clean = clean;
         work.algorithm = settings().algorithms[algorithm].name;
         if (algorithm == 1)
            work.epoch.key.assign(32, 0xab);
         work.network_target = work.submit_target = target_of(network_difficulty);
         work.network_difficulty = network_difficulty;
         pool.work(algorithm, std::move(work));
      }
   }

   void open(ConnectionId connection) { ASSERT_TRUE(pool.opened(connection, 0, now)); }

   /// What the pool says to a line.
   std::vector<std::string> say(ConnectionId connection, std::string_view line) {
      sent[connection].clear();
      pool.line(connection, line, now);
      return sent[connection];
   }

   std::vector<std::string> log_in(ConnectionId connection, std::string_view user = "ZION_A.rig") {
      open(connection);
      (void)say(connection, R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})");
      return say(connection,
                 R"({"id":2,"method":"mining.authorize","params":[")" + std::string(user) + R"(","cosmic_harmony"]})");
   }

   /// A nonce from `from` on whose hash meets the target of `difficulty`, or one that misses it.
   static std::pair<std::string, std::string> search(std::string_view notify, Difficulty difficulty, bool good,
                                                     std::uint32_t from = 0) {
      JsonLine line;
      EXPECT_EQ(line.parse(notify.substr(0, notify.size() - 1)), nullptr) << notify;
      const auto input = common::bytes_from_hex(*line.root()["params"].at(1).plain());
      EXPECT_TRUE(input && input->size() == 32);
      for (std::uint32_t nonce = from;; ++nonce) {
         const auto digest = cosmic_harmony::hash(*input, nonce);
         const U256 number = U256::from_big_endian(nebula::digest_number(digest.data(), NEB_POW_ORDER_WORDS32));
         if ((number <= target_of_cosmic(cosmic_target32(difficulty))) == good)
            return {hex32(nonce), common::to_hex(digest)};
      }
   }

   static std::string job_of(std::string_view notify) {
      JsonLine line;
      EXPECT_EQ(line.parse(notify.substr(0, notify.size() - 1)), nullptr);
      return std::string(*line.root()["params"].at(0).plain());
   }

   std::vector<std::string> submit(ConnectionId connection, std::string_view job,
                                   const std::pair<std::string, std::string> &found) {
      return say(connection, R"({"id":3,"method":"mining.submit","params":["ZION_A.rig",")" + std::string(job) +
                                "\",\"" + found.first + "\",\"" + found.second + "\"]}");
   }

   void send(ConnectionId connection, std::string_view lines) override { sent[connection].emplace_back(lines); }
   void close(ConnectionId connection, std::string_view why) override { closing[connection] = why; }
   bool derive(std::uint64_t id, std::span<const std::uint8_t> extranonce, Input &out) override {
      if (id <= forgotten)
         return false;
      out.bytes.assign(id % 2 == 1 ? 32 : 76, static_cast<std::uint8_t>(id));
      std::copy(extranonce.begin(), extranonce.end(), out.bytes.begin() + 8);
      out.nonce_offset = id % 2 == 1 ? NEB_POW_NONCE_APPENDED : 39;
      return true;
   }
   void hash(const HashTask &task) override {
      if (slow) {
         tasks.push_back(task);
         return;
      }
      pool.hashed(task.ticket, cosmic_harmony::hash(task.input.bytes, static_cast<std::uint32_t>(task.nonce)), {}, now);
   }
   void submit(const Solution &solution) override { solutions.push_back(solution); }
   std::uint64_t share(const ShareFact &fact) override {
      facts.push_back(fact);
      return fact.verdict == Verdict::accepted && hold ? ++receipts : 0;
   }
   void session(const SessionFact &fact) override { sessions.push_back(fact); }

   std::uint64_t now = 100 * k_s, last_template = 0, forgotten = 0;
   Difficulty network_difficulty = 1'000'000;
   bool slow = false, hold = false;
   std::uint64_t receipts = 0;
   std::map<ConnectionId, std::vector<std::string>> sent;
   std::map<ConnectionId, std::string> closing;
   std::vector<HashTask> tasks;
   std::vector<Solution> solutions;
   std::vector<SessionFact> sessions;
   std::vector<ShareFact> facts;
   Pool pool;
};

using Lines = std::vector<std::string>;

} // namespace nebula::pool
