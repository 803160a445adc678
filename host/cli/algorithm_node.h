#pragma once

#include "host/cli/node_options.h"
#include "host/pow/pow.h"

#include <memory>

namespace nebula::host::cli {

// The entry of a plugin that node.yaml does not enable, with the configuration that it has by default.
[[nodiscard]] config::PluginSettings default_entry(const std::string &id);

// A node of nothing but the plugins that offer algorithms and backends, initialised and not started: what `hash`,
// `bench` and `explain` work with.
class AlgorithmNode {
public:
   // The plugins that node.yaml enables, and of those at hand the ones that offer `algorithm`. An error names the
   // nearest known algorithm.
   [[nodiscard]] static Result<std::unique_ptr<AlgorithmNode>> make(const config::LoadRequest &request,
                                                                    const std::string &algorithm);
   // All that node.yaml enables or that is at hand, as far as it offers algorithms or backends.
   [[nodiscard]] static Result<std::unique_ptr<AlgorithmNode>> make_all(const config::LoadRequest &request);
   // The same, and beside them this plugin with the configuration that it has by default. Which of them are deprecated
   // is not said: the plugin uses some of them, and knows which.
   [[nodiscard]] static Result<std::unique_ptr<AlgorithmNode>> make_beside(const config::LoadRequest &request,
                                                                           const std::string &plugin);
   // This one plugin, with the configuration that it has by default.
   [[nodiscard]] static Result<std::unique_ptr<AlgorithmNode>> make_of(const config::LoadRequest &request,
                                                                       const std::string &plugin);
   ~AlgorithmNode();
   AlgorithmNode(const AlgorithmNode &) = delete;
   AlgorithmNode &operator=(const AlgorithmNode &) = delete;

   [[nodiscard]] Pow &pow() { return *pow_; }
   [[nodiscard]] Node &node() { return *node_; }

private:
   // The settings of node.yaml with every plugin that offers algorithms or backends, and no other.
   [[nodiscard]] static Result<config::Settings> all_algorithms(const config::LoadRequest &request);
   [[nodiscard]] static Result<std::unique_ptr<AlgorithmNode>>
   provisioned(const config::LoadRequest &request, config::Settings settings, bool warns_of_deprecated = true);
   explicit AlgorithmNode(ScratchFolder scratch) : scratch_(std::move(scratch)) {}

   ScratchFolder scratch_;
   std::unique_ptr<Node> node_;
   Pow *pow_ = nullptr; // the node's
};

} // namespace nebula::host::cli
