#include "host/validate/subject.h"

#include "host/validate/child.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace nebula::host::validation {
namespace {

// The loader takes a name without a slash for one to be searched.
std::string absolute(const std::string &path) {
   const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
   return real ? real.get() : path;
}

} // namespace

Subject::Subject(ValidateOptions options)
   : options_(std::move(options)), descriptor_(open(options_.file.c_str(), O_RDONLY | O_CLOEXEC)) {}

Subject::~Subject() {
   if (descriptor_ >= 0)
      close(descriptor_);
}

Note Subject::note() const {
   const auto input = elf_input(descriptor_);
   if (!input)
      return {{}, NoteFault::not_a_library, "it " + input.error().message};
   return read_manifest_note(*input);
}

Result<std::vector<Manifest>> Subject::manifests() const {
   auto found = note();
   if (found.fault != NoteFault::none)
      return Error{found.what, ErrorKind::unavailable};
   return parse_manifests(found.text);
}

Result<ElfFacts> Subject::facts() const {
   const auto input = elf_input(descriptor_);
   return input ? read_elf_facts(*input) : input.error();
}

Result<void *> Subject::handle() {
   if (!handle_) {
      ChildPipe::step("loading it (its constructors)");
      handle_ = dlopen(absolute(options_.file).c_str(), RTLD_NOW | RTLD_LOCAL);
   }
   if (handle_)
      return handle_;
   const char *why = dlerror();
   return Error{std::string("the system cannot load it: ") + (why ? why : "no reason given") +
                   "; link it with every library it uses (-Wl,-z,defs finds what is missing)",
                ErrorKind::unavailable};
}

Result<EntrySymbol> Subject::entry_symbol() {
   const auto loaded = handle();
   if (!loaded)
      return loaded.error();
   void *symbol = dlsym(*loaded, "nebula_plugin_entry");
   if (!symbol)
      return Error{"it does not export nebula_plugin_entry; define it with NEB_EXPORT", ErrorKind::unavailable};
   return EntrySymbol{reinterpret_cast<decltype(EntrySymbol::call)>(symbol)};
}

Result<const neb_entry *> Subject::entry() {
   const auto function = entry_symbol();
   if (!function)
      return function.error();
   ChildPipe::step("calling nebula_plugin_entry");
   if (const neb_entry *entry = function->call(NEB_ABI_MAJOR, NEB_ABI_MINOR))
      return entry;
   return Error{"nebula_plugin_entry(" + std::to_string(NEB_ABI_MAJOR) + ", " + std::to_string(NEB_ABI_MINOR) +
                   ") returned NULL; return the entry for a host of the major it was built with",
                ErrorKind::unavailable};
}

} // namespace nebula::host::validation
