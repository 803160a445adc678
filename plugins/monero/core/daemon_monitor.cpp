#include "core/daemon_monitor.h"

namespace nebula::monero {

namespace {

DaemonState state_after(const Error &error) {
   switch (error.fault) {
   case Fault::transport:
      return DaemonState::unreachable;
   case Fault::unauthorized:
      return DaemonState::bad_credentials;
   case Fault::busy:
      return DaemonState::syncing;
   case Fault::rpc:
      return error.rpc_code == k_rpc_wallet_refused || error.rpc_code == k_rpc_subaddress ? DaemonState::wrong_wallet
                                                                                          : DaemonState::refusing;
   case Fault::malformed:
   case Fault::refused:
      break;
   }
   return DaemonState::refusing;
}

std::string sync_text(const InfoAnswer &info) {
   if (info.target_height > info.height)
      return "at block " + std::to_string(info.height) + " of " + std::to_string(info.target_height);
   return "at block " + std::to_string(info.height) + ", waiting for peers";
}

} // namespace

std::string_view name_of(DaemonState state) {
   switch (state) {
   case DaemonState::connecting:
      return "connecting";
   case DaemonState::serving:
      return "serving";
   case DaemonState::syncing:
      return "syncing";
   case DaemonState::unreachable:
      return "unreachable";
   case DaemonState::bad_credentials:
      return "bad_credentials";
   case DaemonState::wrong_wallet:
      return "wrong_wallet";
   case DaemonState::refusing:
      return "refusing";
   }
   return "unknown";
}

DaemonMonitor::DaemonMonitor(MonitorTimes times, TimeMs now, std::uint64_t seed)
   : times_(times), backoff_(times.backoff_first, times.backoff_longest, seed), since_(now), next_at_(now) {}

DaemonMonitor::Ask DaemonMonitor::due(TimeMs now) {
   if (under_way_ || now < next_at_)
      return Ask::nothing;
   under_way_ = true;
   woken_ = false;
   return next_;
}

std::optional<TimeMs> DaemonMonitor::due_at() const {
   if (under_way_)
      return std::nullopt;
   return next_at_;
}

void DaemonMonitor::wake(TimeMs now) {
   if (state_ == DaemonState::bad_credentials || state_ == DaemonState::wrong_wallet)
      return; // a new tip does not mend these, and their pause protects the daemon
   if (under_way_)
      woken_ = true;
   else
      ask_next(Ask::block_template, now);
}

void DaemonMonitor::reconfigure(TimeMs now, MonitorTimes times) {
   times_ = times;
   backoff_.reset();
   if (under_way_)
      woken_ = true;
   else
      ask_next(Ask::block_template, now);
}

void DaemonMonitor::ask_next(Ask what, TimeMs at) {
   under_way_ = false;
   next_ = what;
   next_at_ = at;
}

void DaemonMonitor::enter(DaemonState state, TimeMs now, std::string detail) {
   if (state_ != state) {
      state_ = state;
      since_ = now;
   }
   detail_ = std::move(detail);
}

void DaemonMonitor::fail(TimeMs now, const Error &error) {
   enter(state_after(error), now, error.text);
   switch (state_) {
   case DaemonState::syncing:
      ask_next(Ask::info, now + times_.sync_poll);
      return;
   case DaemonState::bad_credentials:
   case DaemonState::wrong_wallet:
      ask_next(Ask::block_template, now + times_.operator_pause);
      return;
   default:
      ask_next(Ask::block_template, now + backoff_.next());
      return;
   }
}

void DaemonMonitor::on_height(TimeMs now, const Result<HeightAnswer> &answer) {
   if (!answer) {
      fail(now, answer.error());
      return;
   }
   height_ = answer->height;
   const bool same_tip = top_ == answer->top_hash;
   if (same_tip)
      confirmed_at_ = now;
   const bool old = !fetched_at_ || now - *fetched_at_ >= times_.refresh;
   if (woken_ || !same_tip || old)
      ask_next(Ask::block_template, now);
   else
      ask_next(Ask::height, now + times_.poll);
}

void DaemonMonitor::on_info(TimeMs now, const Result<InfoAnswer> &answer) {
   if (!answer) {
      fail(now, answer.error());
      return;
   }
   height_ = answer->height;
   if (answer->synchronized) {
      ask_next(Ask::block_template, now);
      return;
   }
   enter(DaemonState::syncing, now, sync_text(*answer));
   ask_next(Ask::info, now + times_.sync_poll);
}

void DaemonMonitor::on_template(TimeMs now, const Result<std::shared_ptr<const BlockWork>> &answer) {
   if (!answer) {
      fail(now, answer.error());
      return;
   }
   const TemplateAnswer &work = (*answer)->answer();
   enter(DaemonState::serving, now, {});
   backoff_.reset();
   top_ = work.prev_hash;
   height_ = work.height;
   fetched_at_ = confirmed_at_ = now;
   if (woken_)
      ask_next(Ask::block_template, now);
   else
      ask_next(Ask::height, now + times_.poll);
}

std::optional<TimeMs> DaemonMonitor::unconfirmed_for(TimeMs now) const {
   if (!confirmed_at_)
      return std::nullopt;
   return now - *confirmed_at_;
}

bool DaemonMonitor::stale(TimeMs now) const {
   const auto age = unconfirmed_for(now);
   return age && *age > times_.stale_after;
}

} // namespace nebula::monero
