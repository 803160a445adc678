#pragma once

/// A connection of the link: a transport, its lines, and what is not sent yet.

#include "link.h"

#include <memory>

namespace nebula::upstream {

inline constexpr std::size_t k_unsent_bytes_max = 262'144; ///< a thousand shares; a pool further behind is given up

/// A transport and its lines. Keeps itself alive while something is under way.
class Link::Connection : public std::enable_shared_from_this<Connection> {
public:
   Connection(Link &link, LaneId lane, std::shared_ptr<common::Transport> transport)
      : link_(link), lane_(lane), transport_(std::move(transport)) {}
   /// One that another process had, with what that had read of a line. It rests.
   Connection(Link &link, LaneId lane, std::shared_ptr<common::Transport> transport, std::string half)
      : link_(link), lane_(lane), transport_(std::move(transport)), half_(std::move(half)), resting_(true) {}

   void open(const common::HostPort &place) {
      transport_->open(place, [self = shared_from_this()](const std::string &error) {
         if (!error.empty())
            return self->end(error);
         if (self->over_)
            return;
         self->tell([&](Client &client, std::uint64_t now_ns) { client.connected(self->lane_, now_ns); });
         self->read();
      });
   }

   /// Reads no further.
   void rest() {
      resting_ = true;
      transport_->end_read();
   }
   [[nodiscard]] bool rests() const { return resting_ && !reading_ && !writing_ && unsent_.empty() && !over_; }
   void wake() {
      if (std::exchange(resting_, false))
         read();
   }
   [[nodiscard]] const std::string &half() const { return half_; }
   [[nodiscard]] int release() { return transport_->release(); }

   void say(const std::string &line) {
      unsent_ += line;
      if (unsent_.size() > k_unsent_bytes_max)
         end("it does not take what is sent");
      else
         write();
   }

   void hang_up() {
      over_ = true;
      transport_->close();
   }

private:
   template <class What>
   void tell(const What &what) {
      std::vector<Effect> effects;
      {
         const std::lock_guard lock(link_.mutex_);
         what(link_.client_, link_.now_());
         effects = link_.client_.take_effects();
      }
      link_.perform(std::move(effects));
   }

   void end(const std::string &why) {
      if (over_)
         return;
      hang_up();
      link_.connections_.erase(lane_);
      tell([&](Client &client, std::uint64_t now_ns) { client.closed(lane_, why, now_ns); });
      link_.look_whether_all_rest();
   }

   void read() {
      if (reading_ || resting_ || over_)
         return;
      reading_ = true;
      transport_->read([self = shared_from_this()](const std::string &error, std::string_view data) {
         self->reading_ = false;
         if (self->over_)
            return;
         if (!error.empty() && self->resting_) // a broken connection shows again to whoever reads next
            return self->link_.look_whether_all_rest();
         if (!error.empty() || data.empty())
            return self->end(error.empty() ? "it closed the connection" : error);
         self->take(data);
         self->read();
         self->link_.look_whether_all_rest();
      });
   }

   void take(std::string_view data) {
      while (!data.empty() && !over_) {
         const std::size_t newline = data.find('\n');
         half_.append(data.substr(0, newline));
         if (half_.size() > k_line_bytes_max)
            return end("it sends a line that is too long");
         if (newline == std::string_view::npos)
            return;
         data.remove_prefix(newline + 1);
         const std::string line = std::exchange(half_, {});
         if (!line.empty() && line != "\r")
            tell([&](Client &client, std::uint64_t now_ns) { client.line(lane_, line, now_ns); });
      }
   }

   void write() {
      if (writing_ || unsent_.empty() || over_)
         return;
      writing_ = true;
      transport_->write(std::exchange(unsent_, {}), [self = shared_from_this()](const std::string &error) {
         self->writing_ = false;
         if (!error.empty())
            self->end(error);
         else
            self->write();
         self->link_.look_whether_all_rest();
      });
   }

   Link &link_;
   LaneId lane_;
   std::shared_ptr<common::Transport> transport_;
   std::string half_, unsent_;
   bool reading_ = false, writing_ = false, resting_ = false, over_ = false;
};

} // namespace nebula::upstream
