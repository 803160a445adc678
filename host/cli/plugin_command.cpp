#include "host/cli/plugin_command.h"

#include "host/cli/algorithm_node.h"
#include "host/cli/catalogue.h"
#include "host/cli/command_io.h"
#include "host/cli/data_lock.h"
#include "host/cli/node_options.h"

#include <nebula/svc/command.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace nebula::host::cli {

namespace {

// The options of the program itself that a plugin's command accepts before or after its own: they are taken out, the
// rest is the plugin's.
struct Split {
   Arguments own;
   Arguments plugin;
};

[[nodiscard]] Split split(const Arguments &arguments) {
   static constexpr std::string_view k_own[] = {"--config", "-c", "--profile", "--set", "--data", "--instance"};
   Split result;
   for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto name = std::string_view(arguments[i]).substr(0, arguments[i].find('='));
      if (std::find(std::begin(k_own), std::end(k_own), name) == std::end(k_own)) {
         result.plugin.push_back(arguments[i]);
         continue;
      }
      result.own.push_back(arguments[i]);
      if (arguments[i].find('=') == std::string::npos && i + 1 < arguments.size()) {
         result.own.push_back(arguments[++i]);
      }
   }
   return result;
}

// A command with the plugin that has it.
struct Offer {
   std::string plugin;
   const ManifestCommand *command = nullptr;
};

[[nodiscard]] Offer find_offer(const Catalogue &catalogue, const std::string &name) {
   for (const auto &[id, found] : catalogue.plugins()) {
      for (const auto &command : found.manifest.commands) {
         if (command.name == name) {
            return {id, &command};
         }
      }
   }
   return {};
}

// `nebula simulate` where plugins have commands "simulate ...": which there are. Empty: there are none.
[[nodiscard]] std::string second_words(const Catalogue &catalogue, const std::string &name) {
   std::string text;
   for (const auto &[id, found] : catalogue.plugins()) {
      for (const auto &command : found.manifest.commands) {
         if (command.name.starts_with(name + " ")) {
            text += "  nebula " + command.name + "   " + command.summary + '\n';
         }
      }
   }
   return text.empty() ? text : "usage: nebula " + name + " COMMAND [options]\n\n" + text;
}

// The instance that runs the command: the one named, else the first of the plugin in node.yaml.
[[nodiscard]] Result<std::string> chosen_instance(const config::Settings &settings, const std::string &plugin,
                                                  const std::string &wanted) {
   for (const auto &one : settings.plugins) {
      if (one.id == plugin && (wanted.empty() || one.instance == wanted)) {
         return one.instance;
      }
   }
   return Error{wanted.empty() ? "plugin " + plugin +
                                    " is not enabled in the configuration; add it: plugins: [{id: " + plugin + "}]"
                               : "no instance of plugin " + plugin + " is named \"" + wanted + "\"",
                ErrorKind::unavailable};
}

[[nodiscard]] Result<int> run_on(Instance &instance, const std::string &name, const Arguments &arguments,
                                 CommandIo &io) {
   const auto *command = static_cast<const neb_command *>(instance.command_table());
   if (!command) {
      return Error{"plugin " + instance.plugin() + " promises the command \"" + name + "\" and does not have it",
                   ErrorKind::internal};
   }
   std::vector<neb_str> words{{name.data(), name.size()}};
   for (const auto &argument : arguments) {
      words.push_back({argument.data(), argument.size()});
   }
   std::int32_t exit = k_exit_ok;
   const auto status = command->run(command, words.data(), static_cast<std::uint32_t>(words.size()), io.table(), &exit);
   if (status == NEB_E_UNSUPPORTED) {
      return Error{"plugin " + instance.plugin() + " cannot run commands", ErrorKind::internal};
   }
   return status == NEB_OK || exit != k_exit_ok ? static_cast<int>(exit) : k_exit_failed;
}

// A plugin's command finds its data folder made. A help text leaves nothing behind: it gets one that goes away again.
class DataFolder {
public:
   DataFolder(std::string path, bool help) : path_(std::move(path)), scratch_(help) {
      if (scratch_) {
         path_ = (std::filesystem::temp_directory_path() / "nebula-help-XXXXXX").string();
         scratch_ = ::mkdtemp(path_.data()) != nullptr;
      }
   }
   DataFolder(const DataFolder &) = delete;
   DataFolder &operator=(const DataFolder &) = delete;
   ~DataFolder() {
      if (scratch_) {
         std::error_code ignored;
         std::filesystem::remove_all(path_, ignored);
      }
   }

   [[nodiscard]] const std::string &path() const { return path_; }

private:
   std::string path_;
   bool scratch_;
};

// Every command knows -h; plugins know the long form. Says whether help is all that is asked.
[[nodiscard]] bool asks_for_help(Arguments &words) {
   std::replace(words.begin(), words.end(), std::string("-h"), std::string("--help"));
   return words.empty() || std::find(words.begin(), words.end(), "--help") != words.end();
}

} // namespace

std::vector<std::pair<std::string, std::string>> plugin_commands() {
   std::vector<std::pair<std::string, std::string>> all;
   const auto request = load_request(Parsed{});
   if (!request) {
      return all;
   }
   const auto settings = settings_if_sound(*request);
   const auto catalogue = scan_catalogue(*request, settings ? &*settings : nullptr);
   for (const auto &[id, found] : catalogue.plugins()) {
      for (const auto &command : found.manifest.commands) {
         all.emplace_back(command.name, command.summary);
      }
   }
   return all;
}

namespace {

[[nodiscard]] Result<int> run_configured(const Offer &offer, const config::LoadRequest &request,
                                         const std::string &wanted, const Arguments &words, bool help) {
   const auto loaded = config::load(request);
   if (!loaded) {
      return loaded.error();
   }
   auto settings = config::settings_of(loaded->root);
   const auto name = chosen_instance(settings, offer.plugin, wanted);
   if (!name) {
      return name.error();
   }
   const DataFolder data(data_folder(request, settings), help);
   if (const auto made = make_data_folder(data.path()); !made) {
      return made.error();
   }
   settings.log.level = "warn"; // the command speaks for itself
   settings.log.file.reset();
   auto node = Node::make(node_options(request, std::move(settings), data.path()));
   if (!node) {
      return node.error();
   }
   CommandIo io(request.path.value_or(""), data.path());
   auto instance = (*node)->create_only(*name);
   return instance ? run_on(**instance, offer.command->name, words, io) : instance.error();
}

// What the command says to the running node goes to the node of node.yaml, if there is one; its own files go to a
// folder that goes away.
[[nodiscard]] Result<int> run_unconfigured(const Offer &offer, const config::LoadRequest &request,
                                           const Arguments &words) {
   const auto settings = settings_if_sound(request);
   CommandIo io(request.path.value_or(""), settings ? data_folder(request, *settings) : std::string());
   if (offer.command->stage == CommandStage::with_algorithms) {
      auto node = AlgorithmNode::make_beside(request, offer.plugin);
      if (!node) {
         return node.error();
      }
      const auto instance = (*node)->node().instance(offer.plugin);
      return run_on(*instance, offer.command->name, words, io);
   }
   const auto scratch = ScratchFolder::make();
   if (!scratch) {
      return scratch.error();
   }
   config::Settings alone;
   alone.plugin_path = settings ? settings->plugin_path : std::vector<std::string>();
   alone.log.level = "warn";
   alone.plugins = {default_entry(offer.plugin)};
   auto node = Node::make(node_options(request, std::move(alone), scratch->path()));
   if (!node) {
      return node.error();
   }
   auto instance = (*node)->create_only(offer.plugin);
   return instance ? run_on(**instance, offer.command->name, words, io) : instance.error();
}

} // namespace

std::optional<int> run_plugin_command(const std::string &name, const Arguments &arguments, bool two_words) {
   auto words = split(arguments);
   options::options_description described;
   add_configuration_options(described);
   described.add_options()("instance", options::value<std::string>(), "");
   const Command self{name.c_str(), "[options]", "", "", nullptr};
   const auto parsed = parse(self, words.own, described);
   if (parsed.finished()) {
      return parsed.exit;
   }
   auto request = load_request(parsed);
   if (!request) {
      return fail(name, request.error());
   }
   const auto found_settings = settings_if_sound(*request);
   const auto catalogue = scan_catalogue(*request, found_settings ? &*found_settings : nullptr);
   Offer offer;
   if (!words.plugin.empty()) {
      offer = find_offer(catalogue, name + " " + words.plugin.front());
   }
   if (offer.command) {
      words.plugin.erase(words.plugin.begin());
   } else if (!two_words) {
      offer = find_offer(catalogue, name);
   }
   const bool help = asks_for_help(words.plugin);
   if (!offer.command) {
      const auto others = two_words ? std::string() : second_words(catalogue, name);
      if (others.empty()) {
         return std::nullopt;
      }
      (help ? std::cout : std::cerr) << others;
      return help && !words.plugin.empty() ? k_exit_ok : static_cast<int>(ErrorKind::usage);
   }
   const auto exit = offer.command->stage == CommandStage::configured
                        ? run_configured(offer, *request, parsed.text("instance"), words.plugin, help)
                        : run_unconfigured(offer, *request, words.plugin);
   return exit ? *exit : fail(offer.command->name, exit.error());
}

} // namespace nebula::host::cli
