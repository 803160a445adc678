#include "load.h"

#include "core/difficulty.h"

#include <nebula/error.hpp>
#include <nebula/text.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

constexpr double k_ns_per_s = 1e9;
constexpr std::uint64_t k_ns_per_ms = 1'000'000;
constexpr std::uint64_t k_connect_patience_ns = 30'000'000'000;
constexpr std::uint64_t k_answer_patience_ns = 5'000'000'000;
constexpr std::uint64_t k_progress_ns = 250 * k_ns_per_ms;
constexpr std::uint64_t k_pause_ns = 1'000'000'000;            // between breaking off and the storm
constexpr std::uint64_t k_search_patience_ns = 30'000'000'000; // for the first share
constexpr std::uint64_t k_search_ahead_ns = 5'000'000'000;     // for what is due in the first seconds
/// What may be spent on finding a share between its time and its sending. Cosmic Harmony's takes a few microseconds.
constexpr std::uint64_t k_search_at_once_ns = 20'000;
constexpr std::uint64_t k_refill_ns = 10 * k_ns_per_ms;
/// Shares that are found ahead, of each kind: as many as are due in two seconds, within these limits. A pool that gives
/// work each second still takes them after three.
constexpr double k_ahead_s = 2, k_ahead_min = 4, k_ahead_max = 512;
/// What is sent before sockets are looked at again, so that a generator that is late does not read late too.
constexpr unsigned k_sends_per_turn = 64;
constexpr int k_events_per_turn = 128; // jobs of a broadcast, before the clock is looked at again
/// From one look at the sockets to the next, but in a crowd: one that waits for them makes the pool pay for waking it
/// at each answer, which no miner of another machine does. It is part of what is measured as latency.
constexpr std::uint64_t k_gather_ns = 150'000;
constexpr int k_crowd = 16; ///< events of a round; the next one follows at once
constexpr std::size_t k_read_bytes = 65'536;
constexpr std::size_t k_half_bytes_max = 65'536;
/// Pools count by address and by network (IPv4 /24): miners of a load come from as many of both, of this machine.
constexpr std::uint32_t k_addresses_max = 1'000;
constexpr std::uint32_t k_networks_first = 0x7F010001; // 127.1.0.1, 127.1.1.1, ...
/// Shares that can wait for an answer: a minute and a half at 10,000 a second.
constexpr std::size_t k_pending = std::size_t{1} << 20;
constexpr std::uint64_t k_first_id = 16; // smaller ones are those of a login

std::uint64_t now() {
   timespec time{};
   clock_gettime(CLOCK_MONOTONIC, &time);
   return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

void sleep_until(std::uint64_t at_ns) {
   const timespec time{static_cast<time_t>(at_ns / 1'000'000'000), static_cast<long>(at_ns % 1'000'000'000)};
   (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr); // at once when that is over
}

std::uint64_t ns(double seconds) {
   return static_cast<std::uint64_t>(seconds * k_ns_per_s);
}

double cpu_s() {
   rusage used{};
   getrusage(RUSAGE_SELF, &used);
   const auto seconds = [](const timeval &time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
   };
   return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Each connection is a descriptor.
void raise_descriptors(std::uint64_t wanted) {
   rlimit limit{};
   getrlimit(RLIMIT_NOFILE, &limit);
   if (limit.rlim_cur >= wanted)
      return;
   limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
   if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
      throw Error(NEB_E_UNSUPPORTED, "that takes ", wanted, " open files and this user may have ", limit.rlim_max,
                  ": raise it (ulimit -Hn, LimitNOFILE), or give fewer --connections");
}

} // namespace

Load::Load(const LoadSettings &settings, Speech &speech, MakeComputer make_computer, Progress progress)
   : settings_(settings), speech_(speech), make_computer_(std::move(make_computer)), progress_(std::move(progress)),
     pending_(k_pending), broadcasts_(settings.connections), buffer_(k_read_bytes), events_(k_events_per_turn),
     random_(settings.seed), next_id_(k_first_id) {
   constexpr std::uint64_t k_other_files = 64;
   raise_descriptors(settings_.connections + k_other_files);
   peer_.sin_family = AF_INET;
   peer_.sin_port = htons(settings_.port);
   if (inet_pton(AF_INET, settings_.host.c_str(), &peer_.sin_addr) != 1)
      throw Error(NEB_E_INVALID, "\"", settings_.host, "\" is no IPv4 address");
   const bool loopback = (ntohl(peer_.sin_addr.s_addr) >> 24) == 127;
   if (loopback)
      addresses_ = std::min(settings_.connections, k_addresses_max);
   (void)prctl(PR_SET_TIMERSLACK, 1); // else the system wakes it up to 50 us after its time
   epoll_ = epoll_create1(EPOLL_CLOEXEC);
   if (epoll_ < 0)
      throw Error(NEB_E_IO, "no descriptor: ", std::strerror(errno));
   miners_.resize(settings_.connections);
   for (std::size_t i = 0; i < miners_.size(); ++i) {
      miners_[i].index = static_cast<std::uint32_t>(i);
      miners_[i].user = speech_.user_of(miners_[i]);
   }
}

Load::~Load() {
   for (const Miner &miner : miners_)
      if (miner.descriptor >= 0)
         ::close(miner.descriptor);
   ::close(epoll_);
}

LoadResult Load::run() {
   const auto pool = (ntohl(peer_.sin_addr.s_addr) >> 24) == 127 ? listening_process(settings_.port) : std::nullopt;
   const auto usage = [&] { return pool ? usage_of(*pool) : std::nullopt; };
   const double began_s = cpu_s();
   result_.before = usage();
   connect_all(result_.connect, settings_.ramp_s, "connecting");
   idle(settings_.idle_s, "idle");
   prepare();
   result_.connected = usage();
   load();
   result_.loaded = usage();
   settle();
   result_.after = usage();
   if (settings_.storm) {
      close_all();
      idle(static_cast<double>(k_pause_ns) / k_ns_per_s, "before the storm");
      connect_all(result_.storm, 0, "storm");
   }
   result_.generator_cpu_s = cpu_s() - began_s;
   return std::move(result_);
}

void Load::connect_all(Arrivals &arrivals, double over_s, const char *what) {
   arrivals.wanted = miners_.size();
   arrivals_ = &arrivals;
   const std::uint64_t began = now();
   const double gap = over_s * k_ns_per_s / static_cast<double>(miners_.size());
   const std::uint64_t last = began + ns(over_s) + k_connect_patience_ns;
   std::size_t next = 0;
   while (arrivals.ready < miners_.size()) {
      const std::uint64_t at = now();
      if (at >= last)
         break;
      const auto due = [&] { return began + static_cast<std::uint64_t>(gap * static_cast<double>(next)); };
      for (unsigned i = 0; i < k_sends_per_turn && next < miners_.size() && due() <= at; ++i)
         connect(miners_[next++], at);
      wait(next < miners_.size() ? due() : std::min(last, at + k_progress_ns));
      tell(at, concat(what, ": ", arrivals.ready, " of ", miners_.size(), " connections have work"));
      if (next == miners_.size() && std::ranges::none_of(miners_, [](const Miner &one) { return one.descriptor >= 0; }))
         break;
   }
   arrivals_ = nullptr;
   if (arrivals.ready == 0) {
      const auto most = std::ranges::max_element(result_.errors, {}, [](const auto &one) { return one.second; });
      throw Error(NEB_E_IO, "no connection to ", settings_.host, ":", settings_.port, " got work: ",
                  !refused_.empty()              ? refused_
                  : most == result_.errors.end() ? "nothing was answered"
                                                 : most->first);
   }
   if (arrivals.ready < miners_.size())
      result_.errors["no work within 30 s"] += miners_.size() - arrivals.ready;
}

void Load::idle(double seconds, const char *what) {
   const std::uint64_t until = now() + ns(seconds);
   for (std::uint64_t at = now(); at < until; at = now()) {
      wait(std::min(until, at + k_progress_ns));
      tell(at, concat(what, ": ", (until - at + 999'999'999) / 1'000'000'000, " s left, ", ready_, " miners"));
   }
}

/// By what a hash takes here, and how many of them a share takes on average.
bool Load::quickly_found() {
   Miner *miner = any_ready();
   if (!miner || std::ranges::none_of(std::array{ShareKind::valid, ShareKind::duplicate, ShareKind::low},
                                      [&](auto kind) { return settings_.mix[static_cast<std::size_t>(kind)] > 0; }))
      return true;
   Computer &computer = speech_.computer();
   if (!computer.quick())
      return false;
   constexpr std::uint64_t k_tries = 16; // of which the best one was disturbed by nobody
   std::uint64_t hash_ns = ~0ull;
   for (std::uint64_t i = 0; i < k_tries; ++i) {
      const std::uint64_t began = now();
      (void)computer.digest(miner->work.input, miner->work.epoch, miner->work.nonce(i));
      hash_ns = std::min(hash_ns, now() - began);
   }
   return difficulty_of(U256::from_big_endian(miner->work.target)) <=
          k_search_at_once_ns / std::max<std::uint64_t>(hash_ns, 1);
}

void Load::prepare() {
   if (quickly_found())
      return;
   PerKind most{};
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind) {
      // A duplicate for which there is no first one becomes a valid share.
      const double percent =
         settings_.mix[kind] + (kind == 0 ? settings_.mix[static_cast<std::size_t>(ShareKind::duplicate)] : 0);
      if (percent > 0 && speech_.searches(static_cast<ShareKind>(kind)))
         most[kind] = static_cast<std::size_t>(
            std::clamp(std::ceil(settings_.rate * percent / 100 * k_ahead_s), k_ahead_min, k_ahead_max));
   }
   if (most == PerKind{})
      return;
   std::vector<std::unique_ptr<Computer>> computers(
      settings_.threads != 0 ? settings_.threads : std::max(1u, std::thread::hardware_concurrency()));
   for (auto &one : computers)
      one = make_computer_();
   stock_ = std::make_unique<ShareStock>(std::move(computers), miners_.size(), most);
   result_.search_threads = stock_->threads();
   const std::uint64_t began = now(), last = began + k_search_patience_ns;
   for (std::uint64_t at = began; at < last && !stock_->full() && ready_ > 0; at = now()) {
      if (stock_->ready() > 0 && at - began >= k_search_ahead_ns)
         break; // it finds fewer than are wanted, and will say so
      stock_->fill([&] { return any_ready(); });
      wait(std::min(last, at + 10 * k_ns_per_ms));
      tell(at, concat("searching: ", stock_->ready(), " shares are ready"));
   }
   if (stock_->ready() == 0)
      throw Error(NEB_E_UNSUPPORTED, "not one share was found within 30 s by ", stock_->threads(),
                  " threads: let --difficulty name a lower one, and the port allow it (difficulty_min)");
}

/// Gaps of a Poisson process: miners know nothing of each other.
std::uint64_t Load::gap_ns(double per_s) {
   if (per_s <= 0)
      return ns(1e6);
   const double uniform = (static_cast<double>(random_() >> 11) + 1) * 0x1p-53;
   return static_cast<std::uint64_t>(-std::log(uniform) / per_s * k_ns_per_s);
}

void Load::load() {
   broadcasts_.count(true);
   const std::uint64_t began = now(), end = began + ns(settings_.seconds);
   std::uint64_t share_at = began + gap_ns(settings_.rate), resume_at = began + gap_ns(settings_.resumes_per_s);
   for (std::uint64_t at = began; at < end; at = now()) {
      for (unsigned i = 0; i < k_sends_per_turn && share_at <= at && share_at < end; ++i) {
         submit(share_at);
         share_at += gap_ns(settings_.rate);
      }
      if (resume_at <= at) {
         resume_one(at);
         resume_at += gap_ns(settings_.resumes_per_s);
      }
      if (stock_)
         stock_->fill([&] { return any_ready(); });
      wait(std::min({share_at, resume_at, end, stock_ ? at + k_refill_ns : end}));
      tell(at, concat("load: ", (at - began) / 1'000'000'000, " of ", static_cast<std::uint64_t>(settings_.seconds),
                      " s, ", result_.latency.count(), " shares answered, ", waiting_, " wait, ", ready_, " miners"));
   }
   result_.load_s = static_cast<double>(now() - began) / k_ns_per_s;
}

void Load::settle() {
   if (stock_)
      stock_->stop();
   broadcasts_.count(false);
   const std::uint64_t last = now() + k_answer_patience_ns;
   // A broadcast that began at the end has its time too.
   while ((waiting_ > 0 || broadcasts_.unfinished(now())) && now() < last) {
      wait(std::min(last, now() + 100 * k_ns_per_ms));
      tell(now(), concat("the end: ", waiting_, " shares wait for an answer"));
   }
   result_.lost = waiting_;
   result_.broadcasts = broadcasts_.summary(now());
}

void Load::close_all() {
   for (Miner &miner : miners_)
      close(miner);
}

void Load::wait(std::uint64_t until_ns) {
   if (!crowd_)
      sleep_until(std::min(until_ns, looked_ns_ + k_gather_ns));
   const std::uint64_t at = now();
   if (!crowd_ && at < looked_ns_ + k_gather_ns)
      return; // something is to be sent first
   looked_ns_ = at;
   const std::uint64_t left = until_ns > at ? until_ns - at : 0;
   timespec timeout{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
   const int count = epoll_pwait2(epoll_, events_.data(), k_events_per_turn, &timeout, nullptr);
   crowd_ = count >= k_crowd;
   for (int i = 0; i < count; ++i) {
      const epoll_event &event = events_[static_cast<std::size_t>(i)];
      Miner &miner = miners_[event.data.u32];
      if (miner.descriptor >= 0)
         ready(miner, event.events);
   }
   if (count >= 0 && count < k_events_per_turn)
      drained_ns_ = at;
}

void Load::connect(Miner &miner, std::uint64_t now_ns) {
   miner.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
   if (miner.descriptor < 0)
      throw Error(NEB_E_IO, "no socket: ", std::strerror(errno));
   const int yes = 1;
   (void)setsockopt(miner.descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
   if (addresses_ > 1) {
      sockaddr_in from{};
      from.sin_family = AF_INET;
      from.sin_addr.s_addr = htonl(k_networks_first + ((miner.index % addresses_) << 8));
      (void)setsockopt(miner.descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
      if (bind(miner.descriptor, reinterpret_cast<const sockaddr *>(&from), sizeof from) != 0)
         throw Error(NEB_E_IO, "cannot connect from several loopback addresses: ", std::strerror(errno));
   }
   miner.began_ns = now_ns;
   if (::connect(miner.descriptor, reinterpret_cast<const sockaddr *>(&peer_), sizeof peer_) != 0 &&
       errno != EINPROGRESS) {
      broken(miner, concat("connect: ", std::strerror(errno)));
      return;
   }
   epoll_event event{};
   event.events = EPOLLOUT;
   event.data.u32 = miner.index;
   (void)epoll_ctl(epoll_, EPOLL_CTL_ADD, miner.descriptor, &event);
}

void Load::close(Miner &miner) {
   if (miner.descriptor < 0)
      return;
   ::close(miner.descriptor);
   miner.descriptor = -1;
   if (miner.ready) {
      --ready_;
      broadcasts_.left(miner.index);
   }
   miner.lost_work();
   if (stock_)
      stock_->work_changed(miner);
   miner.connected = miner.authorized = miner.ready = false;
   miner.half.clear();
   miner.unsent.clear();
}

void Load::broken(Miner &miner, const std::string &why) {
   ++result_.errors[why];
   close(miner);
}

void Load::ready(Miner &miner, std::uint32_t events) {
   if (!miner.connected) {
      int wrong = 0;
      socklen_t size = sizeof wrong;
      (void)getsockopt(miner.descriptor, SOL_SOCKET, SO_ERROR, &wrong, &size);
      if (wrong != 0)
         return broken(miner, concat("connect: ", std::strerror(wrong)));
      miner.connected = true;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u32 = miner.index;
      (void)epoll_ctl(epoll_, EPOLL_CTL_MOD, miner.descriptor, &event);
      out_.clear();
      speech_.greet(miner, out_);
      return send(miner, out_);
   }
   if ((events & EPOLLOUT) != 0 && !miner.unsent.empty()) {
      const std::string text = std::move(miner.unsent);
      miner.unsent.clear();
      send(miner, text);
   }
   if (miner.descriptor >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
      read(miner);
}

void Load::read(Miner &miner) {
   const ssize_t count = recv(miner.descriptor, buffer_.data(), buffer_.size(), 0);
   if (count < 0 && (errno == EAGAIN || errno == EINTR))
      return;
   if (count <= 0)
      return broken(miner, count == 0 ? "closed by the pool" : concat("connection: ", std::strerror(errno)));
   const std::uint64_t at = now();
   std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
   const bool all = bytes.size() < buffer_.size();
   std::string joined;
   if (!miner.half.empty()) {
      joined = std::move(miner.half).append(bytes);
      miner.half.clear();
      bytes = joined;
   }
   while (miner.descriptor >= 0) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) {
         if (bytes.size() > k_half_bytes_max)
            return broken(miner, "a line without an end");
         miner.half.assign(bytes);
         if (all)
            miner.read_ns = at;
         return;
      }
      hear(miner, bytes.substr(0, end), at);
      bytes.remove_prefix(end + 1);
   }
}

void Load::hear(Miner &miner, std::string_view line, std::uint64_t now_ns) {
   out_.clear();
   const Heard heard = speech_.hear(miner, line, out_);
   if (!out_.empty())
      send(miner, out_);
   switch (heard.what) {
   case Heard::What::nothing:
      return;
   case Heard::What::job:
      return got_job(miner, now_ns);
   case Heard::What::answer:
      return answered(miner, heard, now_ns);
   case Heard::What::refused:
      if (refused_.empty())
         refused_ = heard.text;
      return broken(miner, heard.text);
   case Heard::What::not_known:
      ++result_.errors[heard.text.empty() ? "a line that is none of the dialect" : "the pool says: " + heard.text];
      return;
   }
}

void Load::got_job(Miner &miner, std::uint64_t now_ns) {
   if (!miner.authorized)
      return;
   if (stock_)
      stock_->work_changed(miner);
   if (!miner.ready) {
      broadcasts_.joined(miner.index, miner.work.mark, now_ns);
      miner.ready = true;
      ++ready_;
      const std::uint64_t took = now_ns - miner.began_ns;
      if (arrivals_) {
         ++arrivals_->ready;
         arrivals_->each.record(took);
         arrivals_->all_ns = std::max(arrivals_->all_ns, now_ns - miners_.front().began_ns);
      } else {
         result_.resumed.record(took);
         result_.resumed_same += miner.extranonce == miner.former;
      }
      return;
   }
   broadcasts_.job(miner.index, miner.work.mark, miner.work.retargeted, std::max(drained_ns_, miner.read_ns), now_ns);
}

void Load::answered(Miner &miner, const Heard &heard, std::uint64_t now_ns) {
   Pending &pending = pending_[heard.id % pending_.size()];
   if (heard.id == 0 || pending.id != heard.id || pending.miner != miner.index) {
      ++result_.errors["an answer to nothing"];
      return;
   }
   pending.id = 0;
   --miner.waiting;
   --waiting_;
   ++result_.outcomes[static_cast<std::size_t>(pending.kind)][static_cast<std::size_t>(heard.outcome)];
   if (heard.outcome == Outcome::other)
      ++result_.other_answers[heard.text];
   const std::uint64_t took = now_ns - pending.due_ns;
   result_.latency.record(took);
   const bool in = broadcasts_.under_way(pending.due_ns, now_ns);
   (in ? result_.latency_in_broadcast : result_.latency_between_broadcasts).record(took);
}

void Load::send(Miner &miner, std::string_view text) {
   if (!miner.unsent.empty()) {
      miner.unsent.append(text);
      return;
   }
   const ssize_t count = ::send(miner.descriptor, text.data(), text.size(), MSG_NOSIGNAL);
   if (count < 0 && errno != EAGAIN && errno != EINTR)
      return broken(miner, concat("connection: ", std::strerror(errno)));
   const std::size_t sent = count < 0 ? 0 : static_cast<std::size_t>(count);
   miner.unsent.assign(text.substr(sent));
   epoll_event event{};
   event.events = miner.unsent.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
   event.data.u32 = miner.index;
   if (!miner.unsent.empty())
      (void)epoll_ctl(epoll_, EPOLL_CTL_MOD, miner.descriptor, &event);
}

Miner *Load::any_ready() {
   if (ready_ == 0)
      return nullptr;
   for (std::size_t at = random_() % miners_.size();; at = (at + 1) % miners_.size())
      if (miners_[at].ready)
         return &miners_[at];
}

ShareKind Load::any_kind() {
   double left = static_cast<double>(random_() >> 11) * 0x1p-53 * 100;
   for (std::size_t i = 0; i < k_share_kinds; ++i) {
      if (left < settings_.mix[i])
         return static_cast<ShareKind>(i);
      left -= settings_.mix[i];
   }
   return ShareKind::valid;
}

void Load::submit(std::uint64_t due_ns) {
   Miner *miner = any_ready();
   if (!miner) {
      ++result_.errors["no miner had work when a share was due"];
      return;
   }
   const ShareKind kind = speech_.possible(*miner, any_kind());
   std::optional<ShareStock::Ready> found;
   if (stock_ && speech_.searches(kind)) {
      found = stock_->take(kind);
      if (!found) {
         ++result_.not_ready[static_cast<std::size_t>(kind)];
         return;
      }
      miner = &miners_[found->miner];
   }
   const std::uint64_t id = next_id_++;
   out_.clear();
   if (found)
      speech_.submit(*miner, kind, found->share, id, out_);
   else
      speech_.submit(*miner, kind, id, out_);
   Pending &pending = pending_[id % pending_.size()];
   if (pending.id != 0) // never answered; it stays lost
      --miners_[pending.miner].waiting;
   pending = {id, due_ns, miner->index, kind};
   ++miner->waiting;
   ++waiting_;
   ++result_.sent[static_cast<std::size_t>(kind)];
   result_.lateness.record(now() - due_ns);
   send(*miner, out_);
}

/// Breaks one connection off that waits for nothing, and comes back at once with its session.
void Load::resume_one(std::uint64_t now_ns) {
   Miner *miner = any_ready();
   if (!miner || miner->waiting != 0)
      return;
   close(*miner);
   miner->former = miner->extranonce;
   connect(*miner, now_ns);
}

void Load::tell(std::uint64_t now_ns, const std::string &text) {
   if (now_ns - told_ns_ < k_progress_ns)
      return;
   told_ns_ = now_ns;
   progress_(text);
}

} // namespace nebula::pool
