#include "miner/miner_node.h"

#include "host/config/json_value.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace nebula::miner::test {

namespace {

std::unique_ptr<host::Log> quiet_log(host::Clock &clock) {
   host::LogOptions options;
   options.level = host::LogLevel::off;
   return std::move(host::Log::open(options, clock).value());
}

void append(void *user, neb_bytes piece) {
   static_cast<std::string *>(user)->append(reinterpret_cast<const char *>(piece.ptr), piece.len);
}

neb_error empty_error() {
   return {sizeof(neb_error), NEB_OK, {}};
}

} // namespace

MinerNode::MinerNode(const std::string &config, bool with_source)
   : log_(quiet_log(clock_)), services_{clock_, executor_, bus_, metrics_, health_, *log_, directory_, view_, "test"},
     config_(host::config::from_json(boost::json::parse(config), {})),
     config_table_(host::config::config_table(nullptr)) {
   host::connect_host_services(services_, timers_);
   pow_ = host::make_pow(
      services_,
      [this](std::function<void()> task) {
         const std::lock_guard lock(main_mutex_);
         main_.push_back(std::move(task));
      },
      "");
   directory_.set_pow(pow_.get());
   directory_.set_instances({{"toy", {0, {NEB_SVC_POW_ALGORITHM}}},
                             {"chain", {1, {NEB_SVC_WORK_SOURCE}}},
                             {"guest", {2, {NEB_SVC_POW_BACKEND}}},
                             {"miner", {3, {}}}});
   (void)directory_.provide({"toy", "toy"}, NEB_SVC_POW_ALGORITHM, host::toy::k_name, nullptr, &host::toy::algorithm(),
                            nullptr);
   directory_.instance_ready("toy");
   if (with_source)
      provide_source();
   host::InstanceSpec spec;
   spec.instance = spec.plugin = "miner";
   spec.config_table = &config_table_;
   spec.config_root = host::config::as_handle(config_);
   instance_ = std::make_unique<host::InstanceHost>(services_, spec);
}

MinerNode::~MinerNode() {
   if (running_) {
      EXPECT_EQ(stop(), NEB_OK);
   }
   if (plugin_)
      plugin_->destroy(plugin_);
   pump();
   pow_.reset(); // its thread no longer posts
   directory_.set_pow(nullptr);
}

void MinerNode::provide_source() {
   (void)directory_.provide({"chain", "double"}, NEB_SVC_WORK_SOURCE, nullptr, nullptr, &source.table(), nullptr);
   directory_.instance_ready("chain");
}

bool MinerNode::withdraw_source() {
   return static_cast<bool>(directory_.withdraw("chain", 5'000'000'000));
}

void MinerNode::add(const host::toy::ToyBackend &backend) {
   const std::string properties = host::to_text(backend.provided().properties);
   const std::string shown = properties.substr(0, properties.find(",name="));
   EXPECT_EQ(directory_.provide({"guest", "guest"}, NEB_SVC_POW_BACKEND, backend.table().name, shown.c_str(),
                                &backend.table(), nullptr),
             NEB_OK);
   directory_.instance_ready("guest");
}

std::string MinerNode::start() {
   neb_error error = empty_error();
   const neb_entry *entry = nebula_plugin_entry(NEB_ABI_MAJOR, NEB_ABI_MINOR);
   plugin_ = entry->create(instance_->record(), 0, &error);
   instance_->set_state(host::InstanceState::created);
   {
      const host::InstanceHost::InitScope scope(*instance_);
      if (plugin_->init(plugin_, &error) != NEB_OK)
         return error.text;
   }
   instance_->set_state(host::InstanceState::ready);
   instance_->open_tasks();
   if (plugin_->start(plugin_, &error) != NEB_OK)
      return error.text;
   instance_->set_state(host::InstanceState::running);
   running_ = true;
   return {};
}

neb_status MinerNode::drain(std::uint64_t within_ns) {
   return plugin_->drain(plugin_, clock_.monotonic_ns() + within_ns);
}

neb_status MinerNode::stop(std::uint64_t within_ns) {
   const std::uint64_t deadline = clock_.monotonic_ns() + within_ns;
   const neb_status status = plugin_->stop(plugin_, deadline);
   running_ = false;
   EXPECT_TRUE(instance_->close_tasks(deadline));
   directory_.end_watches("miner");
   return status;
}

void MinerNode::pump() {
   for (;;) {
      std::function<void()> task;
      {
         const std::lock_guard lock(main_mutex_);
         if (main_.empty())
            return;
         task = std::move(main_.front());
         main_.pop_front();
      }
      task();
   }
}

bool MinerNode::eventually(const std::function<bool()> &predicate) {
   for (int i = 0; i < 20'000; ++i) {
      pump();
      if (predicate())
         return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
   }
   return false;
}

std::string MinerNode::ask(const std::string &method) {
   const auto *command = static_cast<const neb_command *>(plugin_->get_extension(plugin_, NEB_SVC_COMMAND));
   std::string text;
   neb_error error = empty_error();
   const neb_status status = command->answer(command, {method.data(), method.size()}, {}, append, &text, &error);
   return status == NEB_OK ? text : error.text;
}

std::string MinerNode::status() {
   const auto *view = static_cast<const neb_status_view *>(plugin_->get_extension(plugin_, NEB_SVC_STATUS));
   std::string text;
   (void)view->write(view, append, &text);
   return text;
}

std::string MinerNode::health() {
   return health_.healthz().json;
}

} // namespace nebula::miner::test
