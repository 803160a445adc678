#include "link_connection.h"

#include <nebula/error.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>

#include <unistd.h>

/// Connections for a link in another process: what one has read of a line, and its socket. TLS cannot move, for its
/// keys are in this process.

namespace nebula::upstream {
namespace {

/// Raised when anything of it changes; another version is refused, and the old process goes on.
constexpr std::uint64_t k_version = 1;

} // namespace

void Link::rest() {
   for (const LaneId lane : locked([](Client &client, std::uint64_t) { return client.movable(); }))
      if (const auto found = connections_.find(lane); found != connections_.end())
         found->second->rest();
   look_whether_all_rest();
}

void Link::wake() {
   if (!std::exchange(resting_, std::nullopt))
      return;
   for (const auto &[lane, connection] : connections_)
      connection->wake();
   arm();
}

void Link::look_whether_all_rest() {
   if (!resting_ || resting_->told)
      return;
   for (const LaneId lane : locked([](Client &client, std::uint64_t) { return client.movable(); }))
      if (const auto found = connections_.find(lane); found != connections_.end() && !found->second->rests())
         return;
   resting_->told = true;
   resting_->promise.set_value();
}

HandoverState Link::give(std::uint64_t deadline_ns) {
   std::promise<void> promise;
   std::future<void> all_rest = promise.get_future();
   boost::asio::post(*io_, [this, shared = std::make_shared<std::promise<void>>(std::move(promise))] {
      resting_.emplace(Resting{std::move(*shared), false});
      timer_->cancel();
      rest();
   });
   const std::uint64_t now_ns = now_();
   if (all_rest.wait_for(std::chrono::nanoseconds(std::max(deadline_ns, now_ns) - now_ns)) !=
       std::future_status::ready) {
      boost::asio::post(*io_, [this] { wake(); });
      throw Error(NEB_E_TIMEOUT, "a pool does not take what is sent to it");
   }
   io_->stop();
   thread_.join();
   const std::lock_guard lock(mutex_);
   std::vector<LaneId> lanes = client_.movable();
   std::erase_if(lanes, [&](LaneId lane) {
      const auto found = connections_.find(lane);
      return found == connections_.end() || !found->second->rests();
   });
   HandoverState out;
   RecordWriter writer;
   writer.number(k_version).number(lanes.size());
   for (const LaneId lane : lanes) {
      writer.number(lane).text(connections_.at(lane)->half());
      out.descriptors.push_back(connections_.at(lane)->release());
   }
   client_.save(writer, lanes, now_());
   out.bytes = common::as_text(writer.bytes());
   return out;
}

std::optional<Offer> Link::take(const HandoverState &state) {
   RecordReader in(common::as_bytes(state.bytes));
   if (in.number() != k_version)
      RecordReader::fail("it is the state of another version of this plugin");
   std::vector<std::pair<LaneId, std::string>> halves(in.count(2));
   for (auto &[lane, half] : halves) {
      lane = in.number();
      half = in.text();
   }
   if (halves.size() != state.descriptors.size())
      RecordReader::fail("it has another number of sockets than connections");
   const std::vector<LaneId> lanes = client_.restore(in, now_());
   for (std::size_t i = 0; i < halves.size(); ++i) {
      const auto &[lane, half] = halves[i];
      if (std::ranges::find(lanes, lane) == lanes.end()) {
         ::close(state.descriptors[i]); // its pool is not configured any more
         continue;
      }
      auto transport = common::adopt_tcp_transport(*io_, state.descriptors[i]);
      connections_.emplace(lane, std::make_shared<Connection>(*this, lane, std::move(transport), half));
   }
   if (connections_.size() != lanes.size())
      RecordReader::fail("a connection has no socket");
   return client_.book().current();
}

} // namespace nebula::upstream
