// Group "entry": the one symbol is called and what it returns is looked at; no instance is made.
#include "host/validate/check.h"
#include "host/validate/child.h"

namespace nebula::host::validation {
namespace {

constexpr std::uint32_t k_unknown_major = 65'000; // no host will ever have it

Verdict knows_this_host(Subject &subject) {
   const auto entry = subject.entry();
   return entry ? Verdict::pass() : Verdict::fail(entry.error().message);
}

Verdict refuses_unknown_hosts(Subject &subject) {
   const auto function = subject.entry_symbol();
   if (!function)
      return Verdict::fail(function.error().message);
   ChildPipe::step("calling nebula_plugin_entry for a host of another major");
   return function->call(k_unknown_major, 0) == nullptr
             ? Verdict::pass()
             : Verdict::fail("nebula_plugin_entry(65000, 0) returned an entry; return NULL for a major it was not "
                             "written for");
}

Verdict answers_the_same(Subject &subject) {
   const auto first = subject.entry();
   const auto second = subject.entry();
   if (!first || !second)
      return Verdict::fail((first ? second : first).error().message);
   return *first == *second ? Verdict::pass()
                            : Verdict::fail("nebula_plugin_entry returned two different entries for the same host; "
                                            "return the address of one static table");
}

Verdict size_is_right(Subject &subject) {
   const auto entry = subject.entry();
   if (!entry)
      return Verdict::fail(entry.error().message);
   if ((*entry)->size >= sizeof(neb_entry) && (*entry)->create != nullptr)
      return Verdict::pass();
   return Verdict::fail("the entry's size is " + std::to_string((*entry)->size) + " and a whole entry has " +
                        std::to_string(sizeof(neb_entry)) + " with `create` set; write sizeof(neb_entry)");
}

// Compares one text of the entry with the manifest's.
Verdict same_text(Subject &subject, const char *neb_entry::*member, std::string Manifest::*in_manifest,
                  const std::string &name) {
   const auto entry = subject.entry();
   const auto manifests = subject.manifests();
   if (!entry || !manifests)
      return Verdict::fail(!entry ? entry.error().message : manifests.error().message);
   const char *said = (*entry)->*member;
   const std::string &expected = manifests->front().*in_manifest;
   if (said && expected == said)
      return Verdict::pass();
   return Verdict::fail("the entry's " + name + " is " + (said ? "\"" + std::string(said) + "\"" : "NULL") +
                        " and the manifest's is \"" + expected + "\"; they must be equal");
}

Verdict id_is_the_manifests(Subject &subject) {
   return same_text(subject, &neb_entry::id, &Manifest::id, "id");
}

Verdict version_is_the_manifests(Subject &subject) {
   return same_text(subject, &neb_entry::version, &Manifest::version, "version");
}

Verdict count_is_the_manifests(Subject &subject) {
   const auto entry = subject.entry();
   const auto manifests = subject.manifests();
   if (!entry || !manifests)
      return Verdict::fail(!entry ? entry.error().message : manifests.error().message);
   if ((*entry)->count == manifests->size())
      return Verdict::pass();
   return Verdict::fail("the entry counts " + std::to_string((*entry)->count) + " plugins and the manifest describes " +
                        std::to_string(manifests->size()) + "; they must be the same, in the same order");
}

Verdict abi_fits(Subject &subject) {
   const auto entry = subject.entry();
   if (!entry)
      return Verdict::fail(entry.error().message);
   if ((*entry)->abi_major == NEB_ABI_MAJOR && (*entry)->abi_minor <= NEB_ABI_MINOR)
      return Verdict::pass();
   return Verdict::fail("the entry is for ABI " + std::to_string((*entry)->abi_major) + "." +
                        std::to_string((*entry)->abi_minor) + " and this host has " + std::to_string(NEB_ABI_MAJOR) +
                        "." + std::to_string(NEB_ABI_MINOR) +
                        "; write NEB_ABI_MAJOR and the lowest minor the plugin can work with");
}

constexpr Check k_checks[] = {
   {"entry.this-host", "It has an entry for a host of this major", "load.opens", knows_this_host},
   {"entry.other-hosts", "It has none for a major it does not know", "load.opens", refuses_unknown_hosts},
   {"entry.stable", "It gives the same entry every time", "entry.this-host", answers_the_same},
   {"entry.size", "The entry is whole and says its size", "entry.this-host", size_is_right},
   {"entry.id", "Entry and manifest have the same id", "entry.size file.manifest-members", id_is_the_manifests},
   {"entry.version", "Entry and manifest have the same version", "entry.size file.manifest-members",
    version_is_the_manifests},
   {"entry.count", "Entry and manifest tell the same number of plugins", "entry.size file.manifest-members",
    count_is_the_manifests},
   {"entry.abi", "The entry is for the ABI of this host", "entry.size", abi_fits},
};

} // namespace

std::span<const Check> entry_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
