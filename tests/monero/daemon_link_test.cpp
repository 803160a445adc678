// The plugin's thread and connections against a double of the daemon (not a monerod: see tests/e2e for that).

#include "daemon_double.h"
#include "shell/daemon_link.h"
#include "vectors.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>

namespace nebula::monero::test {

namespace json = boost::json;

namespace {

TimeMs real_now() {
   return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string template_body() {
   for (const auto &value : vectors().at("xmrig").as_object().at("rpc").as_array())
      if (text(value.as_object(), "method") == "get_block_template")
         return json::serialize(value.as_object().at("answer"));
   return {};
}

std::string height_body() {
   const json::value answer = json::parse(template_body());
   const auto &result = answer.as_object().at("result").as_object();
   return R"({"status":"OK","height":)" + std::to_string(number(result, "height")) + R"(,"hash":")" +
          text(result, "prev_hash") + R"("})";
}

const std::string k_ok = R"({"id":"0","jsonrpc":"2.0","result":{"status":"OK","untrusted":false}})";

std::string header_body(const Hash &id, bool orphan) {
   return R"({"result":{"status":"OK","block_header":{"hash":")" + to_hex(id) +
          R"(","height":2154,"depth":0,"orphan_status":)" + (orphan ? "true" : "false") + "}}}";
}

// Answers as a daemon in good order does; a test overrides what it is about.
DoubleAnswer good_answer(const DoubleRequest &request) {
   if (request.path == "/get_height")
      return {.body = height_body()};
   if (request.body.find("get_block_template") != std::string::npos)
      return {.body = template_body()};
   if (request.body.find("submit_block") != std::string::npos)
      return {.body = k_ok};
   return {.body = header_body(Hash{}, false)};
}

// Remembers what it heard, and lets a test wait for it.
class Heard final : public LinkListener {
public:
   void on_work(const std::shared_ptr<const BlockWork> &) override {
      note([&] { ++works_; });
   }
   void on_fate(const FateChange &change) override {
      note([&] { fates_.push_back(change); });
   }
   void on_view(const DaemonView &view) override {
      note([&] { view_ = view; });
   }
   void on_answer(Question question, bool good, TimeMs) override {
      note([&] { answers_[{question, good}] += 1; });
   }
   void on_wake() override {
      note([&] { ++wakes_; });
   }
   void on_broken(std::string_view why) override { ADD_FAILURE() << why; }

   // False when it does not come true in a time no healthy machine needs. Read the members inside a condition, or after
   // the link has stopped.
   template <class Condition>
   [[nodiscard]] bool wait(Condition condition) {
      std::unique_lock lock(mutex_);
      return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return condition(*this); });
   }
   [[nodiscard]] bool wait_for_state(DaemonState state) {
      return wait([=](const Heard &heard) { return heard.view_.state == state; });
   }

   int works_ = 0;
   int wakes_ = 0;
   std::vector<FateChange> fates_;
   std::map<std::pair<Question, bool>, int> answers_;
   DaemonView view_;

private:
   template <class Change>
   void note(Change change) {
      const std::lock_guard lock(mutex_);
      change();
      changed_.notify_all();
   }
   std::mutex mutex_;
   std::condition_variable changed_;
};

Settings settings_for(const std::string &url) {
   Settings settings;
   settings.url = *parse_daemon_url(url);
   settings.wallet = "44AM6sfBB3VGRUrmkbBC1FUV9sex1vcSHLjCFfEvMqeWjWNkNAXK54qYi8gVKJhvhAagUfvr4AtBK9disJT3GTgy2CCsqFo";
   settings.times.poll = 10;
   settings.times.backoff_first = 10;
   settings.times.backoff_longest = 50;
   settings.times.operator_pause = 50;
   settings.times.sync_poll = 10;
   return settings;
}

class Link {
public:
   explicit Link(const Settings &settings, std::vector<FollowedBlock> inherited = {})
      : link_(settings, &real_now, 1, heard_) {
      EXPECT_TRUE(link_.open());
      link_.follow(std::move(inherited));
      link_.start();
   }
   ~Link() { link_.stop(); }
   Heard heard_;
   DaemonLink link_;
};

SolvedBlock some_block() {
   return {1, 2154, Hash{7}, Hash{6}, Bytes{1, 2, 3}};
}

} // namespace

TEST(DaemonLink, serves_templates_and_polls_on_one_kept_connection) {
   DaemonDouble daemon(good_answer);
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait([](Heard &h) { return h.answers_[{Question::height, true}] >= 5; }));
   link.link_.stop();
   EXPECT_EQ(link.heard_.works_, 1);
   EXPECT_EQ(daemon.connections(), 1);
}

TEST(DaemonLink, hands_a_block_in_on_the_second_connection_and_looks_it_up) {
   std::atomic<int> submit_connection{0};
   DaemonDouble daemon([&](const DoubleRequest &request) {
      if (request.body.find("submit_block") == std::string::npos)
         return good_answer(request);
      EXPECT_NE(request.body.find("\"010203\""), std::string::npos);
      submit_connection = request.connection;
      return DoubleAnswer{.body = k_ok};
   });
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::serving));
   link.link_.hand_in(some_block(), [](auto admission) { EXPECT_EQ(admission, BlockTracker::Admission::taken); });
   ASSERT_TRUE(link.heard_.wait([](const Heard &h) { return !h.fates_.empty(); }));
   link.link_.stop();
   EXPECT_EQ(link.heard_.fates_[0].fate, BlockFate::in_chain);
   EXPECT_EQ(submit_connection, 2);
}

TEST(DaemonLink, goes_on_with_the_blocks_of_another_process) {
   std::atomic<bool> orphan{false};
   DaemonDouble daemon([&](const DoubleRequest &request) {
      if (request.body.find("get_block_header") == std::string::npos)
         return good_answer(request);
      return DoubleAnswer{.body = header_body(Hash{7}, orphan)};
   });
   std::vector<FollowedBlock> followed;
   {
      Link link(settings_for(daemon.url()));
      SolvedBlock block = some_block();
      block.worker = "rig-1";
      block.reward = 35;
      link.link_.hand_in(block, [](auto) {});
      ASSERT_TRUE(link.heard_.wait([](const Heard &h) { return !h.fates_.empty(); }));
      followed = link.link_.followed().get();
   }
   ASSERT_EQ(followed.size(), 1u);
   EXPECT_FALSE(followed[0].due);
   orphan = true;
   followed[0].due = true; // ten blocks later
   Link successor(settings_for(daemon.url()), followed);
   ASSERT_TRUE(successor.heard_.wait([](const Heard &h) { return !h.fates_.empty(); }));
   successor.link_.stop();
   const FateChange &change = successor.heard_.fates_[0];
   EXPECT_EQ(change.fate, BlockFate::orphaned);
   EXPECT_FALSE(change.first);
   EXPECT_EQ(change.worker, "rig-1");
   EXPECT_EQ(change.reward, 35u);
   EXPECT_EQ((successor.heard_.answers_[{Question::submit, true}]), 0) << "it is not handed in again";
}

TEST(DaemonLink, repeats_a_submission_that_got_no_answer_in_time) {
   std::atomic<int> submissions{0};
   DaemonDouble daemon([&](const DoubleRequest &request) {
      if (request.body.find("submit_block") == std::string::npos)
         return good_answer(request);
      return ++submissions == 1 ? DoubleAnswer{.hang = true} : DoubleAnswer{.body = k_ok};
   });
   Settings settings = settings_for(daemon.url());
   settings.timeouts.submit = 100;
   Link link(settings);
   link.link_.hand_in(some_block(), [](auto) {});
   ASSERT_TRUE(link.heard_.wait([](const Heard &h) { return !h.fates_.empty(); }));
   link.link_.stop();
   EXPECT_EQ(link.heard_.fates_[0].fate, BlockFate::in_chain);
   EXPECT_EQ(submissions, 2);
}

TEST(DaemonLink, does_not_mind_that_the_daemon_closes_idle_connections) {
   std::atomic<int> requests{0};
   DaemonDouble daemon([&](const DoubleRequest &request) {
      ++requests;
      DoubleAnswer answer = good_answer(request);
      answer.close = true;
      return answer;
   });
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait([](Heard &h) { return h.answers_[{Question::height, true}] >= 5; }));
   link.link_.stop();
   EXPECT_EQ((link.heard_.answers_[{Question::height, false}]), 0);
   EXPECT_EQ(link.heard_.view_.state, DaemonState::serving);
}

TEST(DaemonLink, says_since_when_the_daemon_is_unreachable_and_comes_back) {
   auto daemon = std::make_unique<DaemonDouble>(good_answer);
   Link link(settings_for(daemon->url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::serving));
   daemon.reset();
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::unreachable));
   DaemonDouble another(good_answer);
   link.link_.reconfigure(settings_for(another.url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::serving));
}

TEST(DaemonLink, finds_the_daemon_by_its_name) {
   DaemonDouble daemon(good_answer);
   Link link(settings_for("http://localhost:" + std::to_string(daemon.port())));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::serving));
}

TEST(DaemonLink, takes_calls_after_its_end_without_harm) {
   DaemonDouble daemon(good_answer);
   Link link(settings_for(daemon.url()));
   link.link_.stop();
   link.link_.hand_in(some_block(), [](auto) { ADD_FAILURE() << "nobody is there to answer"; });
   link.link_.reconfigure(settings_for(daemon.url()));
   link.link_.stop();
}

TEST(DaemonLink, tells_a_daemon_that_never_answers) {
   DaemonDouble daemon([](const DoubleRequest &) { return DoubleAnswer{.hang = true}; });
   Settings settings = settings_for(daemon.url());
   settings.timeouts.block_template = 50;
   Link link(settings);
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::unreachable));
   link.link_.stop();
   EXPECT_NE(link.heard_.view_.detail.find("no answer within 50 ms"), std::string::npos);
}

TEST(DaemonLink, tells_a_server_that_is_no_daemon) {
   DaemonDouble daemon([](const DoubleRequest &) { return DoubleAnswer{.status = 404, .body = "<html>"}; });
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::refusing));
   link.link_.stop();
   EXPECT_NE(link.heard_.view_.detail.find("answered HTTP 404 to /json_rpc"), std::string::npos);
}

TEST(DaemonLink, tells_a_wallet_of_another_network_and_a_synchronising_daemon) {
   std::atomic<bool> wrong_wallet{true};
   DaemonDouble daemon([&](const DoubleRequest &request) {
      if (request.body.find("get_info") != std::string::npos)
         return DoubleAnswer{.body = R"({"result":{"status":"OK","height":5,"target_height":9,"synchronized":false}})"};
      return DoubleAnswer{.body = wrong_wallet ? R"({"error":{"code":-4,"message":"Failed to parse wallet address"}})"
                                               : R"({"error":{"code":-9,"message":"Core is busy"}})"};
   });
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::wrong_wallet));
   wrong_wallet = false;
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::syncing));
   ASSERT_TRUE(link.heard_.wait([](const Heard &h) { return h.view_.detail == "at block 5 of 9"; }));
}

namespace {

const std::string k_challenge = "WWW-authenticate: Digest qop=\"auth\",algorithm=MD5,realm=\"monero-rpc\",nonce=\"";

// Judges an Authorization header as monerod does: the nonce of this connection, and a count that rises by one.
class DigestGate {
public:
   explicit DigestGate(std::string password) : password_(std::move(password)) {}

   // Nothing: let the request through.
   std::optional<DoubleAnswer> judge(const DoubleRequest &request) {
      Seen &seen = seen_[request.connection];
      const std::string expected_nonce =
         "nonce-" + std::to_string(request.connection) + "-" + std::to_string(seen.nonce);
      if (!request.authorization.empty() && value(request, "nonce") == expected_nonce) {
         const DigestChallenge challenge{"monero-rpc", expected_nonce, false, false};
         const std::string nc = value(request, "nc");
         const bool right =
            value(request, "response") == digest_response({"user", password_}, challenge, "POST", value(request, "uri"),
                                                          nc, value(request, "cnonce"));
         if (right && std::stoul(nc, nullptr, 16) == ++seen.count)
            return std::nullopt;
      }
      ++seen.nonce;
      seen.count = 0;
      ++refused_;
      return DoubleAnswer{.status = 401,
                          .headers = k_challenge + "nonce-" + std::to_string(request.connection) + "-" +
                                     std::to_string(seen.nonce) + "\",stale=false\r\n"};
   }
   int refused_ = 0;

private:
   struct Seen {
      int nonce = 0;
      unsigned long count = 0;
   };
   static std::string value(const DoubleRequest &request, const std::string &name) {
      const std::string &header = request.authorization;
      std::size_t at = header.find(' ' + name + '=');
      if (at == std::string::npos)
         return {};
      at += name.size() + 2;
      const bool quoted = header[at] == '"';
      const std::size_t begin = quoted ? at + 1 : at;
      return header.substr(begin, header.find(quoted ? '"' : ',', begin) - begin);
   }
   std::string password_;
   std::map<int, Seen> seen_;
};

} // namespace

TEST(DaemonLink, authenticates_once_per_connection_and_then_only_counts) {
   DigestGate gate("pass");
   DaemonDouble daemon([&](const DoubleRequest &request) {
      auto refusal = gate.judge(request);
      return refusal ? *refusal : good_answer(request);
   });
   Settings settings = settings_for(daemon.url());
   settings.credentials = {"user", "pass"};
   Link link(settings);
   ASSERT_TRUE(link.heard_.wait([](Heard &h) { return h.answers_[{Question::height, true}] >= 5; }));
   link.link_.hand_in(some_block(), [](auto) {});
   ASSERT_TRUE(link.heard_.wait([](const Heard &h) { return !h.fates_.empty(); }));
   link.link_.stop();
   EXPECT_EQ(link.heard_.fates_[0].fate, BlockFate::in_chain);
   EXPECT_EQ(gate.refused_, daemon.connections());
}

TEST(DaemonLink, tells_bad_credentials_without_repeating_them) {
   DigestGate gate("another");
   DaemonDouble daemon([&](const DoubleRequest &request) { return gate.judge(request).value_or(DoubleAnswer{}); });
   Settings settings = settings_for(daemon.url());
   settings.credentials = {"user", "hunter2"};
   Link link(settings);
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::bad_credentials));
   link.link_.stop();
   EXPECT_EQ(link.heard_.view_.detail.find("hunter2"), std::string::npos);
   EXPECT_NE(link.heard_.view_.detail.find("does not accept the configured user and password"), std::string::npos);
}

TEST(DaemonLink, tells_that_a_password_is_wanted_when_none_is_configured) {
   DigestGate gate("pass");
   DaemonDouble daemon([&](const DoubleRequest &request) { return gate.judge(request).value_or(DoubleAnswer{}); });
   Link link(settings_for(daemon.url()));
   ASSERT_TRUE(link.heard_.wait_for_state(DaemonState::bad_credentials));
   link.link_.stop();
   EXPECT_NE(link.heard_.view_.detail.find("none are configured"), std::string::npos);
}

TEST(DaemonLink, refuses_a_zmq_address_that_is_none) {
   if (!ZmqListener::available())
      GTEST_SKIP() << "SKIPPED: built without ZeroMQ";
   Heard heard;
   Settings settings = settings_for("http://127.0.0.1:1");
   settings.zmq = "tcp://nowhere"; // no port
   DaemonLink link(settings, &real_now, 1, heard);
   const auto opened = link.open();
   ASSERT_FALSE(opened);
   EXPECT_TRUE(opened.error().text.starts_with("zmq: tcp://nowhere cannot be listened to"));
}

} // namespace nebula::monero::test
