#pragma once

/// A test double of the daemon: a small HTTP server on loopback that answers what the test scripts. It is no monerod;
/// the end-to-end test runs against the real one.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace nebula::monero::test {

struct DoubleRequest {
   std::string path;
   std::string authorization; // empty: none
   std::string body = {};
   int connection = 0; // 1 for the first connection, 2 for the second, ...
};

struct DoubleAnswer {
   int status = 200;
   std::string headers = {}; // further header lines, each with its line end
   std::string body = {};
   bool close = false;  // close the connection after the answer
   bool silent = false; // give no answer at all and close
   bool hang = false;   // give no answer until the double ends
};

class DaemonDouble {
public:
   using Script = std::function<DoubleAnswer(const DoubleRequest &)>;

   /// Listens on a free port of 127.0.0.1. The script runs on the connections' threads, one call at a time.
   explicit DaemonDouble(Script script);
   ~DaemonDouble();
   DaemonDouble(const DaemonDouble &) = delete;
   DaemonDouble &operator=(const DaemonDouble &) = delete;

   [[nodiscard]] std::uint16_t port() const { return port_; }
   [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
   [[nodiscard]] int connections() const { return connections_; }

private:
   void accept_all();
   void serve(int socket, int number);

   Script script_;
   std::mutex script_mutex_;
   int listener_ = -1;
   std::uint16_t port_ = 0;
   std::atomic<bool> ending_{false};
   std::atomic<int> connections_{0};
   std::mutex threads_mutex_;
   std::vector<std::thread> threads_;
   std::vector<int> sockets_;
   std::thread acceptor_;
};

} // namespace nebula::monero::test
