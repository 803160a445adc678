#include "host/isolation/isolated_plugin.h"

#include "host/isolation/isolated_algorithm.h"
#include "host/isolation/isolated_backend.h"
#include "host/isolation/isolated_family.h"
#include "host/isolation/keeper.h"
#include "host/slots/c_error.h"

#include <nebula/svc/status.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <deque>
#include <memory>

namespace nebula::host {
namespace {

class IsolatedPlugin {
public:
   IsolatedPlugin(const neb_host *host, ServiceDirectory &directory, IsolationSpec spec)
      : host_(host), backends_only_(spec.backends_only), keeper_(host, directory, keeper_spec(host, std::move(spec))) {
      table_.size = sizeof table_;
      table_.ctx = this;
      table_.init = [](const neb_plugin *self, neb_error *err) {
         return guarded(err, [&] { return of(self).init(err); });
      };
      table_.start = [](const neb_plugin *self, neb_error *err) {
         return guarded(err, [&]() -> neb_status {
            auto started = of(self).keeper_.start();
            return started ? NEB_OK : fail(err, NEB_E_FAIL, started.error().message);
         });
      };
      table_.drain = [](const neb_plugin *self, std::uint64_t deadline_ns) {
         return guarded(nullptr, [&] { return of(self).keeper_.drain(deadline_ns); });
      };
      table_.stop = [](const neb_plugin *self, std::uint64_t deadline_ns) {
         return guarded(nullptr, [&]() -> neb_status {
            of(self).keeper_.stop(deadline_ns);
            return NEB_OK; // a process can always be ended
         });
      };
      table_.destroy = [](const neb_plugin *self) { delete &of(self); };
      table_.reconfigure = [](const neb_plugin *, const neb_config *, neb_error *) -> neb_status {
         return NEB_E_UNSUPPORTED; // the host restarts it instead: a process starts fast
      };
      table_.get_extension = [](const neb_plugin *self, const char *id) -> const void * {
         return std::string_view(id) == NEB_SVC_STATUS ? &of(self).status_ : nullptr;
      };
      status_.size = sizeof status_;
      status_.ctx = this;
      status_.write = [](const neb_status_view *self, neb_write_fn write, void *user) {
         return guarded(nullptr, [&] { return static_cast<IsolatedPlugin *>(self->ctx)->write_status(write, user); });
      };
   }

   [[nodiscard]] const neb_plugin *table() const noexcept { return &table_; }

private:
   static IsolatedPlugin &of(const neb_plugin *self) noexcept { return *static_cast<IsolatedPlugin *>(self->ctx); }

   static KeeperSpec keeper_spec(const neb_host *host, IsolationSpec spec) {
      KeeperSpec out;
      out.program = std::move(spec.program);
      out.setup.instance = host->instance;
      out.setup.plugin = std::move(spec.plugin);
      out.setup.path = spec.image.path;
      out.setup.sealed = spec.image.sealed ? 1 : 0;
      out.setup.host_version = std::move(spec.host_version);
      out.setup.node_name = std::move(spec.node_name);
      out.setup.network = std::move(spec.network);
      out.setup.data_root = std::move(spec.data_root);
      out.setup.threads = spec.executor_threads;
      out.setup.config = std::move(spec.config);
      out.file = std::move(spec.image.descriptor);
      out.offers_algorithms = !spec.backends_only;
      return out;
   }

   neb_status init(neb_error *err) {
      auto described = keeper_.begin();
      if (!described)
         return fail(err, NEB_E_FAIL, described.error().message);
      for (const DescribedAlgorithm &one : described->algorithms)
         if (const neb_status status = add(one, err); status != NEB_OK)
            return status;
      for (const DescribedBackend &one : described->backends)
         if (const neb_status status = add(one, *described, err); status != NEB_OK)
            return status;
      for (const DescribedFamily &one : described->families)
         if (const neb_status status = add(one, err); status != NEB_OK)
            return status;
      return NEB_OK;
   }

   neb_status add(const DescribedAlgorithm &described, neb_error *err) {
      if (backends_only_) {
         say("leaves the algorithm " + described.name + " to the other instance of its plugin");
         return NEB_OK;
      }
      auto &one = algorithms_.emplace_back(keeper_, described);
      return host_->provide(host_, NEB_SVC_POW_ALGORITHM, described.service.c_str(), described.properties.c_str(),
                            one.table(), err);
   }

   neb_status add(const DescribedFamily &described, neb_error *err) {
      if (backends_only_) {
         say("leaves the family " + described.name + " to the other instance of its plugin");
         return NEB_OK;
      }
      auto &one = families_.emplace_back(keeper_, described);
      return host_->provide(host_, NEB_SVC_POW_FAMILY, described.service.c_str(), described.properties.c_str(),
                            one.table(), err);
   }

   neb_status add(const DescribedBackend &described, const Described &all, neb_error *err) {
      const auto algorithm = std::find_if(all.algorithms.begin(), all.algorithms.end(),
                                          [&](const auto &candidate) { return candidate.name == described.algorithm; });
      const bool epochs = algorithm == all.algorithms.end() || algorithm->epoch_kind != 0;
      const std::string suffix = backends_only_ ? std::string("@") + host_->instance : std::string();
      auto &one = backends_.emplace_back(keeper_, described, suffix, epochs);
      return host_->provide(host_, NEB_SVC_POW_BACKEND, one.service().c_str(), one.properties().c_str(), one.table(),
                            err);
   }

   void say(const std::string &text) const { host_->log(host_, NEB_LOG_INFO, {text.data(), text.size()}); }

   neb_status write_status(neb_write_fn write, void *user) const {
      const Keeper::View now = keeper_.view();
      const std::string restarts = now.restarts ? ", restarted " + std::to_string(now.restarts) + " times" : "";
      const std::string summary = now.quarantined ? "quarantined: " + now.last_reason
                                  : now.pid ? "in a process of its own (" + std::to_string(now.pid) + restarts + ")"
                                            : "its runner is down: " + now.last_reason;
      boost::json::object runner{{"pid", nullptr}, {"restarts", now.restarts}, {"quarantined", now.quarantined}};
      if (now.pid)
         runner["pid"] = now.pid;
      if (!now.last_reason.empty())
         runner["last_reason"] = now.last_reason;
      const auto text =
         boost::json::serialize(boost::json::object{{"summary", summary}, {"runner", std::move(runner)}});
      write(user, {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
      return NEB_OK;
   }

   const neb_host *const host_;
   const bool backends_only_;
   neb_plugin table_{};
   neb_status_view status_{};
   Keeper keeper_; // outlives the sessions of what follows
   std::deque<IsolatedAlgorithm> algorithms_;
   std::deque<IsolatedBackend> backends_;
   std::deque<IsolatedFamily> families_;
};

} // namespace

std::string wrong_with_isolation(const Manifest &manifest) {
   for (const ManifestService &service : manifest.provides)
      if (service.id != NEB_SVC_POW_ALGORITHM && service.id != NEB_SVC_POW_BACKEND && service.id != NEB_SVC_POW_FAMILY)
         return "provides " + service.id +
                ", and only " NEB_SVC_POW_ALGORITHM ", " NEB_SVC_POW_BACKEND " and " NEB_SVC_POW_FAMILY
                " go through a runner";
   for (const ManifestRequirement &requirement : manifest.requirements)
      if (!requirement.optional)
         return "requires " + requirement.id + ", and a plugin in a runner finds no services";
   if (!manifest.commands.empty())
      return "adds the command \"" + manifest.commands.front().name + "\", and a plugin in a runner answers none";
   return {};
}

const neb_plugin *make_isolated_plugin(const neb_host *host, ServiceDirectory &directory, IsolationSpec spec) {
   return (new IsolatedPlugin(host, directory, std::move(spec)))->table();
}

} // namespace nebula::host
