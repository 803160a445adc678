#include "scripted_pool.h"

#include "common/hex.h"
#include "common/share_target.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::upstream::test {
namespace {

std::string hex_of(std::uint64_t number, std::size_t bytes) {
   Bytes out(bytes);
   for (std::size_t i = 0; i < bytes && i < 8; ++i)
      out[bytes - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
   return common::to_hex(out);
}

std::string swapped(std::uint64_t number, std::size_t bytes) {
   Bytes out(bytes);
   for (std::size_t i = 0; i < bytes && i < 8; ++i)
      out[i] = static_cast<std::uint8_t>(number >> (8 * i));
   return common::to_hex(out);
}

} // namespace

ClientSettings settings(Dialect dialect, std::size_t pools, std::uint64_t seed) {
   ClientSettings out;
   for (std::size_t i = 0; i < pools; ++i) {
      PoolSettings pool;
      pool.place = {"pool" + std::to_string(i) + ".example.org", 3333};
      pool.account = {"W", "x", "", "test/1", {}};
      out.pools.push_back(pool);
   }
   out.book.dialect = dialect;
   out.seed = seed;
   return out;
}

void ScriptedPool::say(LaneId lane, std::string line) {
   if (mood == Mood::silent)
      return;
   world_.to_client(lane, mood == Mood::garbled ? "<html>" : std::move(line));
}

void ScriptedPool::connected(LaneId lane) {
   guests_[lane].number = ++numbers_;
}

std::string ScriptedPool::job_of(Guest &guest) {
   const std::string id = "j" + std::to_string(++jobs_);
   guest.jobs[id] = {block_, difficulty};
   const std::string work = hex_of(index_ << 56 | block_ << 32 | guest.number, 32);
   switch (dialect_) {
   case Dialect::xmrig:
      return R"({"blob":")" + std::string(14, '1') + work + "00000000" + work + R"(01","job_id":")" + id +
             R"(","target":")" + swapped(common::xmrig_target64(difficulty), 8) + R"(","height":)" +
             std::to_string(block_) + R"(,"seed_hash":")" + std::string(64, 'a') + "\"}";
   case Dialect::bitcoin:
      return "[\"" + id + "\",\"" + work + R"(","01","02",[],"20000000","1d00ffff","65000000",true])";
   case Dialect::ergo:
      return "[\"" + id + "\"," + std::to_string(block_) + ",\"" + work + R"(","","",2,")" +
             common::target_of(difficulty).to_decimal() + R"(","",true])";
   case Dialect::cosmic:
      break;
   }
   return "[\"" + id + "\",\"" + work + "\",\"" + hex_of(common::cosmic_target32(difficulty), 4) + "\"," +
          std::to_string(block_) + ",true]";
}

void ScriptedPool::give_job(LaneId lane, Guest &guest) {
   if (dialect_ == Dialect::xmrig)
      return say(lane, R"({"jsonrpc":"2.0","method":"job","params":)" + job_of(guest) + "}");
   if (dialect_ == Dialect::bitcoin)
      say(lane, R"({"id":null,"method":"mining.set_difficulty","params":[)" +
                   common::bitcoin_difficulty_text(difficulty) + "]}");
   say(lane, R"({"id":null,"method":"mining.notify","params":)" + job_of(guest) + "}");
}

void ScriptedPool::heard(LaneId lane, const std::string &text) {
   const auto found = guests_.find(lane);
   JsonLine line;
   if (found == guests_.end() || mood == Mood::silent)
      return;
   if (line.parse(text) != nullptr)
      return world_.blame("the client wrote no JSON: " + text);
   Guest &guest = found->second;
   const auto root = line.root();
   const std::string id = std::to_string(root["id"].whole().value_or(0));
   const std::string method = root["method"].text().value_or("");
   const auto params = root["params"];
   if (method == "mining.subscribe")
      return say(lane, R"({"id":)" + id + R"(,"result":[[],")" + hex_of(guest.number, 4) + R"(",4],"error":null})");
   if (method == "mining.authorize" || method == "login") {
      if (mood == Mood::barring)
         return say(lane, R"({"id":)" + id + R"(,"result":false,"error":{"code":-4,"message":"Not authorized"}})");
      guest.in = true;
      if (method == "login")
         return say(lane, R"({"id":)" + id + R"(,"jsonrpc":"2.0","error":null,"result":{"id":"s","job":)" +
                             job_of(guest) + R"(,"extensions":["keepalive"],"status":"OK"}})");
      say(lane, R"({"id":)" + id + R"(,"result":true,"error":null})");
      return give_job(lane, guest);
   }
   if (method == "mining.submit" || method == "submit") {
      const bool named = params.is(JsonKind::object);
      const std::string job = (named ? params["job_id"] : params.at(1)).text().value_or("");
      // Without its job's name: that is what may not come twice for one input.
      std::string what;
      for (std::size_t i = 2; i < params.size(); ++i)
         what += std::string(params.at(i).raw());
      if (named)
         what = params["nonce"].text().value_or("");
      return judge(lane, guest, root["id"].whole().value_or(0), job, what);
   }
   say(lane, R"({"id":)" + id + R"(,"result":true,"error":null})");
}

void ScriptedPool::judge(LaneId lane, Guest &guest, std::uint64_t id, const std::string &job, const std::string &what) {
   if (!guest.in)
      return world_.blame("a share before the login");
   const auto given = guest.jobs.find(job);
   if (given == guest.jobs.end())
      return world_.blame("a share for a job of another connection: " + job);
   const std::string number = std::to_string(id);
   if (given->second.block != block_) {
      ++stale;
      return say(lane, R"({"id":)" + number + R"(,"result":null,"error":[21,"Stale share",null]})");
   }
   if (!guest.shares.insert(std::to_string(given->second.block) + what).second)
      world_.blame("the same share twice: " + what);
   ++accepted;
   say(lane, R"({"id":)" + number + R"(,"result":)" + (dialect_ == Dialect::xmrig ? R"({"status":"OK"})" : "true") +
                R"(,"error":null})");
}

void ScriptedPool::new_block() {
   ++block_;
   for (auto &[lane, guest] : guests_) {
      guest.shares.clear();
      if (guest.in)
         give_job(lane, guest);
   }
}

void ScriptedPool::change_difficulty(std::uint64_t to) {
   difficulty = to;
   for (auto &[lane, guest] : guests_)
      if (guest.in)
         give_job(lane, guest);
}

void ScriptedPool::tell_all(const std::string &line) {
   for (const auto &[lane, guest] : guests_)
      say(lane, line);
}

void ScriptedPool::drop_all() {
   const auto left = std::exchange(guests_, {});
   for (const auto &[lane, guest] : left)
      world_.close(lane, "it closed the connection");
}

World::World(ClientSettings chosen, std::uint64_t seed)
   : settings(std::move(chosen)), client(life_.emplace(settings)), random(seed) {
   for (std::size_t i = 0; i < settings.pools.size(); ++i)
      pools_.push_back(std::make_unique<ScriptedPool>(*this, i, settings.book.dialect));
   client.start(now);
   perform();
}

void World::to_client(LaneId lane, std::string line) {
   later((5 + random() % 40) * k_ms, [this, lane, line = std::move(line)] {
      if (lanes_.contains(lane))
         client.line(lane, line, now);
   });
}

void World::close(LaneId lane, const std::string &why) {
   later((random() % 20) * k_ms, [this, lane, why] {
      if (lanes_.erase(lane) > 0)
         client.closed(lane, why, now);
   });
}

void World::perform() {
   for (Effect &effect : client.take_effects()) {
      if (const auto *connect = std::get_if<Connect>(&effect)) {
         const LaneId lane = connect->lane;
         const std::size_t index = connect->pool;
         lanes_[lane] = index;
         later((1 + random() % 30) * k_ms, [this, lane, index] {
            if (!lanes_.contains(lane))
               return;
            if (pools_[index]->mood == Mood::refusing)
               return close(lane, "connection refused");
            pools_[index]->connected(lane);
            client.connected(lane, now);
         });
      } else if (const auto *say = std::get_if<Say>(&effect)) {
         later((1 + random() % 20) * k_ms, [this, lane = say->lane, line = say->line] {
            if (const auto found = lanes_.find(lane); found != lanes_.end())
               pools_[found->second]->heard(lane, line.substr(0, line.size() - 1));
         });
      } else if (const auto *hang_up = std::get_if<HangUp>(&effect)) {
         const auto found = lanes_.find(hang_up->lane);
         if (found == lanes_.end()) {
            blame("hung up on a connection that is not there");
         } else {
            pools_[found->second]->hung_up(hang_up->lane);
            lanes_.erase(found);
         }
      } else if (auto *told = std::get_if<Offer>(&effect)) {
         if (offer && told->id < offer->id)
            blame("templates went backwards");
         offer = std::move(*told);
         offered_ns = now;
      } else if (const auto *settled = std::get_if<Settled>(&effect)) {
         ++outcomes[settled->outcome];
         if (open_tickets_.erase(settled->ticket) == 0)
            blame("a share was settled twice, or never handed in");
      } else if (const auto *note = std::get_if<Note>(&effect)) {
         notes.push_back(*note);
      }
   }
}

/// No two (template, extranonce) may search one nonce of one input.
void World::derived(std::uint64_t id, const Bytes &name, const Input &input) {
   Bytes bare = input.bytes;
   if (input.nonce_offset != 0xFFFFFFFFu)
      std::fill_n(bare.begin() + input.nonce_offset, input.nonce_bytes, std::uint8_t{0});
   auto &of_input = ranges_[bare];
   const std::pair<std::uint64_t, Bytes> mine{id, name};
   for (const auto &[first, rest] : of_input)
      if (rest.second != mine && first <= input.nonce_last && input.nonce_first <= rest.first)
         blame("two sinks search the same nonces");
   of_input[input.nonce_first] = {input.nonce_last, mine};
}

void World::find_share() {
   if (share_every_ns != 0 && offer) {
      Bytes name(offer->extranonce_size);
      name.back() = static_cast<std::uint8_t>(random() % sinks);
      if (name.size() > 1)
         name[name.size() - 2] = static_cast<std::uint8_t>((random() % sinks) >> 8);
      Input input;
      if (client.book().derive(offer->id, name, now, input) == Derived::good) {
         derived(offer->id, name, input);
         const std::uint64_t span = input.nonce_last - input.nonce_first;
         const std::uint64_t nonce = input.nonce_first + (span == ~0ull ? random() : random() % (span + 1));
         auto admitted = client.book().admit({offer->id, nonce, name, 0, 0});
         if (const auto *good = std::get_if<Admitted>(&admitted)) {
            open_tickets_.insert(++tickets_);
            // Its hash takes a moment.
            later((random() % 30) * k_ms, [this, solution = *good, ticket = tickets_, number = offer->submit_target] {
               client.hand_in(solution, Hash{}, number, ticket, now);
            });
         } else {
            ++outcomes[std::get<Judgement>(admitted).outcome];
         }
      }
   }
   later(share_every_ns == 0 ? k_second : 1 + random() % (2 * share_every_ns), [this] { find_share(); });
}

std::string World::state() {
   RecordWriter out;
   client.save(out, client.movable(), now);
   return std::string(common::as_text(out.bytes()));
}

void World::take_over() {
   const std::uint64_t every_ns = std::exchange(share_every_ns, 0);
   for (std::uint64_t waited_ns = 0; !open_tickets_.empty() && waited_ns < 10 * k_second; waited_ns += 100 * k_ms)
      run(100 * k_ms);
   share_every_ns = every_ns;
   if (!open_tickets_.empty())
      return;
   const std::string given = state();
   life_.emplace(settings);
   RecordReader in(common::as_bytes(given));
   const std::vector<LaneId> kept = client.restore(in, now);
   in.end();
   if (!kept.empty() && state() != given)
      blame("a state is another one when it was taken over");
   std::erase_if(lanes_, [&](const auto &lane) {
      if (std::ranges::find(kept, lane.first) != kept.end())
         return false;
      pools_[lane.second]->hung_up(lane.first);
      return true;
   });
   ++taken_over;
   client.tick(now);
   perform();
}

void World::run(std::uint64_t ns) {
   const std::uint64_t end = now + ns;
   if (!std::exchange(started_, true))
      find_share();
   std::uint64_t tick = now;
   while (now < end) {
      tick += 50 * k_ms;
      while (!events_.empty() && events_.top().at_ns <= tick) {
         const Event event = events_.top();
         events_.pop();
         now = std::max(now, event.at_ns);
         event.what();
         perform();
      }
      now = tick;
      client.tick(now);
      perform();
   }
}

void World::stop() {
   client.stop();
   perform();
   // What is being hashed comes too late, and is told so.
   while (!events_.empty() && !open_tickets_.empty()) {
      const Event event = events_.top();
      events_.pop();
      event.what();
      perform();
   }
   if (!open_tickets_.empty())
      blame("shares were never settled");
}

std::string World::summary() const {
   std::string out;
   for (const std::string &one : wrong)
      out += one + "\n";
   return out;
}

} // namespace nebula::upstream::test
