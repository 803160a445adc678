#include "host/ctl/client.h"
#include "host/ctl/server.h"
#include "host/ctl/socket_address.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <sys/stat.h>
#include <thread>

namespace nebula::host::ctl {
namespace {

using namespace std::chrono_literals;

class CtlServer : public testing::Test {
protected:
   void SetUp() override {
      std::string name = (std::filesystem::temp_directory_path() / "nebula-ctl-XXXXXX").string();
      ASSERT_NE(::mkdtemp(name.data()), nullptr);
      folder_ = name;
      path_ = socket_path(folder_);
   }
   void TearDown() override { std::filesystem::remove_all(folder_); }

   [[nodiscard]] std::unique_ptr<Server> serve(Server::Handler handler) {
      auto server = Server::start(path_, std::move(handler));
      EXPECT_TRUE(server) << server.error().message;
      return std::move(*server);
   }

   std::string folder_;
   std::string path_;
};

void echo(Request request, Server::Answer answer) {
   answer(boost::json::value(request.params));
}

TEST_F(CtlServer, answers_on_a_socket_only_its_user_may_open) {
   const auto server = serve(echo);
   struct stat found {};
   ASSERT_EQ(::stat(path_.c_str(), &found), 0);
   EXPECT_EQ(found.st_mode & 0777, 0600u);
   const auto answer = call(path_, "echo", {{"a", 1}}, 5s);
   ASSERT_TRUE(answer) << answer.error().message;
   EXPECT_EQ(answer->as_object().at("a").as_int64(), 1);
}

TEST_F(CtlServer, an_answer_may_come_later_from_another_thread) {
   std::vector<std::thread> threads;
   const auto server = serve([&](const Request &, Server::Answer answer) {
      threads.emplace_back([answer] {
         std::this_thread::sleep_for(20ms);
         answer(boost::json::value("late"));
      });
   });
   EXPECT_EQ(call(path_, "x", {}, 5s)->as_string(), "late");
   for (auto &thread : threads) {
      thread.join();
   }
}

TEST_F(CtlServer, many_callers_each_get_their_own_answer) {
   const auto server = serve(echo);
   std::vector<std::future<bool>> callers;
   for (int i = 0; i < 16; ++i) {
      callers.push_back(std::async(std::launch::async, [&, i] {
         for (int n = 0; n < 20; ++n) {
            const auto answer = call(path_, "echo", {{"i", i * 100 + n}}, 5s);
            if (!answer || answer->as_object().at("i").as_int64() != i * 100 + n) {
               return false;
            }
         }
         return true;
      }));
   }
   for (auto &caller : callers) {
      EXPECT_TRUE(caller.get());
   }
}

TEST_F(CtlServer, an_answer_after_the_end_of_the_server_is_dropped) {
   Server::Answer kept;
   auto server = serve([&](const Request &, Server::Answer answer) { kept = std::move(answer); });
   EXPECT_FALSE(call(path_, "x", {}, 100ms));
   server.reset();
   kept(boost::json::value(1));
   EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(CtlServer, without_a_node_the_caller_learns_which_socket_was_tried) {
   const auto answer = call(path_, "x", {}, 1s);
   ASSERT_FALSE(answer);
   EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
   EXPECT_NE(answer.error().message.find(path_), std::string::npos);
}

TEST_F(CtlServer, a_half_closed_connection_still_gets_its_answer) {
   const auto server = serve(echo);
   auto address = SocketAddress::of(path_);
   const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
   ASSERT_EQ(::connect(fd, address->get(), address->size()), 0);
   const auto line = to_line({1, "echo", {{"a", 2}}});
   ASSERT_EQ(::write(fd, line.data(), line.size()), static_cast<ssize_t>(line.size()));
   ::shutdown(fd, SHUT_WR);
   std::string got;
   char buffer[256];
   for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) {
      got.append(buffer, static_cast<std::size_t>(n));
   }
   ::close(fd);
   EXPECT_TRUE(parse_answer(got, 1)) << got;
}

TEST_F(CtlServer, a_line_without_end_is_cut_off) {
   const auto server = serve(echo);
   auto address = SocketAddress::of(path_);
   const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
   ASSERT_EQ(::connect(fd, address->get(), address->size()), 0);
   const std::string flood(65536, 'x');
   std::size_t sent = 0;
   for (ssize_t n = 0; (n = ::send(fd, flood.data(), flood.size(), MSG_NOSIGNAL)) > 0;) {
      sent += static_cast<std::size_t>(n);
      ASSERT_LT(sent, k_line_bytes_max * 4) << "the server takes an endless line";
   }
   ::close(fd);
   EXPECT_TRUE(call(path_, "echo", {}, 5s)); // and it serves the next one
}

TEST_F(CtlServer, a_folder_with_a_long_name_works_too) {
   const auto deep = folder_ + "/" + std::string(120, 'd');
   std::filesystem::create_directory(deep);
   auto server = Server::start(socket_path(deep), echo);
   ASSERT_TRUE(server) << server.error().message;
   EXPECT_TRUE(call(socket_path(deep), "echo", {}, 5s));
}

} // namespace
} // namespace nebula::host::ctl
