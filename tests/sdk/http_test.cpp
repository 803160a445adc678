// Routes of a plugin on a server that is scripted: it keeps what is registered and hands in requests of the test's.
#include "host_fixture.h"

#include <nebula/http.hpp>

#include <map>

namespace nebula {
namespace {

class ScriptedServer {
public:
   struct Answer {
      unsigned status = 0;
      std::string type, body;
   };

   ScriptedServer() {
      table_.size = sizeof table_;
      table_.ctx = this;
      table_.route = [](const neb_http *self, neb_str method, neb_str pattern, neb_str, neb_http_handler handler,
                        void *user, neb_http_route **out, neb_error *err) -> neb_status {
         auto &routes = of(self).routes_;
         const std::string key = concat(method, " ", pattern);
         if (routes.contains(key))
            return fail(err, NEB_E_EXISTS, "taken");
         *out = reinterpret_cast<neb_http_route *>(&routes.emplace(key, Route{handler, user}).first->second);
         return NEB_OK;
      };
      table_.unroute = [](const neb_http *self, neb_http_route *route) {
         std::erase_if(of(self).routes_, [&](const auto &entry) {
            return reinterpret_cast<const neb_http_route *>(&entry.second) == route;
         });
      };
      table_.respond = [](const neb_http *, neb_http_exchange *exchange, const neb_http_response *response) {
         auto &answers = *reinterpret_cast<std::vector<Answer> *>(exchange);
         answers.push_back(
            {response->status, std::string(view(response->content_type)), std::string(view(response->body))});
      };
   }

   [[nodiscard]] const neb_http &table() const { return table_; }
   [[nodiscard]] std::size_t routes() const { return routes_.size(); }

   std::vector<Answer> ask(const std::string &route, std::string_view query,
                           std::initializer_list<std::string> values) {
      std::vector<Answer> answers;
      ask(route, query, values, answers);
      return answers;
   }
   void ask(const std::string &route, std::string_view query, std::initializer_list<std::string> values,
            std::vector<Answer> &answers) {
      std::vector<neb_str> wire;
      for (const std::string &value : values)
         wire.push_back(str(value));
      neb_http_request request{};
      request.size = sizeof request;
      request.query = str(query);
      request.path_values = wire.data();
      request.path_value_count = static_cast<std::uint32_t>(wire.size());
      const Route &found = routes_.at(route);
      found.handler(found.user, &request, reinterpret_cast<neb_http_exchange *>(&answers));
   }

private:
   struct Route {
      neb_http_handler handler;
      void *user;
   };
   static ScriptedServer &of(const neb_http *self) { return *static_cast<ScriptedServer *>(self->ctx); }

   neb_http table_{};
   std::map<std::string, Route> routes_;
};

class SdkHttp : public WithHost {
protected:
   void SetUp() override {
      make("{}");
      provider_.emplace(node_->services(),
                        host::InstanceSpec{.instance = "server", .plugin = "server", .plugin_version = "1.0.0"});
      provider_->set_state(host::InstanceState::created);
      {
         const host::InstanceHost::InitScope scope(*provider_);
         Host(provider_->record()).provide(NEB_SVC_HTTP, server_.table());
      }
      node_->directory().inner.instance_ready("server");
      const host::InstanceHost::InitScope scope(*instance_);
      routes_.emplace(Host(raw()));
   }

   ScriptedServer server_;
   std::optional<host::InstanceHost> provider_;
   std::optional<HttpRoutes> routes_;
};

TEST_F(SdkHttp, AHandlerSeesValuesAndTheDecodedQueryAndAnswersOnce) {
   routes_->add("GET", "/a/{id}", "a", [](const HttpRequest &request, HttpExchange &exchange) {
      exchange.json(concat(request.value(), "|", request.value(1), "|", request.query("limit").value_or("-"), "|",
                           request.query("na me").value_or("-"), "|", request.query("none").value_or("-")));
      exchange.problem(500, "a second answer goes nowhere");
   });
   routes_->start();
   const auto answers = server_.ask("GET /a/{id}", "x=1&limit=2%30&na+me=%7e&limit=7&flag", {"42"});
   ASSERT_EQ(answers.size(), 1u);
   EXPECT_EQ(answers[0].status, 200u);
   EXPECT_EQ(answers[0].type, "application/json");
   EXPECT_EQ(answers[0].body, "42||20|~|-");
   routes_->stop();
   EXPECT_EQ(server_.routes(), 0u);
}

TEST_F(SdkHttp, WhatAHandlerThrowsBecomesAProblem) {
   routes_->add("GET", "/missing", "m", [](const HttpRequest &, HttpExchange &) {
      throw Error(NEB_E_NOT_FOUND, "no \"miner\" of that\nname\xC3\xA9\xE9");
   });
   routes_->add("GET", "/broken", "b",
                [](const HttpRequest &, HttpExchange &) { throw std::runtime_error("out of luck"); });
   routes_->start();
   const auto missing = server_.ask("GET /missing", "", {});
   ASSERT_EQ(missing.size(), 1u);
   EXPECT_EQ(missing[0].status, 404u);
   EXPECT_EQ(missing[0].type, "application/problem+json");
   EXPECT_EQ(missing[0].body, R"({"title":"Not Found","status":404,"detail":"no \"miner\" of that nameé?"})");
   const auto broken = server_.ask("GET /broken", "", {});
   ASSERT_EQ(broken.size(), 1u);
   EXPECT_EQ(broken[0].status, 500u);
}

TEST_F(SdkHttp, AnExchangeMayBeKeptAndIsAnsweredEvenWhenItIsForgotten) {
   std::vector<std::unique_ptr<HttpExchange>> kept;
   routes_->add("POST", "/later", "l", [&](const HttpRequest &, HttpExchange &exchange) {
      kept.push_back(std::make_unique<HttpExchange>(std::move(exchange)));
   });
   routes_->start();
   std::vector<ScriptedServer::Answer> first, second;
   server_.ask("POST /later", "", {}, first);
   server_.ask("POST /later", "", {}, second);
   EXPECT_TRUE(first.empty());
   kept[0]->json("{}", 201);
   kept.clear();
   ASSERT_EQ(first.size(), 1u);
   EXPECT_EQ(first[0].status, 201u);
   ASSERT_EQ(second.size(), 1u);
   EXPECT_EQ(second[0].status, 503u);
}

TEST_F(SdkHttp, ARouteThatIsTakenIsLeftOut) {
   const auto handler = [](const HttpRequest &, HttpExchange &exchange) { exchange.json("{}"); };
   routes_->add("GET", "/twice", "first", handler);
   routes_->add("GET", "/twice", "second", handler);
   routes_->start();
   EXPECT_EQ(server_.routes(), 1u);
   routes_->stop();
   EXPECT_EQ(server_.routes(), 0u);
}

} // namespace
} // namespace nebula
