#include "host/plugin/library.h"

#include "host/plugin/crash.h"
#include "host/plugin/limits.h"
#include "host/plugin/sealed_copy.h"

#include <cstddef>
#include <dlfcn.h>
#include <vector>

namespace nebula::host {
namespace {

using EntryFunction = const neb_entry *(*)(std::uint32_t, std::uint32_t);

std::string host_abi() {
   return std::to_string(NEB_ABI_MAJOR) + "." + std::to_string(NEB_ABI_MINOR);
}

Error refused(std::string what) {
   return {std::move(what), ErrorKind::unavailable};
}

// Never destroyed: entries and code outlive everything.
std::vector<std::unique_ptr<const Library>> &loaded_libraries() {
   static auto *libraries = new std::vector<std::unique_ptr<const Library>>;
   return *libraries;
}

Result<const neb_entry *> ask_entry(EntryFunction function, const std::string &path) {
   const CallMark mark(path.c_str(), "nebula_plugin_entry");
   try {
      if (const auto *entry = function(NEB_ABI_MAJOR, NEB_ABI_MINOR))
         return entry;
   } catch (...) {
      return refused("its nebula_plugin_entry threw an exception; nothing may throw across the plugin interface");
   }
   return refused("it has no entry for ABI " + host_abi() +
                  " of this host; install a version of the plugin built for ABI " + std::to_string(NEB_ABI_MAJOR));
}

// A file that was replaced on disk since it was mapped must be mapped under another name: the loader would give the old
// code.
Result<void> make_unique_path(Image &image) {
   if (image.sealed)
      return {};
   for (const auto &library : loaded_libraries()) {
      if (library->image.path != image.path)
         continue;
      auto copy = sealed_copy(image.descriptor.get());
      if (!copy)
         return copy.error();
      image.descriptor = Descriptor(copy->descriptor);
      image.sealed = true;
      image.sha256 = copy->sha256;
      return {};
   }
   return {};
}

Result<const neb_entry *> map(const Image &image) {
   void *handle = nullptr;
   {
      const CallMark mark(image.path.c_str(), "its constructors");
      handle = dlopen(image.loadable_path().c_str(), RTLD_NOW | RTLD_LOCAL);
   }
   if (!handle) {
      const char *why = dlerror();
      return refused(std::string("the system cannot load it: ") + (why ? why : "no reason given") +
                     "; install the libraries it names, or build it on this system");
   }
   void *symbol = dlsym(handle, "nebula_plugin_entry");
   if (!symbol)
      return refused("it does not export nebula_plugin_entry; define it with NEB_EXPORT");
   return ask_entry(reinterpret_cast<EntryFunction>(symbol), image.path);
}

} // namespace

Result<void> check_abi(const Manifest &manifest) {
   if (manifest.abi_major == NEB_ABI_MAJOR && manifest.abi_minor <= NEB_ABI_MINOR)
      return {};
   const auto theirs = std::to_string(manifest.abi_major) + "." + std::to_string(manifest.abi_minor);
   if (manifest.abi_major == NEB_ABI_MAJOR || manifest.abi_major > NEB_ABI_MAJOR)
      return refused("it is built for ABI " + theirs + " and this host offers " + host_abi() + "; update the host");
   return refused("it is built for ABI " + theirs + " and this host offers " + host_abi() + "; update the plugin");
}

Result<void> check_entry(const neb_entry *entry, const std::vector<Manifest> &manifests) {
   if (entry->size < offsetof(neb_entry, create) + sizeof entry->create)
      return refused("its entry has size " + std::to_string(entry->size) + "; write sizeof(neb_entry) into it");
   if (entry->abi_major != NEB_ABI_MAJOR)
      return refused("its entry is for ABI major " + std::to_string(entry->abi_major) + " and this host offers " +
                     host_abi() + "; install a version built for ABI " + std::to_string(NEB_ABI_MAJOR));
   if (entry->abi_minor > NEB_ABI_MINOR)
      return refused("it needs a host of ABI " + std::to_string(NEB_ABI_MAJOR) + "." +
                     std::to_string(entry->abi_minor) + " and this host offers " + host_abi() + "; update the host");
   if (!entry->create || !entry->id || !entry->version)
      return refused("its entry lacks id, version or create");
   if (entry->count != manifests.size())
      return refused("its entry counts " + std::to_string(entry->count) + " plugins and its manifest " +
                     std::to_string(manifests.size()) + "; build both from the same source");
   if (manifests.front().id != entry->id)
      return refused("its entry says it is \"" + std::string(entry->id) + "\" and its manifest \"" +
                     manifests.front().id + "\"; make them equal");
   if (manifests.front().version != entry->version)
      return refused("its entry says version \"" + std::string(entry->version) + "\" and its manifest \"" +
                     manifests.front().version + "\"; make them equal");
   return {};
}

Result<const Library *> load_library(Image image) {
   for (const auto &library : loaded_libraries())
      if (library->image.identity == image.identity)
         return library.get();
   const auto context = "plugin file " + image.path;
   for (const auto &manifest : image.manifests)
      if (auto abi = check_abi(manifest); !abi)
         return abi.error().within(context);
   if (auto unique = make_unique_path(image); !unique)
      return unique.error().within(context);
   auto entry = map(image);
   auto agreed = entry ? check_entry(*entry, image.manifests) : Result<void>(entry.error());
   if (!agreed) {
      // It may be mapped all the same, and stays so: its descriptor's number must then never mean another file.
      if (image.sealed)
         (void)image.descriptor.release();
      return agreed.error().within(context);
   }
   loaded_libraries().push_back(std::make_unique<const Library>(Library{std::move(image), *entry}));
   return loaded_libraries().back().get();
}

} // namespace nebula::host
