#pragma once

/// What to ask the daemon, when, and what its answers say about it. No sockets and no clock: the caller gives `now`.
///
/// At most one question is under way: due() hands it out, and exactly one of the on_...() functions answers it.

#include "common/backoff.h"
#include "core/rpc_answers.h"

namespace nebula::monero {

using common::Backoff;

enum class DaemonState {
   connecting,      // nothing known yet
   serving,         // gives templates
   syncing,         // answers, but is not synchronised with its network
   unreachable,     // no connection or no answer
   bad_credentials, // asks for a user and password it does not accept, or none are configured
   wrong_wallet,    // refuses the wallet address: not of its network, a subaddress, or no address
   refusing,        // answers something this plugin cannot work with
};

/// A word for metrics, status documents and tests: "serving", "bad_credentials", ...
[[nodiscard]] std::string_view name_of(DaemonState state);

struct MonitorTimes {
   TimeMs poll = 1'000;        // between two get_height while all is well
   TimeMs refresh = 20'000;    // a template's age at which a fresh one is fetched, for its fees
   TimeMs sync_poll = 3'000;   // between two get_info while the daemon synchronises
   TimeMs backoff_first = 500; // after a failure ...
   TimeMs backoff_longest = 15'000;
   TimeMs operator_pause = 10'000; // after a failure only an operator can mend
   TimeMs stale_after = 120'000;   // without a confirmed tip the template is called stale
};

class DaemonMonitor {
public:
   enum class Ask { nothing, height, info, block_template };

   DaemonMonitor(MonitorTimes times, TimeMs now, std::uint64_t seed);

   /// The question to send now. Unless it is `nothing`, it is under way until one of the answers below comes.
   [[nodiscard]] Ask due(TimeMs now);
   /// When due() will have something; nothing while a question is under way.
   [[nodiscard]] std::optional<TimeMs> due_at() const;

   /// Something hints at a new tip: fetch a template at once.
   void wake(TimeMs now);
   /// Other times or another wallet: take them from now on, and ask again at once.
   void reconfigure(TimeMs now, MonitorTimes times);

   void on_height(TimeMs now, const Result<HeightAnswer> &answer);
   void on_info(TimeMs now, const Result<InfoAnswer> &answer);
   /// `answer` is the template read and proven, or why there is none.
   void on_template(TimeMs now, const Result<std::shared_ptr<const BlockWork>> &answer);

   [[nodiscard]] DaemonState state() const { return state_; }
   /// When the state was entered.
   [[nodiscard]] TimeMs since() const { return since_; }
   /// What the daemon or the network said, for people; empty while serving.
   [[nodiscard]] const std::string &detail() const { return detail_; }
   /// Number of blocks of the daemon's chain, as last heard.
   [[nodiscard]] std::uint64_t height() const { return height_; }
   /// A template was given out, and its tip has not been confirmed for stale_after.
   [[nodiscard]] bool stale(TimeMs now) const;
   /// Milliseconds since the tip was last confirmed; nothing before the first template.
   [[nodiscard]] std::optional<TimeMs> unconfirmed_for(TimeMs now) const;

private:
   void ask_next(Ask what, TimeMs at);
   void enter(DaemonState state, TimeMs now, std::string detail);
   void fail(TimeMs now, const Error &error);

   MonitorTimes times_;
   Backoff backoff_;
   DaemonState state_ = DaemonState::connecting;
   TimeMs since_;
   std::string detail_;
   Ask next_ = Ask::block_template;
   TimeMs next_at_;
   bool under_way_ = false;
   bool woken_ = false; // while a question was under way
   std::optional<Hash> top_;
   std::uint64_t height_ = 0;
   std::optional<TimeMs> fetched_at_;   // the last good template
   std::optional<TimeMs> confirmed_at_; // its tip last heard to be the tip
};

} // namespace nebula::monero
