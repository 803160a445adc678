/// What the node shows of itself: the status document, requests to instances, and the banner's listeners. Any thread.

#include "host/node/node.h"
#include "host/slots/c_error.h"

#include <nebula/svc/command.h>
#include <nebula/svc/status.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace nebula::host {
namespace json = boost::json;
namespace {

// A plugin's status or answer. The largest we know is a pool's list of 10,000 workers at 200 bytes.
constexpr std::size_t k_document_max = 4u << 20;
constexpr std::size_t k_document_depth = 32;

struct Collected {
   std::string text;
   bool cut = false;

   static void write(void *user, neb_bytes piece) {
      auto &self = *static_cast<Collected *>(user);
      if (piece.len > k_document_max - self.text.size())
         self.cut = true;
      else
         self.text.append(reinterpret_cast<const char *>(piece.ptr), piece.len);
   }
};

neb_str str(std::string_view text) {
   return {text.data(), text.size()};
}

std::optional<json::object> parse_object(const std::string &text) {
   boost::system::error_code failed;
   json::parse_options options;
   options.max_depth = k_document_depth;
   auto value = json::parse(text, failed, {}, options);
   if (failed || !value.is_object())
      return std::nullopt;
   return std::move(value.get_object());
}

// The plugin's own view, or nullopt when it has none.
std::optional<json::object> view_of(Instance &instance) {
   neb_guard guard;
   const auto *view = static_cast<const neb_status_view *>(enter(&instance.status_slot(), &guard));
   if (!view)
      return std::nullopt;
   Collected collected;
   const auto status = view->write(view, &Collected::write, &collected);
   leave(&guard);
   if (status != NEB_OK || collected.cut)
      return json::object{{"summary", "its status cannot be shown"}};
   auto object = parse_object(collected.text);
   return object ? std::move(object) : json::object{{"summary", "its status is not a JSON object"}};
}

json::object describe(Instance &instance, HealthLevel level) {
   json::object out{{"instance", instance.name()},
                    {"id", instance.plugin()},
                    {"version", instance.manifest().version},
                    {"state", to_string(instance.state())},
                    {"health", to_string(level)},
                    {"required", instance.required()},
                    {"stuck", instance.stuck()}};
   json::array services;
   for (const auto &[id, name] : instance.services())
      services.push_back(json::object{{"id", id}, {"name", name}});
   out["services"] = std::move(services);
   if (const auto problem = instance.problem(); !problem.empty())
      out["problem"] = problem;
   if (auto view = view_of(instance)) {
      if (const auto *summary = view->if_contains("summary"); summary && summary->is_string())
         out["summary"] = *summary;
      out["view"] = std::move(*view);
   }
   return out;
}

} // namespace

boost::json::object Node::status() {
   json::array plugins;
   for (const auto &instance : instances())
      plugins.push_back(describe(*instance, parts_->health.level(instance->name())));
   json::object node{{"name", name_},
                     {"network", network_},
                     {"version", options_.version},
                     {"state", phase_.load()},
                     {"ready", parts_->health.readyz().good},
                     {"uptime_s", started_at_ns_ ? (now_ns() - started_at_ns_) / 1'000'000'000 : 0}};
   json::object out{{"node", std::move(node)}, {"plugins", std::move(plugins)}};
   if (parts_->pow) {
      boost::system::error_code failed;
      auto algorithms = json::parse(parts_->pow->status(), failed);
      if (!failed)
         out["algorithms"] = std::move(algorithms);
   }
   return out;
}

HealthDocument Node::health(std::string_view name) const {
   if (name == "livez")
      return parts_->health.livez();
   return name == "readyz" ? parts_->health.readyz() : parts_->health.healthz();
}

neb_status Node::document(std::string_view name, neb_write_fn write, void *user) noexcept {
   return guarded(nullptr, [&]() -> neb_status {
      const auto put = [&](const std::string &text) {
         write(user, {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
      };
      if (name == "status") {
         put(json::serialize(status()));
         return NEB_OK;
      }
      if (name == "metrics") {
         put(metrics());
         return NEB_OK;
      }
      if (name != "livez" && name != "readyz" && name != "healthz")
         return NEB_E_NOT_FOUND;
      const auto shown = health(name);
      put(shown.json);
      return shown.good ? NEB_OK : NEB_E_BUSY;
   });
}

Result<std::string> Node::request(std::string_view name, std::string_view method, std::string_view params) {
   const auto asked = instance(name);
   if (!asked)
      return Error{"there is no plugin instance \"" + std::string(name) + "\"; nebula ctl status lists them",
                   ErrorKind::usage};
   neb_guard guard;
   const auto *command = static_cast<const neb_command *>(enter(&asked->command_slot(), &guard));
   if (!command)
      return Error{
         "\"" + asked->name() + "\" answers no requests" +
            (asked->state() == PluginState::running ? "" : ": it is " + std::string(to_string(asked->state()))),
         ErrorKind::unavailable};
   Collected collected;
   auto err = make_error();
   const auto status = command->answer(command, str(method), str(params), &Collected::write, &collected, &err);
   leave(&guard);
   if (status == NEB_E_NOT_FOUND && text_of(err).empty())
      return Error{"\"" + asked->name() + "\" has no request \"" + std::string(method) + "\"", ErrorKind::usage};
   if (status != NEB_OK)
      return Error{text_of(err).empty() ? "\"" + asked->name() + "\" failed with status " + std::to_string(status)
                                        : text_of(err),
                   status == NEB_E_INVALID || status == NEB_E_NOT_FOUND ? ErrorKind::usage : ErrorKind::unavailable};
   if (collected.cut)
      return Error{"the answer of \"" + asked->name() + "\" is longer than 4 MiB", ErrorKind::unavailable};
   return std::move(collected.text);
}

std::vector<Node::Listener> Node::listeners() {
   std::vector<Listener> found;
   for (const auto &instance : instances()) {
      const auto view = view_of(*instance);
      const auto *list = view ? view->if_contains("listeners") : nullptr;
      if (!list || !list->is_array())
         continue;
      for (const auto &address : list->get_array())
         if (address.is_string())
            found.push_back({instance->name(), std::string(address.get_string())});
   }
   return found;
}

} // namespace nebula::host
