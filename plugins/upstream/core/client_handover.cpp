#include "client_line.h"

#include <algorithm>

/// The client for a successor in another process: connections that work comes from, and the book. Pools that failed,
/// and connections of which nothing is known yet, begin anew there. Times are the machine's monotonic clock, which both
/// read.

namespace nebula::upstream {
namespace {

/// Raised when anything of it changes; another version is refused, and the old process goes on.
constexpr std::uint64_t k_version = 1;

} // namespace

void Conversation::save(RecordWriter &out) const {
   out.number(last_id_).number(said_ns_).number(job_ns_).text(session_);
   out.bytes(space_.extranonce1).number(space_.extranonce2_size).flag(target_.has_value());
   if (target_)
      put(out, *target_);
   out.flag(keepalive_).flag(nicehash_).number(strikes_);
}

void Conversation::restore(RecordReader &in) {
   last_id_ = in.number();
   said_ns_ = in.number();
   job_ns_ = in.number();
   session_ = in.text();
   space_.extranonce1 = in.bytes();
   space_.extranonce2_size = static_cast<std::uint32_t>(in.number(k_extranonce2_bytes_max));
   if (space_.extranonce1.size() > k_extranonce1_bytes_max ||
       (dialect_ == Dialect::ergo && space_.extranonce1.size() + space_.extranonce2_size != 8))
      RecordReader::fail("a connection's extranonce does not fit");
   if (in.flag())
      target_ = number256(in);
   keepalive_ = in.flag();
   nicehash_ = in.flag();
   strikes_ = static_cast<unsigned>(in.number(k_strikes_max));
   authorized_ = serving_ = true;
}

std::vector<LaneId> Client::movable() const {
   std::vector<LaneId> out;
   for (const auto &[id, line] : lines_)
      if ((line->role == Role::main || line->role == Role::further) && line->talk.serving() && !line->over &&
          !settings_.pools[line->pool].tls)
         out.push_back(id);
   return out;
}

void Client::save(RecordWriter &out, const std::vector<LaneId> &lanes, std::uint64_t now_ns) {
   for (const auto &[id, line] : lines_)
      if (std::ranges::find(lanes, id) == lanes.end())
         book_.lost(id, now_ns);
   out.number(k_version).text(settings_.algorithm);
   out.number(static_cast<std::uint8_t>(settings_.book.dialect))
      .number(static_cast<std::uint8_t>(settings_.book.split));
   out.number(book_.next_id()).number(last_lane_);
   out.number(since_ns_).number(job_ns_).number(changes_).number(reconnects_).number(lanes.size());
   for (const LaneId id : lanes) {
      const Line &line = *lines_.at(id);
      const PoolSettings &pool = settings_.pools[line.pool];
      out.number(id).flag(line.role == Role::main);
      out.text(pool.place.host).number(pool.place.port);
      out.text(pool.account.user).text(pool.account.password).text(pool.account.rig);
      out.number(line.opened_ns).number(line.served_ns);
      line.talk.save(out);
   }
   book_.save(out);
}

/// The pool that a connection was opened to, as it is configured now: one past the last, if it is not.
std::size_t Client::pool_at(const common::HostPort &place, const Account &account) const {
   const auto same = [&](const PoolSettings &pool) {
      return pool.place == place && !pool.tls && pool.account.user == account.user &&
             pool.account.password == account.password && pool.account.rig == account.rig;
   };
   return static_cast<std::size_t>(std::ranges::find_if(settings_.pools, same) - settings_.pools.begin());
}

void Client::restore_line(RecordReader &in, std::uint64_t now_ns) {
   const LaneId id = in.number(last_lane_);
   const bool main = in.flag();
   common::HostPort place;
   place.host = in.text();
   place.port = static_cast<std::uint16_t>(in.number(65'535));
   Account account;
   account.user = in.text();
   account.password = in.text();
   account.rig = in.text();
   const std::uint64_t opened_ns = in.number(), served_ns = in.number();
   const std::size_t pool = pool_at(place, account);
   // One of a pool that is gone is read all the same, for what follows it.
   auto line = std::make_unique<Line>(*this, id, std::min(pool, pools_.size() - 1), main ? Role::main : Role::further,
                                      opened_ns);
   line->served_ns = std::max<std::uint64_t>(served_ns, 1);
   line->now_ns = now_ns;
   line->talk.restore(in);
   if (lines_.contains(id) || (main && find(Role::main)))
      RecordReader::fail("two connections are the same one");
   if (pool < pools_.size())
      lines_.emplace(id, std::move(line));
}

std::vector<LaneId> Client::restore(RecordReader &in, std::uint64_t now_ns) {
   if (in.number() != k_version)
      RecordReader::fail("it is the state of another version of this plugin");
   const bool same_algorithm = in.text() == settings_.algorithm;
   const bool same_dialect = in.number() == static_cast<std::uint8_t>(settings_.book.dialect);
   const bool same_split = in.number() == static_cast<std::uint8_t>(settings_.book.split);
   book_ = Book(settings_.book, in.number());
   last_lane_ = in.number();
   since_ns_ = now_ns;
   if (!same_algorithm || !same_dialect || !same_split)
      return {};
   const std::uint64_t since_ns = in.number();
   job_ns_ = in.number();
   changes_ = in.number();
   reconnects_ = in.number();
   for (std::size_t left = in.count(20); left > 0; --left)
      restore_line(in, now_ns);
   std::vector<LaneId> out;
   for (const auto &[id, line] : lines_)
      out.push_back(id);
   book_.restore(in, out, now_ns);
   if (out.empty())
      return out;
   Line *main = find(Role::main);
   if (main == nullptr)
      main = lines_.begin()->second.get();
   main->role = Role::main;
   active_ = last_served_ = main->pool;
   serving_ = true;
   since_ns_ = since_ns;
   note(Note::Kind::serving, main->pool);
   return out;
}

} // namespace nebula::upstream
