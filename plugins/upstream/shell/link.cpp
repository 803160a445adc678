#include "link_connection.h"

#include <boost/asio/post.hpp>

namespace nebula::upstream {
namespace {

constexpr std::chrono::milliseconds k_tick{100};
constexpr std::chrono::milliseconds k_gather_tick{10}; ///< while a template waits for its last connections
constexpr std::uint64_t k_view_ns = 1'000'000'000;

} // namespace

Link::Link(ClientSettings settings, std::vector<common::TlsPolicy> tls, Now now, LinkListener &listener)
   : client_(settings), tls_(std::move(tls)), now_(std::move(now)), listener_(listener),
     keep_running_(io_->get_executor()), timer_(*io_) {
   for (const PoolSettings &pool : settings.pools)
      encrypted_.push_back(pool.tls);
}

Link::~Link() {
   stop();
}

void Link::start() {
   post([](Client &client, std::uint64_t now_ns) { client.start(now_ns); });
   for (const auto &[lane, connection] : connections_) // of another process
      connection->wake();
   arm();
   thread_ = std::thread([this] { run(); });
}

void Link::run() {
   try {
      io_->run();
   } catch (const std::exception &error) {
      listener_.on_broken(error.what());
   }
}

// The context goes as well, for it may keep a thread of its own that resolves names.
void Link::stop() {
   if (!io_)
      return;
   io_->stop();
   if (thread_.joinable())
      thread_.join();
   std::vector<Effect> effects;
   {
      const std::lock_guard lock(mutex_);
      client_.stop();
      effects = client_.take_effects();
   }
   perform(std::move(effects));
   connections_.clear();
   timer_.reset();
   keep_running_.reset();
   const std::lock_guard lock(life_mutex_);
   io_.reset();
}

void Link::post(std::function<void(Client &, std::uint64_t now_ns)> what) {
   const std::lock_guard life(life_mutex_);
   if (!io_)
      return;
   boost::asio::post(*io_, [this, what = std::move(what)] {
      std::vector<Effect> effects;
      {
         const std::lock_guard lock(mutex_);
         what(client_, now_());
         effects = client_.take_effects();
      }
      perform(std::move(effects));
   });
}

void Link::arm() {
   const bool gathers = locked([](Client &client, std::uint64_t) { return client.book().waits(); });
   timer_->expires_after(gathers ? k_gather_tick : k_tick);
   timer_->async_wait([this](const boost::system::error_code &code) {
      if (code || resting_)
         return;
      std::vector<Effect> effects;
      std::optional<ClientView> view;
      {
         const std::lock_guard lock(mutex_);
         const std::uint64_t now = now_();
         client_.tick(now);
         effects = client_.take_effects();
         if (now - viewed_ns_ >= k_view_ns) {
            viewed_ns_ = now;
            view = client_.view();
         }
      }
      perform(std::move(effects));
      if (view)
         listener_.on_tick(*view);
      arm();
   });
}

void Link::open(const Connect &connect) {
   auto transport = encrypted_[connect.pool] ? common::make_tls_transport(*io_, tls_[connect.pool])
                                             : common::make_tcp_transport(*io_);
   const auto connection = std::make_shared<Connection>(*this, connect.lane, std::move(transport));
   connections_.emplace(connect.lane, connection);
   connection->open(connect.place);
}

// In their order; what they lead to comes behind.
void Link::perform(std::vector<Effect> effects) {
   const bool under_way = !queue_.empty();
   queue_.insert(queue_.end(), std::make_move_iterator(effects.begin()), std::make_move_iterator(effects.end()));
   if (under_way)
      return;
   while (!queue_.empty()) {
      const Effect effect = std::move(queue_.front());
      if (const auto *connect = std::get_if<Connect>(&effect)) {
         open(*connect);
      } else if (const auto *say = std::get_if<Say>(&effect)) {
         if (const auto found = connections_.find(say->lane); found != connections_.end())
            std::shared_ptr(found->second)->say(say->line);
      } else if (const auto *hang_up = std::get_if<HangUp>(&effect)) {
         if (const auto found = connections_.find(hang_up->lane); found != connections_.end()) {
            found->second->hang_up();
            connections_.erase(found);
         }
      } else if (const auto *offer = std::get_if<Offer>(&effect)) {
         listener_.on_offer(*offer);
      } else if (const auto *settled = std::get_if<Settled>(&effect)) {
         listener_.on_settled(*settled);
      } else if (const auto *note = std::get_if<Note>(&effect)) {
         listener_.on_note(*note);
      }
      queue_.pop_front();
   }
}

} // namespace nebula::upstream
