#pragma once

/// The pool's core amid work of all four kinds, with a stand-in for every algorithm: SHA-256d of the whole input. That
/// is quick enough for thousands of shares, and of dialect B it is the real thing: Bitcoin's.

#include "core/difficulty.h"
#include "core/pool.h"

#include "common/bitcoin_header.h"
#include "common/hex.h"

#include <nebula/pow.hpp>
#include <nebula/svc/work-source.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

namespace nebula::pool::test {

inline constexpr std::uint64_t k_second = 1'000'000'000;

enum : std::uint8_t { k_cosmic, k_randomx, k_header, k_message, k_algorithms };

class StandInWorld : public Surroundings {
public:
   explicit StandInWorld(PoolSettings with = settings()) : pool(std::move(with), *this) {}

   /// Port 0 serves everything, the ports behind it one algorithm each.
   static PoolSettings settings() {
      PoolSettings out;
      out.algorithms = {{"cosmic-harmony", {}, Dialect::cosmic, NEB_POW_ORDER_WORDS32},
                        {"randomx", {"rx/0", "RandomX"}, Dialect::xmrig, NEB_POW_ORDER_LITTLE},
                        {"yescryptr16", {}, Dialect::bitcoin, NEB_POW_ORDER_LITTLE},
                        {"autolykos2", {}, Dialect::ergo, NEB_POW_ORDER_BIG}};
      VardiffSettings vardiff;
      vardiff.min = 2; // of difficulty 1 nothing would be too low
      vardiff.max = 64;
      PortSettings port;
      port.start = 4;
      port.vardiff = Vardiff(vardiff);
      port.fixed_max = 1'000;
      port.algorithms = {k_cosmic, k_randomx, k_header, k_message};
      out.ports.push_back(port);
      for (std::uint8_t algorithm = 0; algorithm < k_algorithms; ++algorithm) {
         port.algorithms = {algorithm};
         out.ports.push_back(port);
      }
      out.secret = 7;
      return out;
   }

   /// As a source would: what it leaves to vary can be changed in between.
   void give_work(std::uint8_t algorithm, bool clean) {
      constexpr std::uint32_t k_kinds[] = {NEB_WORK_COMMITMENT, NEB_WORK_BLOB, NEB_WORK_COINBASE, NEB_WORK_MESSAGE};
      Template work;
      work.id = ++last_template;
      work.kind = k_kinds[algorithm];
      work.extranonce_size = extranonce_size;
      work.height = 1'000 + last_template;
      work.clean = clean;
      work.algorithm = pool.settings().algorithms[algorithm].name;
      if (algorithm == k_randomx)
         work.epoch.key.assign(32, 0xab);
      if (algorithm == k_message)
         work.epoch.height = work.height;
      work.network_target = target_of(network_difficulty);
      work.submit_target = submit_all ? U256::max() : work.network_target;
      work.network_difficulty = network_difficulty;
      if (work.kind == NEB_WORK_COINBASE) {
         Coinbase parts;
         parts.coinb1.assign(50, static_cast<std::uint8_t>(work.id));
         parts.coinb2.assign(20, 0xc2);
         parts.branches.resize(work.id % 3);
         for (auto &branch : parts.branches)
            branch.fill(static_cast<std::uint8_t>(0xb0 + work.id));
         parts.version = 0x20000000;
         parts.bits = 0x1d00ffff;
         parts.ntime = 1'800'000'000;
         for (std::uint8_t i = 0; i < 32; ++i)
            parts.previous[i] = i;
         work.coinbase = std::move(parts);
      }
      templates[work.id] = work;
      pool.work(algorithm, std::move(work));
      while (pool.broadcast(16, now))
         ;
   }
   void give_all_work(bool clean) {
      for (std::uint8_t algorithm = 0; algorithm < k_algorithms; ++algorithm)
         give_work(algorithm, clean);
   }

   void open(ConnectionId connection, std::uint8_t port = 0) { ASSERT_TRUE(pool.opened(connection, port, now)); }

   /// What the pool says to a line, in lines.
   std::vector<std::string> say(ConnectionId connection, std::string_view line) {
      sent[connection].clear();
      pool.line(connection, line, now);
      return sent[connection];
   }

   void send(ConnectionId connection, std::string_view lines) override {
      while (!lines.empty()) {
         const std::size_t end = lines.find('\n') + 1;
         ASSERT_NE(end, 0u) << "a line without its end";
         sent[connection].emplace_back(lines.substr(0, end));
         lines.remove_prefix(end);
      }
   }
   void close(ConnectionId connection, std::string_view why) override { closing[connection] = why; }
   bool derive(std::uint64_t id, std::span<const std::uint8_t> extranonce, Input &out) override {
      const auto found = templates.find(id);
      if (found == templates.end())
         return false;
      const Template &work = found->second;
      EXPECT_EQ(extranonce.size(), work.extranonce_size);
      common::Bytes seed(extranonce.begin(), extranonce.end());
      seed.push_back(static_cast<std::uint8_t>(id));
      const auto commitment = common::double_sha256(seed);
      out = {};
      out.bytes.assign(work.kind == NEB_WORK_BLOB ? 76 : 32, 0);
      std::ranges::copy(commitment, out.bytes.begin() + (work.kind == NEB_WORK_BLOB ? 7 : 0));
      if (work.kind == NEB_WORK_BLOB)
         std::fill_n(out.bytes.begin() + 39, 4, std::uint8_t{0});
      out.nonce_offset = work.kind == NEB_WORK_BLOB ? 39 : NEB_POW_NONCE_APPENDED;
      out.nonce_bytes = work.kind == NEB_WORK_MESSAGE ? 8 : 4;
      out.nonce_first = nonce_first;
      out.nonce_last = nonce_last;
      return true;
   }
   static Digest stand_in_hash(const HashTask &task) {
      common::Bytes input = task.input.bytes;
      std::size_t at = task.input.nonce_offset;
      if (at == NEB_POW_NONCE_APPENDED) {
         at = input.size();
         input.resize(at + task.input.nonce_bytes);
      }
      write_nonce(input.data() + at, task.input.nonce_bytes, task.nonce,
                  task.algorithm == k_message ? NEB_POW_NONCE_BIG : 0);
      return common::double_sha256(input);
   }
   void hash(const HashTask &task) override {
      ++hashes;
      if (slow)
         tasks.push_back(task);
      else
         pool.hashed(task.ticket, stand_in_hash(task), {}, now);
   }
   void submit(const Solution &solution) override { solutions.push_back(solution); }
   std::uint64_t share(const ShareFact &fact) override {
      facts.push_back(fact);
      return hold && fact.verdict == Verdict::accepted ? ++receipts : 0;
   }

   std::uint64_t now = 100 * k_second, last_template = 0;
   std::uint32_t extranonce_size = 16;
   std::uint64_t nonce_first = 0, nonce_last = ~0ull;
   Difficulty network_difficulty = 1'000'000;
   bool slow = false;       ///< digests come when the test computes them
   bool hold = false;       ///< shares are booked when the test says so
   bool submit_all = false; ///< the source wants every share
   std::uint64_t hashes = 0, receipts = 0;
   std::map<std::uint64_t, Template> templates;
   std::map<ConnectionId, std::vector<std::string>> sent;
   std::map<ConnectionId, std::string> closing;
   std::deque<HashTask> tasks;
   std::vector<Solution> solutions;
   std::vector<ShareFact> facts;
   Pool pool;
};

} // namespace nebula::pool::test
