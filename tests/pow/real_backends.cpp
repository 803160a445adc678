#include "pow/real_backends.h"

#include "host/config/load.h"
#include "host/plugin/discovery.h"
#include "host/pow/wiring.h"

#include <nebula/svc/pow-algorithm.h>

#include <boost/json/parse.hpp>

#include <cstdlib>
#include <filesystem>

namespace nebula::host::real {

namespace {

constexpr const char *k_consumer = "miner";

/// The configuration under which the plugin offers all it can here, with tables of no size.
std::string everything_of(const boost::json::object &schema, bool device_backends) {
   const std::pair<const char *, const char *> wishes[] = {
      {"opencl", device_backends ? "all" : "off"}, {"table", "on"}, {"development_tiny_table", "true"}};
   const auto *properties = schema.contains("properties") ? schema.at("properties").if_object() : nullptr;
   std::string text;
   for (const auto &[option, value] : wishes)
      if (properties && properties->contains(option))
         text += std::string(text.empty() ? "" : ", ") + option + ": " + value;
   return "{" + text + "}";
}

Result<config::Settings> settings_of(const Subject &subject, bool device_backends, const std::string &network) {
   const Catalogue catalogue = Catalogue::scan({{NEBULA_PLUGINS}});
   const FoundPlugin *found = catalogue.find(subject.plugin);
   if (!found)
      return Error{catalogue.missing(subject.plugin), ErrorKind::unavailable};
   config::LoadRequest request;
   request.path = "node.yaml";
   request.read_file = [&](const std::string &path) -> Result<std::string> {
      if (path != "node.yaml")
         return Error{"No such file or directory", ErrorKind::unavailable};
      return "node: {name: swap, network: " + network +
             "}\nlog: {level: error}\nplugin_path: [" NEBULA_PLUGINS "]\nplugins:\n"
             "  - id: " +
             subject.plugin + "\n    config: " + everything_of(found->manifest.config, device_backends) + "\n";
   };
   auto loaded = config::load(request);
   return loaded ? config::settings_of(loaded->root) : Result<config::Settings>(loaded.error());
}

} // namespace

std::vector<Subject> subjects() {
   const Catalogue catalogue = Catalogue::scan({{NEBULA_PLUGINS}});
   std::vector<Subject> all;
   for (const auto &[id, found] : catalogue.plugins())
      for (const ManifestService &service : found.manifest.provides)
         if (service.id == NEB_SVC_POW_ALGORITHM)
            all.push_back({id, service.name.empty() ? id : service.name});
   return all;
}

Result<std::unique_ptr<PluginNode>> PluginNode::make(const Subject &subject, bool device_backends,
                                                     const std::string &network) {
   auto settings = settings_of(subject, device_backends, network);
   if (!settings)
      return settings.error();
   std::unique_ptr<PluginNode> made(new PluginNode);
   std::string pattern = (std::filesystem::temp_directory_path() / "nebula-swap-XXXXXX").string();
   if (!::mkdtemp(pattern.data()))
      return Error{"no temporary folder", ErrorKind::io};
   made->folder_ = pattern;
   NodeOptions options;
   options.settings = *settings;
   options.context = {pattern, pattern + "/bin/nebula", ""};
   options.data_dir = pattern;
   options.version = "0.1.0";
   options.pow = [&made](HostServices &services, TimerQueue &, MainPost post) {
      auto pow = make_pow(services, std::move(post), "");
      made->pow_ = static_cast<Pow *>(pow.get());
      return pow;
   };
   auto node = Node::make(std::move(options));
   if (!node)
      return node.error();
   made->node_ = std::move(*node);
   if (auto provisioned = made->node_->provision(); !provisioned)
      return provisioned.error();
   made->name_ = subject.algorithm;
   made->algorithm_ = made->pow_->registry().algorithm(subject.algorithm);
   if (!made->algorithm_)
      return Error{subject.plugin + " does not provide " + subject.algorithm, ErrorKind::unavailable};
   const auto select = Selection::parse("algorithm=" + subject.algorithm);
   if (auto found = made->pow_->find_backend(*select, k_consumer, &made->slot_); !found)
      return found.error();
   return made;
}

PluginNode::~PluginNode() {
   algorithm_.reset();
   if (node_)
      (void)node_->stop();
   node_.reset();
   std::error_code ignored;
   std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> PluginNode::backends() const {
   std::vector<std::string> names;
   for (const auto &contender : pow_->registry().contenders(name_))
      names.emplace_back(contender->name());
   return names;
}

Result<void> PluginNode::use(const std::string &backend) {
   auto used = pow_->use(name_, "name=" + backend);
   if (used)
      return used;
   const auto contender = pow_->registry().contender(backend);
   return Error{used.error().message + (contender ? ": " + contender->reason() : ""), used.error().kind};
}

std::string PluginNode::serving() const {
   auto explained = pow_->explain(name_);
   if (!explained)
      return {};
   const boost::json::value slots = boost::json::parse(*explained).at("slots");
   const boost::json::value &backend = slots.at(0).at("backend");
   return backend.is_string() ? std::string(backend.as_string()) : std::string();
}

} // namespace nebula::host::real
