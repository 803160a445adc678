#include "pool.h"

#include <algorithm>

namespace nebula::pool {

void Pool::drain(Destination to, std::string message, std::uint64_t window_ns, std::uint64_t now_ns) {
   Drain drain;
   drain.to = std::move(to);
   drain.message = std::move(message);
   drain.began_ns = now_ns;
   drain.window_ns = window_ns;
   for (const auto &[connection, session] : sessions_)
      drain.left.push_back(connection);
   // In random order, so that those of one farm or one region do not all come back at once.
   for (std::size_t i = drain.left.size(); i > 1; --i)
      std::swap(drain.left[i - 1], drain.left[random() % i]);
   drain.all = drain.left.size();
   drain_ = std::move(drain);
   send_some_away(now_ns);
}

void Pool::send_some_away(std::uint64_t now_ns) {
   if (!drain_ || drain_->left.empty())
      return;
   Drain &drain = *drain_;
   const std::uint64_t passed_ns = now_ns - drain.began_ns;
   const bool over = passed_ns >= drain.window_ns;
   const auto part = over ? 1.0 : static_cast<double>(passed_ns) / static_cast<double>(drain.window_ns);
   const std::size_t keep = drain.all - static_cast<std::size_t>(part * static_cast<double>(drain.all));
   std::vector<ConnectionId> later; // waiting for the answer to a share
   while (drain.left.size() + later.size() > keep && !drain.left.empty()) {
      const ConnectionId connection = drain.left.back();
      drain.left.pop_back();
      Session *session = find(connection);
      if (!session)
         continue;
      if (!over && !session->awaiting.empty()) {
         later.push_back(connection);
         continue;
      }
      if (session->authorized && !drain.message.empty() && session->dialect != Dialect::xmrig)
         around_.send(connection, show_message(drain.message));
      if (session->authorized && !drain.to.host.empty())
         around_.send(connection, reconnect(session->dialect, drain.to.host, drain.to.port));
      doom(*session, "the pool is draining");
   }
   drain.left.insert(drain.left.end(), later.begin(), later.end());
}

} // namespace nebula::pool
