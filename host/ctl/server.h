#pragma once

#include "host/ctl/message.h"

#include <functional>
#include <memory>
#include <string>

namespace nebula::host::ctl {

// Connections at a time: an operator's tools, not a public service.
inline constexpr std::size_t k_connections_max = 32;

// Serves the control socket on one thread of its own.
class Server {
public:
   // Answers a request exactly once, from any thread, at once or later.
   using Answer = std::function<void(Result<boost::json::value>)>;
   // Called on the server's thread.
   using Handler = std::function<void(Request, Answer)>;

   // Binds `path` (mode 0600, replacing a socket no process listens on) and starts to serve. The caller holds the data
   // folder's lock, so a live listener there is another program's.
   [[nodiscard]] static Result<std::unique_ptr<Server>> start(std::string path, Handler handler);

   // Stops serving and removes the socket. Answers given later are dropped.
   ~Server();
   Server(const Server &) = delete;
   Server &operator=(const Server &) = delete;

private:
   class Loop;
   explicit Server(std::shared_ptr<Loop> loop);
   std::shared_ptr<Loop> loop_;
};

// The control socket of a data folder.
[[nodiscard]] std::string socket_path(const std::string &data_dir);

} // namespace nebula::host::ctl
