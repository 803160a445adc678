#include "host/cli/commands.h"
#include "host/cli/configuration.h"
#include "host/cli/status_text.h"
#include "host/ctl/client.h"
#include "host/ctl/server.h"

#include <boost/json/parse.hpp>

#include <iostream>

namespace nebula::host::cli {

namespace {

namespace json = boost::json;

// A reload restarts instances and may prepare a RandomX key; a drain waits for miners.
constexpr std::chrono::seconds k_patience{120};

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

[[nodiscard]] Result<Call> instance_call(const std::string &method, const std::string &instance,
                                         const std::string &params) {
   boost::system::error_code failed;
   auto parsed = json::parse(params, failed);
   if (failed || !parsed.is_object()) {
      return Error{"\"" + params + "\" is not a JSON object", ErrorKind::usage};
   }
   return Call{"instance", {{"instance", instance}, {"method", method}, {"params", parsed}}};
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
   {"call", "INSTANCE METHOD [JSON]",
    "ask a plugin instance: hashrate, results, workers, connections, pause, resume, ...", 2, 3,
    [](const Arguments &words) { return instance_call(words[1], words[0], words.size() > 2 ? words[2] : "{}"); }},
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
   const auto name = words.front();
   words.erase(words.begin());
   const auto *verb = find_verb(name);
   if (!verb) {
      return fail(self.name, {"there is no request \"" + name + "\"\n" + verbs_help(), ErrorKind::usage});
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
