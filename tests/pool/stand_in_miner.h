#pragma once

/// A miner of each dialect, as strict as the real ones: it knows nothing but what the pool sent it, builds its input
/// from that, and numbers its requests as they do.

#include "stand_in_world.h"

#include <set>

namespace nebula::pool::test {

class StandInMiner {
public:
   StandInMiner(StandInWorld &around, ConnectionId number, Dialect speaks, std::uint8_t port)
      : world(around), connection(number), dialect(speaks) {
      around.open(number, port);
   }

   void log_in() {
      if (dialect == Dialect::xmrig) {
         ask(R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":")" + user + R"(","pass":")" + password +
             R"(","agent":")" + agent + R"(","algo":["rx/0"]}})");
         return;
      }
      const std::string first = short_form ? "0" : "1", second = short_form ? "0" : "2";
      const std::string resumed = session.empty() ? "" : ",\"" + session + "\"";
      ask(R"({"id":)" + first + R"(,"method":"mining.subscribe","params":[")" + agent + "\"" + resumed + "]}");
      ask(R"({"id":)" + second + R"(,"method":"mining.authorize","params":[")" + user + "\",\"" + password + "\"]}");
   }

   /// Of a nonce that meets the target, of the newest job or one that came before it. The pool's answer; empty: none
   /// yet.
   std::string submit_good(std::size_t age = 0) { return submit(true, age); }
   std::string submit_low(std::size_t age = 0) { return submit(false, age); }
   std::string repeat() { return ask(last_share_); }

   /// What was sent since it last looked.
   void read_sent() {
      for (const std::string &line : std::exchange(world.sent[connection], {}))
         (void)read(line);
   }

   [[nodiscard]] std::string extranonce2_hex() const {
      return common::to_hex(big_endian(extranonce2_, extranonce2_bytes_));
   }
   [[nodiscard]] std::size_t jobs() const { return jobs_.size(); }
   [[nodiscard]] bool has_shared() const { return shared_; }
   /// Where its search begins: a miner that resumes does not begin anew.
   void begin_at(std::uint64_t nonce) { nonce_ = nonce; }
   /// Something it was not asked for; nothing is expected of it but that it is answered.
   void say(const std::string &line) { (void)ask(line); }

   StandInWorld &world;
   const ConnectionId connection;
   const Dialect dialect;
   std::string agent = "test/1.0", user = "W.rig1", password = "x", session;
   bool short_form = false, nicehash = false;
   std::uint32_t ntime_ahead = 0;
   int fixed_byte = 0;
   U256 target;
   std::size_t jobs_seen = 0, clean_seen = 0;
   std::vector<std::string> answers; ///< all that came, in their order
   common::Bytes extranonce1;

private:
   using Value = JsonLine::Value;
   struct Job {
      std::string id;
      common::Bytes input, coinb1, coinb2; // the commitment, blob or message; or what a header is built from
      std::vector<common::Sha256Digest> branches;
      common::BitcoinHeader header;
      U256 target;
   };

   static common::Bytes hex(const Value &value) {
      const auto text = value.plain();
      const auto bytes = text ? common::bytes_from_hex(*text) : std::nullopt;
      EXPECT_TRUE(bytes) << value.raw();
      return bytes.value_or(common::Bytes{});
   }
   static common::Bytes big_endian(std::uint64_t number, std::size_t bytes) {
      common::Bytes out(bytes);
      for (std::size_t i = 0; i < bytes; ++i)
         out[i] = static_cast<std::uint8_t>(number >> (8 * (bytes - 1 - i)));
      return out;
   }
   static std::uint64_t number(const common::Bytes &big) {
      std::uint64_t out = 0;
      for (const std::uint8_t byte : big)
         out = out << 8 | byte;
      return out;
   }

   /// Sends a request and reads what comes. The answer, when it came at once.
   std::string ask(const std::string &line) {
      std::string answer;
      for (const std::string &said : world.say(connection, line))
         if (read(said) && answer.empty())
            answer = said;
      world.sent[connection].clear();
      return answer;
   }

   /// True: an answer.
   bool read(const std::string &said) {
      JsonLine line;
      const std::string_view text = std::string_view(said).substr(0, said.size() - 1);
      EXPECT_EQ(line.parse(text), nullptr) << said;
      EXPECT_TRUE(dialect != Dialect::xmrig || (said.size() >= 22 && said[0] == '{')) << said;
      const Value root = line.root(), params = root["params"];
      const auto method = root["method"].plain();
      if (!method) {
         answers.push_back(said);
         read_answer(root["result"]);
         return true;
      }
      if (*method == "job")
         take_blob(params);
      else if (*method == "mining.set_difficulty")
         set_difficulty(*params.at(0).number());
      else if (*method == "mining.set_target")
         target = U256::from_big_endian(std::span<const std::uint8_t, 32>(hex(params.at(0)).data(), 32));
      else if (*method == "mining.set_extranonce")
         set_extranonce(params.at(0), params.at(1));
      else if (*method == "mining.notify")
         take_job(params);
      return false;
   }

   void read_answer(const Value &result) {
      if (result["job"]) {
         session = *result["id"].plain();
         for (std::size_t i = 0; i < result["extensions"].size(); ++i)
            nicehash = nicehash || result["extensions"].at(i).plain() == "nicehash";
         take_blob(result["job"]);
      } else if (result.is(JsonKind::array) && result.size() == 3) {
         set_extranonce(result.at(1), result.at(2));
         if (const auto token = result.at(0).at(1).at(1).plain())
            session = *token;
      }
   }

   void set_extranonce(const Value &prefix, const Value &left) {
      extranonce1 = hex(prefix);
      extranonce2_bytes_ = static_cast<std::size_t>(*left.whole());
   }

   void set_difficulty(double difficulty) {
      if (dialect == Dialect::ergo) {
         EXPECT_EQ(difficulty, 1) << "the target is in the job";
         return;
      }
      // 2^224 * 65536 / D, and 2^256 of a D that is one hash.
      const auto hashes = static_cast<std::uint64_t>(difficulty * 65'536);
      const U256 of = U256(std::max<std::uint64_t>(hashes, 1));
      if (dialect == Dialect::bitcoin)
         target = U256::max() / of + U256(U256::max() % of + U256(1) == of && hashes > 1 ? 1 : 0);
   }

   void take_blob(const Value &from) {
      Job job;
      job.id = *from["job_id"].plain();
      job.input = hex(from["blob"]);
      EXPECT_TRUE(job.input.size() >= 43 && job.input.size() < 408);
      EXPECT_EQ(hex(from["seed_hash"]).size(), 32u);
      common::Bytes bytes = hex(from["target"]);
      EXPECT_EQ(bytes.size(), 8u);
      std::ranges::reverse(bytes);
      EXPECT_NE(number(bytes), 0u);
      job.target = target_of_xmrig(number(bytes));
      EXPECT_TRUE(blobs_.insert(job.id + common::to_hex(job.input) + std::string(*from["target"].plain())).second)
         << "an identical job: the real one would disconnect";
      fixed_byte = job.input[42];
      take(std::move(job), true);
   }

   void take_job(const Value &params) {
      Job job;
      job.id = *params.at(0).plain();
      job.target = target;
      bool clean = false;
      switch (dialect) {
      case Dialect::cosmic:
         job.input = hex(params.at(1));
         job.target = target_of_cosmic(static_cast<std::uint32_t>(number(hex(params.at(2)))));
         clean = *params.at(4).boolean();
         break;
      case Dialect::ergo:
         job.input = hex(params.at(short_form ? 1 : 2));
         if (!short_form) {
            EXPECT_EQ(params.size(), 9u);
            job.target = U256(0);
            const auto decimal = params.at(6).plain();
            for (const char digit : decimal.value_or(""))
               job.target = job.target * U256(10) + U256(static_cast<std::uint64_t>(digit - '0'));
         }
         clean = *params.at(short_form ? 3 : 8).boolean();
         break;
      default:
         take_header(params, job);
         clean = *params.at(8).boolean();
      }
      take(std::move(job), clean);
   }

   static void take_header(const Value &params, Job &job) {
      const common::Bytes previous = hex(params.at(1));
      for (std::size_t i = 0; i < 32; ++i) // every word turned round
         job.header.previous[i] = previous[i / 4 * 4 + 3 - i % 4];
      job.coinb1 = hex(params.at(2));
      job.coinb2 = hex(params.at(3));
      for (std::size_t i = 0; i < params.at(4).size(); ++i) {
         job.branches.emplace_back();
         std::ranges::copy(hex(params.at(4).at(i)), job.branches.back().begin());
      }
      job.header.version = static_cast<std::uint32_t>(number(hex(params.at(5))));
      job.header.bits = static_cast<std::uint32_t>(number(hex(params.at(6))));
      job.header.time_s = static_cast<std::uint32_t>(number(hex(params.at(7))));
   }

   void take(Job job, bool clean) {
      ++jobs_seen;
      clean_seen += clean;
      target = job.target;
      jobs_.push_front(std::move(job));
      if (jobs_.size() > 8)
         jobs_.pop_back();
   }

   Digest digest_of(const Job &job, std::uint64_t nonce) const {
      common::Bytes input = job.input;
      switch (dialect) {
      case Dialect::xmrig:
         for (std::size_t i = 0; i < 4; ++i)
            input[39 + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
         break;
      case Dialect::ergo:
         std::ranges::copy(big_endian(nonce, 8), std::back_inserter(input));
         break;
      case Dialect::cosmic:
         for (std::size_t i = 0; i < 4; ++i)
            input.push_back(static_cast<std::uint8_t>(nonce >> (8 * i)));
         break;
      default: {
         common::BitcoinHeader header = job.header;
         common::Bytes coinbase = job.coinb1;
         std::ranges::copy(extranonce1, std::back_inserter(coinbase));
         std::ranges::copy(big_endian(extranonce2_, extranonce2_bytes_), std::back_inserter(coinbase));
         std::ranges::copy(job.coinb2, std::back_inserter(coinbase));
         header.merkle_root = common::bitcoin_merkle_root(coinbase, job.branches);
         header.time_s += ntime_ahead;
         header.nonce = static_cast<std::uint32_t>(nonce);
         const auto bytes = header.encode();
         input.assign(bytes.begin(), bytes.end());
      }
      }
      return common::double_sha256(input);
   }

   bool meets(const Job &job, const Digest &digest) const {
      const int order = dialect == Dialect::cosmic ? NEB_POW_ORDER_WORDS32
                        : dialect == Dialect::ergo ? NEB_POW_ORDER_BIG
                                                   : NEB_POW_ORDER_LITTLE;
      return U256::from_big_endian(nebula::digest_number(digest.data(), order)) <= job.target;
   }

   std::string submit(bool good, std::size_t age) {
      const Job &job = jobs_.at(age);
      ++extranonce2_;
      std::uint64_t base = 0;
      if (dialect == Dialect::ergo)
         base = number(extranonce1) << (8 * extranonce2_bytes_);
      else if (dialect == Dialect::xmrig)
         base = static_cast<std::uint64_t>(fixed_byte) << 24;
      Digest digest{};
      for (;; ++nonce_) {
         digest = digest_of(job, base | nonce_);
         if (meets(job, digest) == good)
            break;
      }
      const std::uint64_t nonce = base | nonce_++;
      shared_ = true;
      return ask(last_share_ = share(job, nonce, digest));
   }

   std::string share(const Job &job, std::uint64_t nonce, const Digest &digest) const {
      const std::string head = R"(,"method":"mining.submit","params":[")" + user + "\",\"" + job.id + "\",\"";
      switch (dialect) {
      case Dialect::xmrig: {
         common::Bytes bytes = big_endian(nonce, 4);
         std::ranges::reverse(bytes);
         return R"({"id":4,"jsonrpc":"2.0","method":"submit","params":{"id":")" + session + R"(","job_id":")" + job.id +
                R"(","nonce":")" + common::to_hex(bytes) + R"(","result":")" + common::to_hex(digest) +
                R"(","algo":"rx/0"}})";
      }
      case Dialect::cosmic:
         return R"({"id":3)" + head + common::to_hex(big_endian(nonce, 4)) + "\",\"" + common::to_hex(digest) + "\"]}";
      case Dialect::ergo:
         if (short_form)
            return R"({"id":0)" + head + common::to_hex(big_endian(nonce, extranonce2_bytes_)) + "\"]}";
         return R"({"id":4)" + head + common::to_hex(big_endian(nonce, extranonce2_bytes_)) + R"(","",")" +
                common::to_hex(big_endian(nonce, 8)) + "\"]}";
      default:
         return R"({"id":4)" + head + extranonce2_hex() + "\",\"" +
                common::to_hex(big_endian(job.header.time_s + ntime_ahead, 4)) + "\",\"" +
                common::to_hex(big_endian(nonce, 4)) + "\"]}";
      }
   }

   std::deque<Job> jobs_; // newest first
   std::set<std::string> blobs_;
   std::string last_share_;
   bool shared_ = false;
   std::uint64_t extranonce2_ = 0, nonce_ = 0;
   std::size_t extranonce2_bytes_ = 0;
};

} // namespace nebula::pool::test
