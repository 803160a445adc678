/// nebula.node/1.

#include "ext/error_text.h"
#include "ext/instance_context.h"

#include <cerrno>
#include <sys/stat.h>

namespace nebula::host {
namespace {

neb_status write_all(const std::string &text, bool good, neb_write_fn write, void *user) {
   write(user, {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
   return good ? NEB_OK : NEB_E_BUSY;
}

neb_status document(const neb_host *host, neb_str name, neb_write_fn write, void *user) {
   return contained(host, "nebula.node/1 document", [&](InstanceContext &context) {
      const HostServices &services = context.services;
      const std::string_view wanted = view(name);
      const auto health = [&](const HealthDocument &made) { return write_all(made.json, made.good, write, user); };
      if (write == nullptr)
         return neb_status{NEB_E_INVALID};
      if (wanted == "livez")
         return health(services.health.livez());
      if (wanted == "readyz")
         return health(services.health.readyz());
      if (wanted == "healthz")
         return health(services.health.healthz());
      if (wanted == "metrics")
         return write_all(services.metrics.render(Metrics::Format::openmetrics), true, write, user);
      if (wanted == "metrics-plain")
         return write_all(services.metrics.render(Metrics::Format::prometheus), true, write, user);
      return services.node.document(wanted, write, user);
   });
}

[[nodiscard]] bool make_folder(const std::string &path) {
   struct stat status {};
   return ::mkdir(path.c_str(), 0700) == 0 ||
          (errno == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

/// data/<instance>/files: apart from the store, so that neither can touch the other's files by accident.
neb_status data_dir(const neb_host *host, neb_str *out, neb_error *err) {
   return contained(host, "nebula.node/1 data_dir", [&](InstanceContext &context) {
      if (out == nullptr)
         return fail(err, NEB_E_INVALID, "data_dir needs a place for its answer");
      std::lock_guard lock(context.data_dir_mutex);
      if (context.data_dir.empty()) {
         const std::string path = context.own_folder() + "/files";
         if (!make_folder(context.own_folder()) || !make_folder(path))
            return fail(err, NEB_E_IO,
                        "the folder " + path + " cannot be made (" + std::strerror(errno) +
                           "): the node's data folder must be writable");
         context.data_dir = path;
      }
      *out = {context.data_dir.data(), context.data_dir.size()};
      return neb_status{NEB_OK};
   });
}

[[nodiscard]] neb_str str(std::string_view text) {
   return {text.data(), text.size()};
}

neb_str node_name(const neb_host *host) {
   return str(context_of(host)->services.node.node_name());
}

neb_str network(const neb_host *host) {
   return str(context_of(host)->services.node.network());
}

} // namespace

const void *node_table() noexcept {
   static constexpr neb_ext_node k_table = {sizeof(neb_ext_node), 0, document, data_dir, node_name, network};
   return &k_table;
}

} // namespace nebula::host
