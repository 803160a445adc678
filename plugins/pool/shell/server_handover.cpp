#include "server.h"

#include "accounts/codec.h"

#include <nebula/error.hpp>

#include <algorithm>

#include <unistd.h>

/// Connections and listening sockets for a successor in another process, with what is half read and unsent.

namespace nebula::pool {
namespace {

using accounts::RecordReader;
using accounts::RecordWriter;

constexpr std::uint64_t k_version = 2;

/// TLS cannot move: its keys are in this process.
bool movable(const Connection &connection) {
   return !connection.tls && !connection.closing;
}

} // namespace

void Server::freeze() {
   for (const auto &listener : listeners_)
      listener->rest();
   connections_.each([](ConnectionId, Connection &connection) { connection.rest(); });
}

void Server::resume() {
   for (const auto &listener : listeners_)
      listener->wake();
   connections_.each([&](ConnectionId, Connection &connection) {
      connection.wake();
      if (connection.phase == Phase::proxy || !connection.half.empty())
         limit_time(connection);
      if (!connection.unsent.empty())
         say(connection, {});
   });
}

HandoverState Server::give(const Pool &pool) {
   std::vector<ConnectionId> staying;
   connections_.each([&](ConnectionId id, const Connection &connection) {
      if (!movable(connection))
         staying.push_back(id);
   });
   for (const ConnectionId id : staying) {
      pool_->evict(id);
      Connection &connection = *connections_.find(id);
      connection.closing = true;
      if (write(connection)) // what the socket does not take now is lost
         drop(connection);
   }
   HandoverState out;
   RecordWriter writer;
   writer.number(k_version).number(listeners_.size());
   for (std::size_t i = 0; i < listeners_.size(); ++i) {
      writer.text(settings_.listen[i]);
      out.descriptors.push_back(listeners_[i]->release());
   }
   writer.number(connections_.size());
   connections_.each([&](ConnectionId id, Connection &one) {
      writer.number(id).number(one.port).number(static_cast<std::uint8_t>(one.phase));
      writer.number(one.admitted ? 1 : 0).number(one.heard ? 1 : 0);
      writer.text(common::as_text(one.address.bytes)).text(one.half).text(one.unsent);
      out.descriptors.push_back(one.release());
   });
   pool.save(writer);
   const common::Bytes &bytes = writer.bytes();
   out.bytes.assign(bytes.begin(), bytes.end());
   listeners_.clear();
   connections_.clear(); // without a word to the pool, which has nothing more to do
   return out;
}

void Server::adopt_listeners(RecordReader &in, const std::vector<std::int32_t> &descriptors,
                             std::vector<std::optional<std::uint8_t>> &ports) {
   std::vector<int> inherited(settings_.listen.size(), -1);
   for (std::size_t i = 0; i < ports.size(); ++i) {
      const auto found = std::ranges::find(settings_.listen, in.text());
      const auto port = static_cast<std::size_t>(found - settings_.listen.begin());
      if (found == settings_.listen.end() || inherited[port] >= 0) {
         ::close(descriptors[i]);
         continue;
      }
      ports[i] = static_cast<std::uint8_t>(port);
      inherited[port] = descriptors[i];
   }
   open_listeners(inherited);
}

void Server::adopt(const HandoverState &state) {
   RecordReader in(common::as_bytes(state.bytes));
   if (in.number() != k_version)
      RecordReader::fail("it is the state of another version of the pool");
   std::vector<std::optional<std::uint8_t>> ports(in.count(1));
   if (ports.size() > state.descriptors.size())
      RecordReader::fail("it has fewer descriptors than ports");
   adopt_listeners(in, state.descriptors, ports);
   std::size_t next = ports.size();
   const std::size_t count = in.count(20);
   if (count != state.descriptors.size() - next)
      RecordReader::fail("it has another number of descriptors than connections");
   for (std::size_t left = count; left > 0; --left) {
      const ConnectionId id = in.number32();
      const std::uint8_t port = in.number8();
      const auto phase = static_cast<Phase>(in.number(static_cast<std::uint8_t>(Phase::open)));
      const bool admitted = in.number(1) == 1, heard = in.number(1) == 1;
      const std::string address = in.text();
      NetAddress from;
      if (address.size() != from.bytes.size() || phase == Phase::handshake || connections_.contains(id) ||
          id >= Slots<Connection>::k_numbers)
         RecordReader::fail("a connection makes no sense");
      std::ranges::copy(address, from.bytes.begin());
      Connection &connection =
         connections_.emplace(id, static_cast<Attendant &>(*this), loop_, state.descriptors[next++], id,
                              static_cast<std::uint8_t>(port < ports.size() ? ports[port].value_or(0) : 0), from);
      connection.phase = phase;
      connection.heard = heard;
      connection.half = in.text();
      connection.unsent = in.text();
      if (admitted)
         connection.place = guard_.adopt(from);
      connection.admitted = admitted;
   }
   numbers_ = SlotNumbers(connections_);
   const std::vector<ConnectionId> homeless = pool_->restore(in, ports);
   in.end();
   connections_.each(
      [&](ConnectionId id, const Connection &connection) { pool_->came_from(id, origin_of(connection)); });
   for (const ConnectionId id : homeless)
      if (Connection *connection = connections_.find(id))
         drop(*connection);
   // And the other way round: what the pool does not know is of no use.
   std::vector<ConnectionId> unknown;
   connections_.each([&](ConnectionId id, const Connection &connection) {
      if (connection.admitted && !pool_->sessions().contains(id))
         unknown.push_back(id);
   });
   for (const ConnectionId id : unknown)
      drop(*connections_.find(id));
   counts_.peak = connections_.size();
}

} // namespace nebula::pool
