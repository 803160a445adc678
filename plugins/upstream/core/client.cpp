#include "client_line.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::upstream {
namespace {

constexpr std::uint64_t k_second_ns = 1'000'000'000;
/// A connection that was replaced waits so long for its last answers.
constexpr std::uint64_t k_retiring_ns = 5 * k_second_ns;
/// Further connections that are being opened at a time, so that a pool's limits on logins are not met.
constexpr std::size_t k_opening_max = 16;
constexpr std::uint64_t k_widen_again_ns = 10 * k_second_ns; ///< after a further connection failed
/// A pool that sends us on more often is in trouble, and gets the pauses of trouble.
constexpr std::uint64_t k_redirects_apart_ns = 60 * k_second_ns;

} // namespace

std::string PoolSettings::url() const {
   return (tls ? "stratum+ssl://" : "stratum+tcp://") + place.authority();
}

Client::Client(ClientSettings settings) : settings_(std::move(settings)), book_(settings_.book, 1) {
   for (std::size_t i = 0; i < settings_.pools.size(); ++i)
      pools_.emplace_back(settings_, i);
}

Client::~Client() = default;

Client::Line *Client::find(Role role) const {
   const auto found = std::ranges::find_if(lines_, [&](const auto &line) { return line.second->role == role; });
   return found == lines_.end() ? nullptr : found->second.get();
}

std::size_t Client::count(Role role) const {
   return static_cast<std::size_t>(
      std::ranges::count_if(lines_, [&](const auto &line) { return line.second->role == role; }));
}

void Client::note(Note::Kind kind, std::size_t pool, std::string text) {
   effects_.emplace_back(std::in_place_type<Note>, Note{kind, pool, std::move(text)});
}

void Client::open(std::size_t pool, Role role, std::uint64_t now_ns) {
   const LaneId id = ++last_lane_;
   lines_.emplace(id, std::make_unique<Line>(*this, id, pool, role, now_ns));
   effects_.push_back(Connect{id, pool, pools_[pool].moved.value_or(settings_.pools[pool].place)});
}

void Client::connected(LaneId lane, std::uint64_t now_ns) {
   const auto found = lines_.find(lane);
   if (found == lines_.end())
      return;
   found->second->now_ns = now_ns;
   found->second->talk.begin(now_ns);
   settle_down(now_ns);
}

void Client::line(LaneId lane, std::string_view text, std::uint64_t now_ns) {
   const auto found = lines_.find(lane);
   if (found == lines_.end())
      return;
   found->second->now_ns = now_ns;
   found->second->talk.line(text, now_ns);
   settle_down(now_ns);
}

void Client::closed(LaneId lane, const std::string &why, std::uint64_t now_ns) {
   const auto found = lines_.find(lane);
   if (found == lines_.end())
      return;
   found->second->gone = true;
   found->second->broken(why, false);
   settle_down(now_ns);
}

void Client::job(Line &line, const Job &job) {
   const auto &names = settings_.pools[line.pool].account.algorithms;
   if (!job.algorithm.empty() && !names.empty() && std::ranges::find(names, job.algorithm) == names.end()) {
      line.broken("it gives work for " + job.algorithm + ", which is not what is to be mined here", true);
      return;
   }
   if (settings_.needs_seed && !job.seed) {
      line.broken("it gives work without the seed that the algorithm needs", true);
      return;
   }
   if (line.served_ns == 0)
      line.served_ns = std::max<std::uint64_t>(line.now_ns, 1);
   line.newest = job;
   if (line.role == Role::main || line.role == Role::further)
      book_.job(line.id, job, line.now_ns);
   if (line.role == Role::main)
      job_ns_ = line.now_ns;
}

bool may_redirect(std::string_view from, std::string_view to) {
   if (to.empty() || to == from)
      return true;
   const auto inside = [](std::string_view name, std::string_view domain) {
      return name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.';
   };
   if (inside(to, from))
      return true;
   const std::size_t dot = from.find('.');
   if (dot == std::string_view::npos || from.find_first_not_of("0123456789.") == std::string_view::npos)
      return false; // an address, or a name of this network
   const std::string_view parent = from.substr(dot + 1);
   const std::size_t last = parent.rfind('.');
   if (last == std::string_view::npos)
      return false;
   // "co.uk" and the like belong to nobody.
   constexpr std::size_t k_registry_max = 3, k_country = 2;
   const bool registry = parent.find('.') == last && last <= k_registry_max && parent.size() - last - 1 == k_country;
   return !registry && (to == parent || inside(to, parent));
}

void Client::redirect(Line &line, const Reconnect &where) {
   const common::HostPort &configured = settings_.pools[line.pool].place;
   if (!may_redirect(configured.host, where.host)) {
      note(Note::Kind::refused_redirect, line.pool, where.host);
      return;
   }
   Pool &pool = pools_[line.pool];
   common::HostPort to = configured;
   if (!where.host.empty())
      to.host = where.host;
   if (where.port != 0)
      to.port = where.port;
   note(Note::Kind::redirect, line.pool, to.authority());
   pool.moved = std::move(to);
   pool.not_before_ns = line.now_ns + where.wait_s * k_second_ns;
   if (pool.moved_ns != 0 && line.now_ns - pool.moved_ns < k_redirects_apart_ns)
      pool.pause(line.now_ns);
   pool.moved_ns = line.now_ns;
   line.sent_on = true;
   line.broken("the pool asks to connect again", false);
}

void Client::drop(LaneId lane) {
   const auto found = lines_.find(lane);
   Line &line = *found->second;
   line.talk.abandon("the connection to the pool is gone");
   if (!line.gone)
      effects_.push_back(HangUp{lane});
   lines_.erase(found);
}

void Client::fail(LaneId lane, std::uint64_t now_ns) {
   const Line &line = *lines_.at(lane);
   const Role role = line.role;
   const std::size_t index = line.pool;
   const std::string why = line.why;
   Pool &pool = pools_[index];
   if (role == Role::further) {
      widen_at_ns_ = now_ns + k_widen_again_ns;
   } else if (role != Role::retiring && !line.sent_on) {
      ++pool.failures;
      pool.trouble = why;
      pool.pause(now_ns);
      // Asking again soon does not change a refusal's mind.
      if (line.refused)
         pool.not_before_ns = now_ns + settings_.retry_longest_ns;
      pool.moved.reset();
   }
   book_.lost(lane, now_ns);
   drop(lane);
   after_loss(role, index, why, now_ns);
}

void Client::after_loss(Role role, std::size_t pool, const std::string &why, std::uint64_t now_ns) {
   if (role == Role::candidate)
      return note(Note::Kind::failed, pool, why);
   if (role != Role::main)
      return;
   // Another connection to the same pool has work for everybody at once; a candidate that serves, a moment later.
   const auto well = [&](Role wanted) -> Line * {
      for (const auto &[id, line] : lines_)
         if (line->role == wanted && line->served_ns != 0 && !line->over)
            return line.get();
      return nullptr;
   };
   note(Note::Kind::lost, pool, why);
   if (Line *next = well(Role::further)) {
      next->role = Role::main;
      return;
   }
   for (auto &[id, line] : lines_)
      if (line->role == Role::further)
         line->role = Role::retiring;
   serving_ = false;
   since_ns_ = now_ns;
   if (Line *next = well(Role::candidate))
      promote(*next, now_ns);
}

void Client::promote(Line &line, std::uint64_t now_ns) {
   for (auto &[id, other] : lines_)
      if (other->role == Role::main || other->role == Role::further) {
         other->role = Role::retiring;
         other->retired_ns = now_ns;
      }
   book_.change_pool(now_ns);
   line.role = Role::main;
   if (last_served_ != line.pool && last_served_ != k_none)
      ++changes_;
   else if (last_served_ == line.pool)
      ++reconnects_;
   last_served_ = active_ = line.pool;
   serving_ = true;
   since_ns_ = now_ns;
   job_ns_ = now_ns;
   pools_[line.pool].trouble.clear();
   note(Note::Kind::serving, line.pool);
   book_.job(line.id, *line.newest, now_ns);
}

void Client::choose(std::uint64_t now_ns) {
   if (stopped_)
      return;
   const Line *main = find(Role::main);
   if (Line *candidate = find(Role::candidate)) {
      const bool serves = candidate->served_ns != 0;
      if (serves && (!main || now_ns - candidate->served_ns >= settings_.return_after_ns))
         promote(*candidate, now_ns);
      return;
   }
   const std::size_t end = main ? main->pool : pools_.size();
   for (std::size_t i = 0; i < end; ++i)
      if (pools_[i].not_before_ns <= now_ns)
         return open(i, Role::candidate, now_ns);
}

void Client::widen(std::uint64_t now_ns) {
   const Line *main = find(Role::main);
   std::size_t wanted = book_.connections_wanted();
   if (!main || stopped_ || wanted == 0 || now_ns < widen_at_ns_)
      return;
   std::size_t opening = 0, open_now = 1;
   for (const auto &[id, line] : lines_)
      if (line->role == Role::further) {
         ++open_now;
         opening += line->served_ns == 0;
      }
   const std::size_t pool = main->pool;
   for (; opening < std::min(wanted, k_opening_max) && open_now < settings_.connections_max; ++opening, ++open_now)
      open(pool, Role::further, now_ns);
}

void Client::announce(std::uint64_t now_ns) {
   std::size_t serving = 0;
   for (const auto &[id, line] : lines_)
      serving += (line->role == Role::main || line->role == Role::further) && line->served_ns != 0;
   if (serving == 0)
      return;
   if (auto offer = book_.due(serving, now_ns))
      effects_.push_back(std::move(*offer));
}

/// After each event: what broke is gone, what is wanted is opened, what is new is told.
void Client::settle_down(std::uint64_t now_ns) {
   for (auto at = lines_.begin(); at != lines_.end();) {
      if (!at->second->over) {
         ++at;
         continue;
      }
      fail(at->first, now_ns);
      at = lines_.begin(); // others may have changed
   }
   choose(now_ns);
   widen(now_ns);
   announce(now_ns);
}

void Client::tick(std::uint64_t now_ns) {
   for (auto &[id, line] : lines_) {
      line->now_ns = now_ns;
      line->talk.tick(now_ns);
      if (line->served_ns == 0 && now_ns - line->opened_ns >= settings_.patience.connect_ns)
         line->broken("no work within " + std::to_string(settings_.patience.connect_ns / k_millisecond_ns) +
                         " ms of connecting",
                      false);
      if (line->role == Role::main && now_ns - line->served_ns >= settings_.return_after_ns)
         pools_[line->pool].pauses.reset();
   }
   std::vector<LaneId> retired;
   for (const auto &[id, line] : lines_)
      if (line->role == Role::retiring && !line->over &&
          (line->talk.pending() == 0 || now_ns - line->retired_ns >= k_retiring_ns))
         retired.push_back(id);
   for (const LaneId id : retired)
      drop(id);
   settle_down(now_ns);
}

void Client::stop() {
   stopped_ = true;
   serving_ = false;
   while (!lines_.empty())
      drop(lines_.begin()->first);
}

void Client::hand_in(const Admitted &solution, const Hash &digest, const U256 &number, std::uint64_t ticket,
                     std::uint64_t now_ns) {
   const auto refuse = [&](std::int32_t outcome, const char *text) {
      effects_.emplace_back(std::in_place_type<Settled>, Settled{ticket, outcome, text});
   };
   const auto found = lines_.find(solution.work->lane);
   if (found == lines_.end())
      return refuse(NEB_WORK_LOST, "the connection that the work came from is gone");
   if (solution.work->stale)
      return refuse(NEB_WORK_STALE, "the pool has given other work since");
   const std::string *job = Book::job_for(*solution.work, number);
   if (!job)
      return refuse(NEB_WORK_LOW, "it does not meet the difficulty that the pool wants of its connection");
   Share share = solution.share;
   share.ticket = ticket;
   share.job = *job;
   share.digest = digest;
   if (!found->second->talk.submit(share, now_ns))
      refuse(NEB_WORK_LOST, "the pool is too far behind with its answers");
}

ClientView Client::view() const {
   ClientView out;
   out.active = active_;
   out.serving = serving_;
   out.connections = count(Role::main) + count(Role::further);
   out.since_ns = since_ns_;
   out.job_ns = job_ns_;
   out.changes = changes_;
   out.reconnects = reconnects_;
   out.work = book_.current();
   if (!rtts_ns_.empty()) {
      std::vector<std::uint64_t> sorted(rtts_ns_.begin(), rtts_ns_.end());
      const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
      std::ranges::nth_element(sorted, middle);
      out.rtt_p50_ns = *middle;
   }
   for (std::size_t i = 0; i < pools_.size(); ++i) {
      PoolView one;
      one.url = settings_.pools[i].url();
      one.failures = pools_[i].failures;
      one.trouble = pools_[i].trouble;
      one.active = serving_ && i == active_;
      one.connected = std::ranges::any_of(
         lines_, [&](const auto &line) { return line.second->pool == i && line.second->served_ns != 0; });
      out.pools.push_back(std::move(one));
   }
   return out;
}

} // namespace nebula::upstream
