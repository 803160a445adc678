#include "host/cli/commands.h"
#include "host/cli/configuration.h"
#include "host/cli/status_text.h"
#include "host/ctl/client.h"
#include "host/ctl/server.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <iostream>
#include <span>

namespace nebula::host::cli {

namespace {

namespace json = boost::json;

// A reload restarts instances and may prepare a RandomX key; a drain waits for miners.
constexpr std::chrono::seconds k_patience{120};
constexpr std::size_t k_words_max = 64;

struct Call {
   std::string method;
   json::object params;
};

struct Verb {
   const char *name;
   const char *arguments;
   const char *summary;
   std::size_t least;
   std::size_t most;
   Result<Call> (*make)(const Arguments &words);
};

// What an instance is asked: `words` are one JSON object, or plain words that the instance gets as "arguments".
[[nodiscard]] Result<Call> instance_call(const std::string &instance, const std::string &method,
                                         std::span<const std::string> words) {
   json::value params(json::object_kind);
   if (words.size() == 1 && words[0].starts_with('{')) {
      boost::system::error_code failed;
      params = json::parse(words[0], failed);
      if (failed || !params.is_object()) {
         return Error{"\"" + words[0] + "\" is not a JSON object", ErrorKind::usage};
      }
   } else if (!words.empty()) {
      params.get_object()["arguments"] = json::array(words.begin(), words.end());
   }
   return Call{"instance", {{"instance", instance}, {"method", method}, {"params", std::move(params)}}};
}

constexpr Verb k_verbs[] = {
   {"status", "", "how the node and its plugins are doing", 0, 0,
    [](const Arguments &) -> Result<Call> {
       return Call{"status", {}};
    }},
   {"reload", "", "apply node.yaml again; an error keeps the old configuration", 0, 0,
    [](const Arguments &) -> Result<Call> {
       return Call{"reload", {}};
    }},
   {"restart", "INSTANCE", "stop and start one plugin instance; a file that was replaced is loaded afresh", 1, 1,
    [](const Arguments &words) -> Result<Call> {
       return Call{"restart", {{"instance", words[0]}}};
    }},
   {"drain", "", "take no new work, finish what is under way", 0, 0,
    [](const Arguments &) -> Result<Call> {
       return Call{"drain", {}};
    }},
   {"stop", "", "drain and stop the node", 0, 0,
    [](const Arguments &) -> Result<Call> {
       return Call{"stop", {}};
    }},
   {"use", "ALGORITHM [SELECT]", "swap the backend of an algorithm; without SELECT: what node.yaml says", 1, 2,
    [](const Arguments &words) -> Result<Call> {
       return Call{"use", {{"algorithm", words[0]}, {"select", words.size() > 1 ? words[1] : ""}}};
    }},
   {"explain", "ALGORITHM", "why the backend that serves was chosen", 1, 1,
    [](const Arguments &words) -> Result<Call> {
       return Call{"explain", {{"algorithm", words[0]}}};
    }},
   {"loglevel", "[INSTANCE] LEVEL", "trace, debug, info, warn, error or off; of one instance or of all", 1, 2,
    [](const Arguments &words) -> Result<Call> {
       return Call{"loglevel", {{"instance", words.size() > 1 ? words[0] : ""}, {"level", words.back()}}};
    }},
   {"call", "INSTANCE METHOD [JSON|WORD..]",
    "ask a plugin instance: hashrate, results, workers, connections, pause, resume, ...; `call` may be left out", 2,
    k_words_max, [](const Arguments &words) { return instance_call(words[0], words[1], std::span(words).subspan(2)); }},
};

[[nodiscard]] const Verb *find_verb(const std::string &name) {
   for (const auto &verb : k_verbs) {
      if (name == verb.name) {
         return &verb;
      }
   }
   return nullptr;
}

[[nodiscard]] std::string verbs_help() {
   std::string text = "Requests:\n";
   for (const auto &verb : k_verbs) {
      std::string left = std::string("  ") + verb.name + " " + verb.arguments;
      left.resize(std::max<std::size_t>(left.size() + 1, 30), ' ');
      text += left + verb.summary + '\n';
   }
   return text;
}

void print_answer(const std::string &verb, const json::value &answer) {
   if (verb == "status") {
      std::cout << status_text(answer);
      return;
   }
   const auto *text = answer.is_object() ? answer.get_object().if_contains("text") : nullptr;
   if (text && text->is_string()) {
      std::cout << std::string_view(text->get_string()) << '\n';
   } else if (verb == "explain" || verb == "call") {
      print_json(answer);
   }
}

} // namespace

int run_ctl(const Command &self, const Arguments &arguments) {
   options::options_description described(verbs_help() + "\nOptions");
   add_configuration_options(described);
   described.add_options()("json", "print the answer as JSON")("request", options::value<Arguments>()->required(),
                                                               "what to ask");
   options::positional_options_description positional;
   positional.add("request", -1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   auto words = parsed.values["request"].as<Arguments>();
   auto name = words.front();
   const auto *verb = find_verb(name);
   // `nebula ctl pool workers`: what is no request is an instance, when something is asked of it.
   const bool bare_instance = !verb && words.size() > 1;
   if (bare_instance) {
      name = "call";
      verb = find_verb(name);
   } else {
      words.erase(words.begin());
   }
   if (!verb) {
      return fail(self.name, {"there is no request \"" + name + "\"; if it is a plugin instance: nebula ctl " + name +
                                 " METHOD, where METHOD help lists what it can be asked\n" + verbs_help(),
                              ErrorKind::usage});
   }
   if (words.size() < verb->least || words.size() > verb->most) {
      return fail(self.name, {"usage: nebula ctl " + name + " " + verb->arguments, ErrorKind::usage});
   }
   auto call = verb->make(words);
   if (!call) {
      return fail(self.name, call.error());
   }
   const auto data = find_data_folder(parsed);
   if (!data) {
      return fail(self.name, data.error());
   }
   const auto answer = ctl::call(ctl::socket_path(*data), call->method, call->params, k_patience);
   if (!answer) {
      return fail(self.name, answer.error());
   }
   if (parsed.has("json")) {
      print_json(*answer);
   } else {
      print_answer(name, *answer);
   }
   return k_exit_ok;
}

} // namespace nebula::host::cli
