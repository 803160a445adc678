/// A pool that knows nothing: it answers every line at once and gives the same job to all each second. What the load
/// generator measures of it is the most that a pool could reach on this machine. Usage: null_pool PORT

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::size_t k_slice = 64;
constexpr int k_events = 256;
constexpr const char *k_job =
   "{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"zion_ch_000001\",\""
   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",\"7fffffff\",1,true]}\n";

double now_s() {
   timespec time{};
   clock_gettime(CLOCK_MONOTONIC, &time);
   return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void put(int descriptor, std::string_view text) {
   (void)!send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
}

std::string answer(std::string_view line) {
   const auto at = line.find("\"id\":");
   const auto id = line.substr(at + 5, line.find(',', at) - at - 5);
   const std::string head = "{\"id\":" + std::string(id) + ",\"result\":";
   if (line.find("mining.subscribe") != line.npos)
      return head + "[[\"mining.set_difficulty\",\"mining.notify\"],\"00000001\",8],\"error\":null}\n";
   std::string out = head + "true,\"error\":null}\n";
   if (line.find("mining.authorize") != line.npos)
      out += k_job;
   return out;
}

} // namespace

int main(int argc, char **argv) {
   if (argc != 2) {
      std::fprintf(stderr, "usage: null_pool PORT\n");
      return 64;
   }
   rlimit limit{};
   getrlimit(RLIMIT_NOFILE, &limit);
   limit.rlim_cur = limit.rlim_max;
   setrlimit(RLIMIT_NOFILE, &limit);
   const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
   const int yes = 1;
   setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
   setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
   sockaddr_in at{};
   at.sin_family = AF_INET;
   at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
   at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
   if (bind(listener, reinterpret_cast<sockaddr *>(&at), sizeof at) != 0 || listen(listener, 4096) != 0) {
      std::perror("listen");
      return 1;
   }
   const int epoll = epoll_create1(0);
   epoll_event event{};
   event.events = EPOLLIN;
   event.data.fd = listener;
   epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
   std::vector<epoll_event> events(k_events);
   std::vector<char> buffer(16'384);
   std::vector<int> all, waiting;
   double next_s = now_s() + 1;
   for (;;) {
      const int count = epoll_wait(epoll, events.data(), k_events, waiting.empty() ? 10 : 0);
      for (int i = 0; i < count; ++i) {
         const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
         if (descriptor == listener) {
            for (int n = 0; n < 64; ++n) {
               const int fresh = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
               if (fresh < 0)
                  break;
               event.data.fd = fresh;
               epoll_ctl(epoll, EPOLL_CTL_ADD, fresh, &event);
               all.push_back(fresh);
            }
            continue;
         }
         const ssize_t size = recv(descriptor, buffer.data(), buffer.size(), 0);
         if (size <= 0) {
            std::erase(all, descriptor);
            std::erase(waiting, descriptor);
            close(descriptor);
            continue;
         }
         std::string out;
         std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
         for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
            out += answer(bytes.substr(0, end));
            bytes.remove_prefix(end + 1);
         }
         put(descriptor, out);
      }
      if (now_s() >= next_s) {
         next_s += 1;
         waiting = all;
      }
      for (std::size_t n = 0; n < k_slice && !waiting.empty(); ++n, waiting.pop_back())
         put(waiting.back(), k_job);
   }
}
