#include "host/isolation/runner.h"

#include "host/isolation/runner_host.h"
#include "host/isolation/runner_link.h"
#include "host/isolation/runner_session.h"
#include "host/plugin/library.h"
#include "host/plugin/note.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace nebula::host {
namespace {

constexpr std::size_t k_sessions_max = 4096; // as one facade of the host has

/// The plugin's file as an image. An unpinned file that was replaced since the host looked at it is not loaded: the
/// descriptor is.
Result<Image> image_of(const Setup &setup, Descriptor file) {
   Image image;
   image.path = setup.path;
   struct stat there {
   }, ours{};
   const bool same = fstat(file.get(), &ours) == 0 && stat(setup.path.c_str(), &there) == 0 &&
                     there.st_ino == ours.st_ino && there.st_dev == ours.st_dev;
   image.sealed = setup.sealed != 0 || !same;
   image.identity = "runner";
   auto input = elf_input(file.get());
   if (!input)
      return input.error();
   const Note note = read_manifest_note(*input);
   if (note.fault != NoteFault::none)
      return Error{note.what, ErrorKind::unavailable};
   auto manifests = parse_manifests(note.text);
   if (!manifests)
      return manifests.error();
   image.manifests = std::move(*manifests);
   image.descriptor = std::move(file);
   return image;
}

/// The process: life-cycle calls on the main thread, the channel on another, each session on its own two.
class Runner {
public:
   Runner() : link_(k_runner_channel), listener_([this] { listen(); }) {}

   void run() {
      for (;;) {
         Request request;
         {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !requests_.empty() || let_go_; });
            if (requests_.empty())
               break;
            request = std::move(requests_.front());
            requests_.pop_front();
         }
         link_.answer(request.message.id, handle(request));
      }
      end();
   }

private:
   struct Request {
      Message message;
      Descriptor descriptor;
   };

   void listen() {
      prctl(PR_SET_NAME, "runner channel");
      Descriptor descriptor;
      while (auto message = link_.receive(descriptor)) {
         const std::lock_guard lock(mutex_);
         if (message->kind == MessageKind::log_level) {
            if (const auto level = parse_number(message->payload); level && host_)
               host_->set_log_level(static_cast<std::uint32_t>(*level));
         } else if (message->kind == MessageKind::open) {
            open(*message, std::move(descriptor));
         } else {
            requests_.push_back({std::move(*message), std::move(descriptor)});
         }
         changed_.notify_all();
      }
      const std::lock_guard lock(mutex_);
      let_go_ = true;
      changed_.notify_all();
   }

   /// Under the lock, on the channel's thread: the plugin opens on the session's own.
   void open(const Message &message, Descriptor memory) {
      sessions_.remove_if([](const auto &session) { return session->ended(); });
      const auto what = parse_open(message.payload);
      auto ring = Ring::attach(memory.get());
      RunnerSession::Subject subject;
      if (what && host_ && what->of == SessionOf::algorithm)
         subject.algorithm = host_->directory().algorithm(what->algorithm);
      else if (what && host_)
         subject.backend = host_->directory().backend(what->backend, what->algorithm);
      Answer answer;
      answer.status = NEB_E_STATE;
      if (!what || !ring || (!subject.backend && !subject.algorithm) || stopping_) {
         answer.text = "it provides no such thing since it was started";
      } else if (sessions_.size() >= k_sessions_max) {
         answer.status = NEB_E_FULL;
         answer.text = "a runner has at most 4096 sessions";
      } else {
         sessions_.push_back(std::make_unique<RunnerSession>(
            std::move(*ring), *what, subject,
            [this, id = message.id](const Answer &opened) { link_.answer(id, opened); }));
         return;
      }
      link_.answer(message.id, answer);
   }

   [[nodiscard]] Answer handle(Request &request) {
      const std::string &payload = request.message.payload;
      switch (request.message.kind) {
      case MessageKind::setup:
         return setup(payload, std::move(request.descriptor));
      case MessageKind::start:
         return start();
      case MessageKind::drain:
         return running_ ? call([&] { return table_.drain(&table_, parse_number(payload).value_or(0)); }) : Answer{};
      case MessageKind::stop:
         return stop(parse_number(payload).value_or(0));
      case MessageKind::telemetry:
         return telemetry(payload);
      case MessageKind::member:
         return member(payload);
      default:
         return failed(NEB_E_UNSUPPORTED, "the runner does not know this request");
      }
   }

   static Answer failed(neb_status status, std::string text) {
      Answer answer;
      answer.status = status;
      answer.text = std::move(text);
      return answer;
   }

   template <class Call>
   Answer call(Call body) {
      Answer answer;
      answer.status = body();
      return answer;
   }

   template <class Call>
   Answer call_with_error(Call body) {
      auto err = make_error();
      Answer answer;
      answer.status = body(&err);
      answer.text = text_of(err);
      return answer;
   }

   Answer setup(const std::string &payload, Descriptor file) {
      auto parsed = parse_setup(payload);
      if (!parsed || host_)
         return failed(NEB_E_INVALID, "the runner was set up wrongly");
      std::uint32_t index = 0;
      auto image = image_of(*parsed, std::move(file));
      if (!image || !image->manifest(parsed->plugin, &index))
         return failed(NEB_E_FAIL, image ? "the file has no such plugin" : image.error().message);
      auto library = load_library(std::move(*image));
      if (!library)
         return failed(NEB_E_FAIL, library.error().message);
      auto host = std::make_unique<RunnerHost>(*parsed, link_);
      {
         const std::lock_guard lock(mutex_);
         host_ = std::move(host);
      }
      const neb_plugin *given = nullptr;
      Answer answer = call_with_error([&](neb_error *err) {
         given = (*library)->entry->create(host_->record(), index, err);
         return given ? NEB_OK : NEB_E_FAIL;
      });
      if (!given)
         return answer;
      auto table = complete_plugin(given);
      if (!table)
         return failed(NEB_E_FAIL, table.error().message);
      table_ = *table;
      created_ = true;
      host_->instance().set_state(InstanceState::created);
      {
         const InstanceHost::InitScope scope(host_->instance());
         answer = call_with_error([&](neb_error *err) { return table_.init(&table_, err); });
      }
      if (answer.status == NEB_OK) {
         host_->instance().set_state(InstanceState::ready);
         answer.described = host_->directory().described();
      }
      return answer;
   }

   Answer start() {
      if (!created_ || running_)
         return {}; // asked for twice, when the host restarts a runner and starts the instance at once
      host_->instance().open_tasks();
      Answer answer = call_with_error([&](neb_error *err) { return table_.start(&table_, err); });
      if (answer.status == NEB_OK) {
         running_ = true;
         host_->instance().set_state(InstanceState::running);
      }
      return answer;
   }

   Answer stop(std::uint64_t deadline_ns) {
      close_sessions();
      if (!running_)
         return {};
      running_ = false;
      Answer answer = call([&] { return table_.stop(&table_, deadline_ns); });
      host_->instance().set_state(InstanceState::stopped);
      (void)host_->instance().close_tasks(deadline_ns);
      return answer;
   }

   Answer member(const std::string &payload) {
      const auto request = parse_member_request(payload);
      if (!request || !created_)
         return failed(NEB_E_STATE, "the runner is not set up");
      auto described = host_->directory().member(*request);
      if (!described)
         return failed(NEB_E_INVALID, described.error().message);
      Answer answer;
      answer.described = std::move(*described);
      return answer;
   }

   Answer telemetry(const std::string &payload) {
      const auto name = parse_backend_name(payload);
      const auto *backend = name && host_ ? host_->directory().backend(name->name, name->algorithm) : nullptr;
      if (!backend)
         return failed(NEB_E_NOT_FOUND, "there is no such backend");
      Answer answer;
      answer.telemetry.size = sizeof answer.telemetry;
      answer.status = backend->telemetry(backend, &answer.telemetry);
      return answer;
   }

   void close_sessions() {
      std::list<std::unique_ptr<RunnerSession>> ended;
      {
         const std::lock_guard lock(mutex_);
         stopping_ = true;
         ended.swap(sessions_);
      }
      for (const auto &session : ended)
         session->close();
   } // each is waited for

   /// The host let go: everything ends in order; should it hang, the host ends the process.
   [[noreturn]] void end() {
      listener_.detach(); // it has ended, or never will
      (void)stop(RealClock().monotonic_ns() + k_last_words_ns);
      if (created_)
         table_.destroy(&table_);
      _exit(0); // no destructor of the plugin's libraries may hang or crash now
   }

   RunnerLink link_;
   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<Request> requests_; // guarded by mutex_, as all below
   bool let_go_ = false, stopping_ = false;
   std::unique_ptr<RunnerHost> host_; // written once
   std::list<std::unique_ptr<RunnerSession>> sessions_;
   neb_plugin table_{}; // main thread only, as all below
   bool created_ = false, running_ = false;
   std::thread listener_; // last
};

} // namespace

bool is_runner(const std::vector<std::string> &words) {
   return words.size() == 3 && words.front() == k_runner_option;
}

void run_runner(const std::vector<std::string> &words) {
   // With the host it ends, however that ends; and what a terminal or a service manager tells its whole group is the
   // host's business.
   prctl(PR_SET_PDEATHSIG, SIGKILL);
   if (std::to_string(getppid()) != words[1])
      _exit(1);
   for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE})
      std::signal(signal, SIG_IGN);
   auto *runner = new Runner; // until the process ends
   runner->run();
   std::abort();
}

} // namespace nebula::host
