#include "shell/coin_link.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace nebula::monero {

namespace {

constexpr TimeMs k_longest_pause = 60'000;

} // namespace

Settings CoinLink::wallet_settings(const Settings &settings) {
   Settings out = settings;
   if (settings.wallet_rpc.url) {
      out.url = *settings.wallet_rpc.url;
      out.credentials = settings.wallet_rpc.credentials;
      out.tls_fingerprint = settings.wallet_rpc.tls_fingerprint;
   }
   return out;
}

CoinLink::CoinLink(Settings settings, Now now, PayoutStore &store)
   : settings_(std::move(settings)), now_(std::move(now)), payer_(store, settings_.wallet),
     keep_running_(io_->get_executor()),
     timer_(*io_), daemon_{std::make_shared<HttpConnection>(*io_, settings_), {}, settings_.timeouts.poll},
     wallet_{std::make_shared<HttpConnection>(*io_, wallet_settings(settings_)), {}, settings_.wallet_rpc.timeout} {}

CoinLink::~CoinLink() {
   stop();
}

void CoinLink::start() {
   {
      const std::lock_guard lock(payer_mutex_);
      payer_.load(now_());
   }
   post([this] { step(); });
   thread_ = std::thread([this] { run(); });
}

// A failure of the program itself ends this round, never the thread: money may be on its way.
void CoinLink::run() {
   for (;;) {
      try {
         io_->run();
         return;
      } catch (const std::exception &) {
         post([this] { arm(); });
      }
   }
}

void CoinLink::stop() {
   if (!io_)
      return;
   io_->stop();
   if (thread_.joinable())
      thread_.join();
   stopping_ = true;
   // What is under way is answered by its connection's end, what waits is answered here.
   for (Lane *lane : {&daemon_, &wallet_}) {
      lane->connection->reset(settings_);
      for (const Errand &one : std::exchange(lane->errands, {}))
         one.done(Error{"the service ends", Fault::transport});
   }
   // Tasks that were posted and did not run hold answers as well.
   io_->restart();
   keep_running_.reset();
   timer_.reset();
   io_->poll();
   daemon_.connection.reset();
   wallet_.connection.reset();
   const std::lock_guard lock(life_mutex_);
   io_.reset();
}

void CoinLink::post(std::function<void()> task) {
   const std::lock_guard lock(life_mutex_);
   if (io_)
      boost::asio::post(*io_, std::move(task));
}

void CoinLink::reconfigure(Settings settings) {
   post([this, settings = std::move(settings)] {
      settings_ = settings;
      daemon_.timeout = settings_.timeouts.poll;
      daemon_.connection->reset(settings_);
      wallet_.connection->reset(wallet_settings(settings_));
   });
}

void CoinLink::enqueue(Lane &lane, Errand errand) {
   if (stopping_ || lane.errands.size() >= k_errands_max)
      return errand.done(Error{stopping_ ? "the service ends" : "too many questions wait", Fault::transport});
   lane.errands.push_back(std::move(errand));
   step();
}

void CoinLink::send(Lane &lane, Errand errand) {
   lane.connection->send(std::move(errand.request), lane.timeout,
                         [this, done = std::move(errand.done)](const Result<std::string> &body) {
                            done(body);
                            // Not from inside the connection's callback: the next request may go out on it.
                            post([this] { step(); });
                         });
}

void CoinLink::step() {
   if (stopping_)
      return;
   for (Lane *lane : {&daemon_, &wallet_}) {
      if (lane->connection->busy() || lane->errands.empty())
         continue;
      Errand errand = std::move(lane->errands.front());
      lane->errands.pop_front();
      send(*lane, std::move(errand));
   }
   if (settings_.wallet_rpc.url && !asking_) {
      const std::lock_guard lock(payer_mutex_);
      if (!question_)
         question_ = payer_.due(now_());
   }
   if (question_) {
      Lane &lane = question_->whom == PayerQuestion::Whom::daemon ? daemon_ : wallet_;
      if (!lane.connection->busy()) {
         asking_ = true;
         send(lane, {std::exchange(question_, std::nullopt)->request, [this](const Result<std::string> &body) {
                        asking_ = false;
                        const std::lock_guard lock(payer_mutex_);
                        payer_.on_answer(now_(), body);
                     }});
      }
   }
   arm();
}

void CoinLink::arm() {
   TimeMs pause = k_longest_pause;
   if (settings_.wallet_rpc.url && !asking_ && !question_) {
      const std::lock_guard lock(payer_mutex_);
      if (const auto due = payer_.due_at())
         pause = std::clamp<TimeMs>(*due - now_(), 1, pause);
   }
   timer_->expires_after(std::chrono::milliseconds(pause));
   timer_->async_wait([this](const auto &code) {
      if (!code)
         step();
   });
}

void CoinLink::block(const Hash &id, std::uint64_t height, OnBlock answer) {
   post([this, id, height, answer = std::move(answer)] {
      enqueue(daemon_, {header_request(id), [this, id, height, answer](const Result<std::string> &body) {
                           const auto header =
                              body ? parse_header_answer(*body) : Result<std::optional<HeaderAnswer>>(body.error());
                           if (!header)
                              return answer(std::nullopt);
                           BlockView view;
                           view.height = *header ? (*header)->height : height;
                           if (!*header || (*header)->orphan)
                              return look_at_height(view, id, answer);
                           view.place = BlockView::Place::main_chain;
                           view.depth = (*header)->depth;
                           view.reward = (*header)->reward;
                           answer(view);
                        }});
   });
}

// It is not in the main chain: does another one have its place?
void CoinLink::look_at_height(const BlockView &so_far, const Hash &id, const OnBlock &answer) {
   post([this, view = so_far, id, answer] {
      enqueue(daemon_, {header_at_request(view.height), [view, id, answer](const Result<std::string> &body) {
                           const auto header =
                              body ? parse_header_answer(*body) : Result<std::optional<HeaderAnswer>>(body.error());
                           if (!header)
                              return answer(std::nullopt);
                           BlockView out = view;
                           if (*header && (*header)->hash != id)
                              out.place = BlockView::Place::orphaned;
                           answer(out);
                        }});
   });
}

void CoinLink::block_at(std::uint64_t height, OnBlock answer) {
   post([this, height, answer = std::move(answer)] {
      enqueue(daemon_, {header_at_request(height), [this, height, answer](const Result<std::string> &body) {
                           const auto header =
                              body ? parse_header_answer(*body) : Result<std::optional<HeaderAnswer>>(body.error());
                           if (!header)
                              return answer(std::nullopt);
                           BlockView view;
                           view.height = height;
                           if (!*header)
                              return answer(view);
                           view.place = BlockView::Place::main_chain;
                           view.depth = (*header)->depth;
                           look_whose_it_is(view, answer);
                        }});
   });
}

// A wallet that has not come as far as the block cannot say.
void CoinLink::look_whose_it_is(const BlockView &so_far, const OnBlock &answer) {
   post([this, view = so_far, answer] {
      enqueue(wallet_,
              {wallet_height_request(), [this, view, answer](const Result<std::string> &said) {
                  const auto known = said ? parse_wallet_height_answer(*said) : Result<std::uint64_t>(said.error());
                  if (!known || *known <= view.height)
                     return answer(std::nullopt);
                  post([this, view, answer] {
                     enqueue(wallet_, {incoming_request(view.height), [view, answer](const Result<std::string> &body) {
                                          const auto reward = body ? parse_incoming_answer(*body, view.height)
                                                                   : Result<std::uint64_t>(body.error());
                                          if (!reward)
                                             return answer(std::nullopt);
                                          BlockView out = view;
                                          out.reward = *reward;
                                          answer(out);
                                       }});
                  });
               }});
   });
}

void CoinLink::balance(OnBalance answer) {
   post([this, answer = std::move(answer)] {
      enqueue(wallet_, {balance_request(), [this, answer](const Result<std::string> &body) {
                           const auto balance =
                              body ? parse_balance_answer(*body) : Result<BalanceAnswer>(body.error());
                           if (!balance)
                              return answer(std::nullopt);
                           WalletBalance out{balance->unlocked, balance->balance - balance->unlocked};
                           {
                              const std::lock_guard lock(payer_mutex_);
                              out.spendable -= std::min(out.spendable, payer_.owed());
                           }
                           answer(out);
                        }});
   });
}

Result<BatchView> CoinLink::order(std::string_view key, std::vector<Payment> payments, const std::string &impossible) {
   Result<BatchView> out = Error{""};
   {
      const std::lock_guard lock(payer_mutex_);
      out = payer_.order(now_(), key, std::move(payments), impossible);
   }
   post([this] { step(); });
   return out;
}

std::optional<BatchView> CoinLink::batch(std::string_view key) {
   const std::lock_guard lock(payer_mutex_);
   return payer_.view(key);
}

std::vector<std::pair<std::string, BatchView>> CoinLink::list() {
   const std::lock_guard lock(payer_mutex_);
   return payer_.list();
}

std::string CoinLink::trouble() {
   const std::lock_guard lock(payer_mutex_);
   return payer_.trouble();
}

} // namespace nebula::monero
