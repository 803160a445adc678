#include "shell/daemon_link.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace nebula::monero {

namespace {

constexpr TimeMs k_longest_pause = 1'000; // so that the age of a template shows while nothing is due

// Applies a reader to an answer that may be a failure already.
template <class Read>
auto read_answer(const Result<std::string> &body, Read read) -> decltype(read(std::string_view{})) {
   if (!body)
      return body.error();
   return read(*body);
}

} // namespace

DaemonLink::DaemonLink(Settings settings, Now now, std::uint64_t seed, LinkListener &listener)
   : settings_(std::move(settings)), now_(std::move(now)), listener_(listener), monitor_(settings_.times, now_(), seed),
     tracker_(seed), keep_running_(io_->get_executor()), timer_(*io_),
     polls_(std::make_shared<HttpConnection>(*io_, settings_)),
     submits_(std::make_shared<HttpConnection>(*io_, settings_)) {}

DaemonLink::~DaemonLink() {
   stop();
}

Result<std::monostate> DaemonLink::open() {
   if (!settings_.zmq.empty()) {
      std::string error;
      zmq_ = ZmqListener::open(
         *io_, settings_.zmq,
         [this] {
            listener_.on_wake();
            monitor_.wake(now_());
            step();
         },
         error);
      if (!zmq_)
         return Error{"zmq: " + settings_.zmq + " cannot be listened to: " + error, Fault::transport};
   }
   return std::monostate{};
}

void DaemonLink::start() {
   post([this] { step(); });
   thread_ = std::thread([this] { run(); });
}

void DaemonLink::run() {
   try {
      io_->run();
   } catch (const std::exception &error) {
      listener_.on_broken(error.what());
   }
}

// The context goes as well, for it may keep a thread of its own that resolves names.
void DaemonLink::stop() {
   if (!io_)
      return;
   io_->stop();
   if (thread_.joinable())
      thread_.join();
   zmq_.reset();
   timer_.reset();
   polls_.reset();
   submits_.reset();
   keep_running_.reset();
   const std::lock_guard lock(life_mutex_);
   io_.reset();
}

void DaemonLink::post(std::function<void()> task) {
   const std::lock_guard lock(life_mutex_);
   if (io_)
      boost::asio::post(*io_, std::move(task));
}

void DaemonLink::hand_in(SolvedBlock block, std::function<void(BlockTracker::Admission)> answer) {
   post([this, block = std::move(block), answer = std::move(answer)] {
      answer(tracker_.add(now_(), block));
      step();
   });
}

void DaemonLink::follow(std::vector<FollowedBlock> blocks) {
   tracker_.follow(now_(), std::move(blocks));
}

std::future<std::vector<FollowedBlock>> DaemonLink::followed() {
   const auto promise = std::make_shared<std::promise<std::vector<FollowedBlock>>>();
   post([this, promise] { promise->set_value(tracker_.followed()); });
   return promise->get_future();
}

void DaemonLink::reconfigure(Settings settings) {
   post([this, settings = std::move(settings)] {
      settings_ = settings;
      polls_->reset(settings_);
      submits_->reset(settings_);
      monitor_.reconfigure(now_(), settings_.times);
      step();
   });
}

void DaemonLink::step() {
   ask_monitor();
   ask_tracker();
   show();
   arm();
}

void DaemonLink::arm() {
   const TimeMs now = now_();
   TimeMs at = now + k_longest_pause;
   if (const auto due = monitor_.due_at())
      at = std::min(at, *due);
   if (const auto due = tracker_.due_at(); due && !submits_->busy())
      at = std::min(at, *due);
   timer_->expires_after(std::chrono::milliseconds(std::max<TimeMs>(at - now, 1)));
   timer_->async_wait([this](const auto &code) {
      if (!code)
         step();
   });
}

void DaemonLink::show() {
   const TimeMs now = now_();
   listener_.on_view({monitor_.state(), monitor_.since(), monitor_.detail(), monitor_.height(),
                      monitor_.unconfirmed_for(now), monitor_.stale(now), tracker_.unresolved()});
}

void DaemonLink::ask(HttpConnection &connection, Question question, RpcRequest request, TimeMs timeout,
                     std::function<void(const Result<std::string> &)> answered) {
   const TimeMs began = now_();
   connection.send(std::move(request), timeout,
                   [this, question, began, answered = std::move(answered)](const Result<std::string> &body) {
                      listener_.on_answer(question, body.ok(), now_() - began);
                      answered(body);
                      // Not from inside the connection's callback: the next request may go out on it.
                      post([this] { step(); });
                   });
}

void DaemonLink::ask_monitor() {
   if (polls_->busy())
      return;
   switch (monitor_.due(now_())) {
   case DaemonMonitor::Ask::nothing:
      return;
   case DaemonMonitor::Ask::height:
      ask(*polls_, Question::height, height_request(), settings_.timeouts.poll, [this](const auto &body) {
         monitor_.on_height(now_(), read_answer(body, parse_height_answer));
         tracker_.on_tip(now_(), monitor_.height());
      });
      return;
   case DaemonMonitor::Ask::info:
      ask(*polls_, Question::info, info_request(), settings_.timeouts.poll,
          [this](const auto &body) { monitor_.on_info(now_(), read_answer(body, parse_info_answer)); });
      return;
   case DaemonMonitor::Ask::block_template:
      ask(*polls_, Question::block_template, template_request(settings_.wallet, settings_.reserve_size),
          settings_.timeouts.block_template, [this](const auto &body) {
             const auto work =
                read_answer(body, [this](std::string_view text) -> Result<std::shared_ptr<const BlockWork>> {
                   auto answer = parse_template_answer(text);
                   if (!answer)
                      return answer.error();
                   return BlockWork::make(*std::move(answer), settings_.reserve_size, settings_.max_major_version);
                });
             monitor_.on_template(now_(), work);
             tracker_.on_tip(now_(), monitor_.height());
             if (work)
                listener_.on_work(*work);
          });
      return;
   }
}

void DaemonLink::ask_tracker() {
   if (submits_->busy())
      return;
   const auto due = tracker_.due(now_());
   if (!due)
      return;
   if (due->what == BlockTracker::What::submit) {
      ask(*submits_, Question::submit, submit_request(*due->blob), settings_.timeouts.submit, [this](const auto &body) {
         const auto change = tracker_.on_submit(now_(), read_answer(body, parse_submit_answer));
         if (change)
            listener_.on_fate(*change);
      });
      return;
   }
   ask(*submits_, Question::look, header_request(due->id), settings_.timeouts.poll, [this](const auto &body) {
      const auto change = tracker_.on_look(now_(), read_answer(body, parse_header_answer));
      if (change)
         listener_.on_fate(*change);
   });
}

} // namespace nebula::monero
