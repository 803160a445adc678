#pragma once

/// The algorithms and backends of this build's plugins, whatever those are: found at run time, in a node of their own.

#include "host/node/node.h"
#include "host/pow/pow.h"

#include <memory>
#include <string>
#include <vector>

namespace nebula::host::real {

/// An algorithm that a plugin of the build says it provides.
struct Subject {
   std::string plugin;
   std::string algorithm;
};
/// By the manifests alone; nothing is loaded.
[[nodiscard]] std::vector<Subject> subjects();

/// A node with one plugin, initialised, and one consumer's slot for one of its algorithms.
class PluginNode {
public:
   /// `device_backends` false: without those that compute through a driver (OpenCL).
   [[nodiscard]] static Result<std::unique_ptr<PluginNode>> make(const Subject &subject, bool device_backends,
                                                                 const std::string &network = "nebula-dev");
   ~PluginNode();
   PluginNode(const PluginNode &) = delete;
   PluginNode &operator=(const PluginNode &) = delete;

   [[nodiscard]] const AlgorithmEntry &algorithm() const noexcept { return *algorithm_; }
   [[nodiscard]] Slot &slot() noexcept { return *slot_; }
   /// Names of all that compute it, the reference among them.
   [[nodiscard]] std::vector<std::string> backends() const;
   /// Makes one of them serve. An error says why it does not.
   [[nodiscard]] Result<void> use(const std::string &backend);
   /// Name of the one that serves, or empty.
   [[nodiscard]] std::string serving() const;

private:
   PluginNode() = default;

   std::string folder_;
   std::unique_ptr<Node> node_;
   Pow *pow_ = nullptr; // the node's
   std::string name_;
   std::shared_ptr<const AlgorithmEntry> algorithm_;
   Slot *slot_ = nullptr;
};

} // namespace nebula::host::real
