#include "common/opencl/offer.h"

#include <nebula/node.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace nebula::common::opencl {
namespace {

[[nodiscard]] std::shared_ptr<Store> store(Host host) {
   if (!host.raw()->get_extension(host.raw(), NEB_EXT_NODE))
      return nullptr;
   return std::make_shared<Store>(std::filesystem::path(Node(host).data_dir()) / "opencl");
}

} // namespace

void Offer::provide(Host host, const Config &config, const MakeSpec &make) {
   const auto choice = config.get_or<std::string>("opencl", "gpu");
   if (choice != "gpu" && choice != "all" && choice != "off")
      config.at("opencl").refuse("opencl", "gpu, all or off");
   if (choice == "off")
      return;
   const Log log(host);
   const Environment environment = {.clock = Clock(host),
                                    .store = store(host),
                                    .note = [log](std::string_view text) { log.warn(text); },
                                    .lost = [log](std::string_view text) { log.error(text); }};
   std::string why;
   for (const Device &device : list_devices(choice == "all" ? Kinds::all : Kinds::no_cpu, why)) {
      const OpenClBackend &backend = backends_.emplace_back(make(device), device, environment);
      const BackendInfo &info = backend.info();
      host.provide(NEB_SVC_POW_BACKEND, backend.table(), info.name.c_str(), info.properties.c_str());
   }
   if (!why.empty())
      log.info("no OpenCL backend: ", why);
}

} // namespace nebula::common::opencl
