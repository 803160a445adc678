// nebula.node/1: the node's names, the instance's own folder, and documents about the whole node.
#pragma once

#include <nebula/ext/node.h>
#include <nebula/host.hpp>

namespace nebula {

namespace detail {

// The contract's byte sink as a std::string.
struct StringSink {
   std::string text;
   bool out_of_memory = false;

   static void write(void *user, neb_bytes piece) noexcept {
      auto &sink = *static_cast<StringSink *>(user);
      try {
         sink.text += view(piece);
      } catch (...) {
         sink.out_of_memory = true;
      }
   }
};

} // namespace detail

// Copyable; [thread-safe].
class Node {
public:
   struct Document {
      bool good; // false: not ready or not alive, answer 503 with the text
      std::string text;
   };

   explicit Node(Host host) : host_(host.raw()), api_(&host.require<neb_ext_node>(NEB_EXT_NODE)) {}

   std::string_view name() const noexcept { return view(api_->node_name(host_)); }
   std::string_view network() const noexcept { return view(api_->network(host_)); }

   // The instance's own folder, made on first use; absolute, without a trailing slash.
   std::string_view data_dir() const {
      neb_str path{};
      ErrorRecord record;
      record.check(api_->data_dir(host_, &path, record.raw()), "open the data folder");
      return view(path);
   }

   // "status", "livez", "readyz", "healthz" or "metrics".
   Document document(std::string_view name) const {
      detail::StringSink sink;
      const neb_status status = api_->document(host_, str(name), &detail::StringSink::write, &sink);
      if (status != NEB_E_BUSY) {
         check(sink.out_of_memory ? static_cast<neb_status>(NEB_E_NO_MEMORY) : status, concat("document ", name));
      }
      return {status == NEB_OK, std::move(sink.text)};
   }

private:
   const neb_host *host_;
   const neb_ext_node *api_;
};

} // namespace nebula
