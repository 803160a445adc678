#pragma once

#include "nebula/ext/node.h"

#include <string>
#include <string_view>

namespace nebula::host {

/// The whole node as nebula.node/1 shows it; implemented by host/node. Thread-safe, throws nothing.
class NodeView {
public:
   virtual ~NodeView() = default;

   /// As neb_ext_node.document says, for "status" and whatever the host does not answer itself: InstanceHost already
   /// answers "livez", "readyz", "healthz" and "metrics".
   virtual neb_status document(std::string_view name, neb_write_fn write, void *user) noexcept = 0;

   /// `node.name` and `node.network`; the same text for ever.
   [[nodiscard]] virtual std::string_view node_name() const noexcept = 0;
   [[nodiscard]] virtual std::string_view network() const noexcept = 0;
   /// Absolute folder that holds one folder per instance; exists.
   [[nodiscard]] virtual std::string_view data_root() const noexcept = 0;
};

} // namespace nebula::host
