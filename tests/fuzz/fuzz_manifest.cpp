// LINK: nebula_host_plugin
//
// The manifest of a plugin file from elsewhere: the ELF file as it is read from disk, and what its note says. An input
// that begins with '{' or '[' is the text alone, so that the JSON is reached without building a file around it.
#include "host/plugin/manifest.h"
#include "host/plugin/note.h"

#include <cstdlib>
#include <string_view>

namespace {

// What the rest of the host relies on.
void check(const nebula::host::Manifest &manifest) {
   using namespace nebula::host;
   if (wrong_with_plugin_id(manifest.id) || manifest.version.empty())
      std::abort();
   for (const auto &service : manifest.provides)
      if (wrong_with_service_id(service.id))
         std::abort();
}

void parse(std::string_view text) {
   const auto manifests = nebula::host::parse_manifests(text);
   if (!manifests) {
      if (manifests.error().message.empty())
         std::abort();
      return;
   }
   if (manifests->empty())
      std::abort();
   for (const auto &manifest : *manifests)
      check(manifest);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size && (data[0] == '{' || data[0] == '[')) {
      parse({reinterpret_cast<const char *>(data), size});
      return 0;
   }
   const auto note = nebula::host::read_manifest_note(nebula::host::elf_input({data, size}));
   if (note.fault == nebula::host::NoteFault::none)
      parse(note.text);
   else if (note.what.empty())
      std::abort();
   return 0;
}
