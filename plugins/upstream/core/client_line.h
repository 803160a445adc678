#pragma once

/// What a client knows of each pool and of each connection.

#include "client.h"

namespace nebula::upstream {

inline constexpr std::uint64_t k_millisecond_ns = 1'000'000;
inline constexpr std::size_t k_rtts = 64; ///< of which the middle one is shown

struct Client::Pool {
   Pool(const ClientSettings &settings, std::size_t index)
      : pauses(static_cast<common::TimeMs>(settings.retry_first_ns / k_millisecond_ns),
               static_cast<common::TimeMs>(settings.retry_longest_ns / k_millisecond_ns),
               settings.seed + index * 0x9E3779B97F4A7C15u) {}
   void pause(std::uint64_t now_ns) {
      not_before_ns = now_ns + static_cast<std::uint64_t>(pauses.next()) * k_millisecond_ns;
   }

   common::Backoff pauses;
   std::uint64_t not_before_ns = 0;
   std::optional<common::HostPort> moved; ///< where it sent us
   std::uint64_t moved_ns = 0;
   std::uint64_t failures = 0;
   std::string trouble;
};

struct Client::Line final : Listener {
   Line(Client &of, LaneId number, std::size_t index, Role as, std::uint64_t since_ns)
      : client(of), id(number), pool(index), role(as), opened_ns(since_ns),
        talk(of.settings_.book.dialect, of.settings_.pools[index].account, of.settings_.patience, *this) {}

   void say(std::string line) override { client.effects_.push_back(Say{id, std::move(line)}); }
   void job(const Job &job) override { client.job(*this, job); }
   void settled(const Settled &settled) override { client.effects_.push_back(settled); }
   void broken(const std::string &text, bool wants_us_not) override {
      why = text;
      refused = wants_us_not;
      over = true;
   }
   void reconnect(const Reconnect &where) override { client.redirect(*this, where); }
   void message(const std::string &text) override { client.note(Note::Kind::message, pool, text); }
   void answered(std::uint64_t took_ns) override {
      client.rtts_ns_.push_back(took_ns);
      if (client.rtts_ns_.size() > k_rtts)
         client.rtts_ns_.pop_front();
   }

   Client &client;
   LaneId id;
   std::size_t pool;
   Role role;
   std::uint64_t opened_ns, now_ns = 0;
   std::uint64_t served_ns = 0; ///< of the first job
   std::uint64_t retired_ns = 0;
   bool over = false, refused = false, gone = false; ///< gone: there is nothing to hang up
   bool sent_on = false;                             ///< its pool asks to connect again: no failure
   std::string why;
   std::optional<Job> newest;
   Conversation talk;
};

} // namespace nebula::upstream
