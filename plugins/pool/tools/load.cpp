#include "load.h"

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
constexpr std::uint64_t k_pause_ns = 1'000'000'000; // between breaking off and the storm
/// Of a miner that has just come, nobody knows whether it was given the work of a broadcast at its login or gets it
/// with the others: broadcasts are measured with those that have been there this long.
constexpr std::uint64_t k_settled_ns = 1'000 * k_ns_per_ms;
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

Load::Load(const LoadSettings &settings, Speech &speech, Progress progress)
   : settings_(settings), speech_(speech), progress_(std::move(progress)), pending_(k_pending), buffer_(k_read_bytes),
     events_(k_events_per_turn), random_(settings.seed), next_id_(k_first_id) {
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
   if (arrivals.ready < miners_.size())
      result_.errors["no work within 30 s"] += miners_.size() - arrivals.ready;
   if (arrivals.ready == 0)
      throw Error(NEB_E_IO, "no connection to ", settings_.host, ":", settings_.port,
                  " got work: ", result_.errors.empty() ? "nothing was answered" : result_.errors.begin()->first);
}

void Load::idle(double seconds, const char *what) {
   const std::uint64_t until = now() + ns(seconds);
   for (std::uint64_t at = now(); at < until; at = now()) {
      wait(std::min(until, at + k_progress_ns));
      tell(at, concat(what, ": ", (until - at + 999'999'999) / 1'000'000'000, " s left, ", ready_, " miners"));
   }
}

/// Gaps of a Poisson process: miners know nothing of each other.
std::uint64_t Load::gap_ns(double per_s) {
   if (per_s <= 0)
      return ns(1e6);
   const double uniform = (static_cast<double>(random_() >> 11) + 1) * 0x1p-53;
   return static_cast<std::uint64_t>(-std::log(uniform) / per_s * k_ns_per_s);
}

void Load::load() {
   counting_ = true;
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
      wait(std::min({share_at, resume_at, end}));
      tell(at, concat("load: ", (at - began) / 1'000'000'000, " of ", static_cast<std::uint64_t>(settings_.seconds),
                      " s, ", result_.latency.count(), " shares answered, ", waiting_, " wait, ", ready_, " miners"));
   }
   result_.load_s = static_cast<double>(now() - began) / k_ns_per_s;
}

void Load::settle() {
   const std::uint64_t last = now() + k_answer_patience_ns;
   // A broadcast that began at the end has its time too.
   const auto under_way = [&] {
      return !broadcasts_.empty() && broadcasts_.back().reached < broadcasts_.back().wanted;
   };
   while ((waiting_ > 0 || under_way()) && now() < last) {
      wait(std::min(last, now() + 100 * k_ns_per_ms));
      tell(now(), concat("the end: ", waiting_, " shares wait for an answer"));
   }
   counting_ = false;
   result_.lost = waiting_;
   finish_broadcasts();
}

void Load::finish_broadcasts() {
   for (const Broadcast &one : broadcasts_) {
      ++result_.broadcasts;
      if (one.reached < one.wanted)
         ++result_.broadcasts_incomplete;
      else
         result_.broadcast.record(one.last_ns - one.first_ns);
   }
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
      if (miner.awaits_job) // not any more
         --broadcasts_.back().wanted;
   }
   miner.connected = miner.authorized = miner.ready = miner.awaits_job = false;
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
      return broken(miner, "login: " + heard.text);
   case Heard::What::not_known:
      ++result_.errors["a line that is none of the dialect"];
      return;
   }
}

void Load::got_job(Miner &miner, std::uint64_t now_ns) {
   if (!miner.authorized)
      return;
   if (!miner.ready) {
      miner.ready = true;
      miner.ready_ns = now_ns;
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
   if (!counting_ || now_ns - miner.ready_ns < k_settled_ns)
      return;
   if (!miner.awaits_job) {
      // It had not been there long enough when the broadcast under way began, and has been by now.
      const std::uint64_t began_ns = broadcasts_.empty() ? 0 : broadcasts_.back().first_ns;
      if (now_ns - began_ns < k_settled_ns && began_ns - miner.ready_ns < k_settled_ns)
         return;
      begin_broadcast(now_ns);
   }
   Broadcast &one = broadcasts_.back();
   one.last_ns = now_ns;
   ++one.reached;
   miner.awaits_job = false;
   result_.job_delay.record(now_ns - one.first_ns);
}

/// A miner that waited for none got a job: all are to get one.
void Load::begin_broadcast(std::uint64_t now_ns) {
   Broadcast one{now_ns, now_ns, 0, 0};
   for (Miner &miner : miners_) {
      miner.awaits_job = miner.ready && now_ns - miner.ready_ns >= k_settled_ns;
      one.wanted += miner.awaits_job;
   }
   broadcasts_.push_back(one);
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
   const bool in = in_broadcast(pending.due_ns, now_ns);
   (in ? result_.latency_in_broadcast : result_.latency_between_broadcasts).record(took);
}

/// Whether a broadcast was under way at some time of these. Its begin is known only from the first job that arrives.
bool Load::in_broadcast(std::uint64_t from_ns, std::uint64_t until_ns) const {
   constexpr std::uint64_t k_before_ns = 5 * k_ns_per_ms;
   if (broadcasts_.empty())
      return false;
   const Broadcast &last = broadcasts_.back();
   const std::uint64_t ended = last.reached < last.wanted ? until_ns : last.last_ns;
   return until_ns + k_before_ns >= last.first_ns && from_ns <= ended;
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
   ShareKind kind = any_kind();
   const std::uint64_t id = next_id_++;
   out_.clear();
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
