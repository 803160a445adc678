// Group "file": the file is read, nothing of it is executed.
#include "host/config/mistake.h"
#include "host/config/schema.h"
#include "host/config/validate.h"
#include "host/plugin/library.h"
#include "host/validate/check.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::host::validation {
namespace {

constexpr std::string_view k_entry_symbol = "nebula_plugin_entry";

Verdict is_library(Subject &subject) {
   const auto note = subject.note();
   if (note.fault == NoteFault::not_a_library)
      return Verdict::fail(note.what);
   const auto facts = subject.facts();
   return facts ? Verdict::pass() : Verdict::fail(facts.error().message);
}

Verdict has_manifest(Subject &subject) {
   const auto note = subject.note();
   return note.fault == NoteFault::none ? Verdict::pass() : Verdict::fail(note.what);
}

Verdict manifest_is_right(Subject &subject) {
   const auto manifests = subject.manifests();
   return manifests ? Verdict::pass() : Verdict::fail(manifests.error().message);
}

// Calls `check` for each manifest of the file; the first failure counts.
template <class CheckOne>
Verdict each_manifest(Subject &subject, CheckOne check) {
   const auto manifests = subject.manifests();
   if (!manifests)
      return Verdict::fail(manifests.error().message);
   for (const auto &manifest : *manifests)
      if (auto verdict = check(manifest); !verdict.passed())
         return verdict;
   return Verdict::pass();
}

Verdict says_license(Subject &subject) {
   return each_manifest(subject, [](const Manifest &manifest) {
      if (!manifest.license.empty() && !manifest.summary.empty())
         return Verdict::pass();
      return Verdict::fail("the manifest of " + manifest.id + " has no \"" +
                           (manifest.license.empty() ? "license" : "summary") +
                           "\"; an operator wants to know what is installed, under which terms");
   });
}

Verdict abi_fits(Subject &subject) {
   return each_manifest(subject, [](const Manifest &manifest) {
      const auto fits = check_abi(manifest);
      return fits ? Verdict::pass() : Verdict::fail(fits.error().message);
   });
}

Result<config::SchemaPtr> schema_of(const Manifest &manifest) {
   return config::parse_schema(boost::json::serialize(manifest.config), config::Unlisted::refused);
}

Verdict schema_is_right(Subject &subject) {
   return each_manifest(subject, [](const Manifest &manifest) {
      const auto schema = schema_of(manifest);
      return schema ? Verdict::pass() : Verdict::fail("the manifest's config: " + schema.error().message);
   });
}

// The first property without a description, as a dotted path; empty: none.
std::string undescribed(const config::Schema &schema, const std::string &path) {
   for (const auto &[name, property] : schema.properties) {
      const std::string place = path.empty() ? name : path + "." + name;
      if (property->description.empty() && property->properties.empty()) // a group speaks through its members
         return place;
      if (auto below = undescribed(*property, place); !below.empty())
         return below;
   }
   return schema.items ? undescribed(*schema.items, path + "[]") : std::string();
}

Verdict options_are_described(Subject &subject) {
   return each_manifest(subject, [](const Manifest &manifest) {
      const auto schema = schema_of(manifest);
      if (!schema)
         return Verdict::fail(schema.error().message);
      const auto path = undescribed(**schema, "");
      return path.empty()
                ? Verdict::pass()
                : Verdict::fail("the option " + path + " has no description; `nebula config explain` shows it");
   });
}

Verdict wrong_default(const config::Schema &schema, const std::string &path) {
   if (schema.default_value) {
      config::Mistakes mistakes;
      (void)config::validate(*schema.default_value, schema, path, mistakes);
      if (!mistakes.empty())
         return Verdict::fail("the default of " + path + " does not fit its own schema: " + mistakes.list()[0].text);
   }
   for (const auto &[name, property] : schema.properties)
      if (auto verdict = wrong_default(*property, path.empty() ? name : path + "." + name); !verdict.passed())
         return verdict;
   return Verdict::pass();
}

Verdict defaults_fit(Subject &subject) {
   return each_manifest(subject, [](const Manifest &manifest) {
      const auto schema = schema_of(manifest);
      return schema ? wrong_default(**schema, "") : Verdict::fail(schema.error().message);
   });
}

Verdict exports_entry(Subject &subject) {
   const auto facts = subject.facts();
   if (!facts)
      return Verdict::fail(facts.error().message);
   const auto &names = facts->exported;
   if (std::find(names.begin(), names.end(), k_entry_symbol) != names.end())
      return Verdict::pass();
   return Verdict::fail("it does not export nebula_plugin_entry; define it with NEB_EXPORT and keep it in the version "
                        "script");
}

Verdict exports_nothing_else(Subject &subject) {
   const auto facts = subject.facts();
   if (!facts)
      return Verdict::fail(facts.error().message);
   for (const auto &name : facts->exported)
      if (name != k_entry_symbol)
         return Verdict::fail("it also exports " + name +
                              ", which could take the place of another plugin's; link with nebula_add_plugin or its "
                              "version script");
   return Verdict::pass();
}

// A check of one fact: passes when `holds`.
template <class Holds>
Verdict fact(Subject &subject, Holds holds, const char *otherwise) {
   const auto facts = subject.facts();
   if (!facts)
      return Verdict::fail(facts.error().message);
   return holds(*facts) ? Verdict::pass() : Verdict::fail(otherwise);
}

Verdict binds_at_load(Subject &subject) {
   return fact(
      subject, [](const ElfFacts &facts) { return facts.bind_now && facts.relro; },
      "it is bound lazily, so that a missing function is found in operation; link with -Wl,-z,now,-z,relro");
}

Verdict has_no_unique_symbols(Subject &subject) {
   return fact(
      subject, [](const ElfFacts &facts) { return facts.unique.empty(); },
      "it has symbols of unique binding, which are shared with every other library that has them; compile with "
      "-fno-gnu-unique and hide them");
}

Verdict has_no_text_relocations(Subject &subject) {
   return fact(
      subject, [](const ElfFacts &facts) { return !facts.text_relocations; },
      "its code must be changed to load it; compile everything in it with -fPIC");
}

Verdict stack_is_not_executable(Subject &subject) {
   return fact(
      subject, [](const ElfFacts &facts) { return !facts.executable_stack; },
      "it makes every stack of the host executable; add .note.GNU-stack to its assembly files, or link with "
      "-Wl,-z,noexecstack");
}

Verdict run_paths_are_relative(Subject &subject) {
   const auto facts = subject.facts();
   if (!facts)
      return Verdict::fail(facts.error().message);
   for (const auto &folder : facts->run_paths)
      if (folder.rfind("$ORIGIN", 0) != 0)
         return Verdict::fail("it looks for libraries in \"" + folder +
                              "\", which exists on the machine where it was built; remove the run path or begin it "
                              "with $ORIGIN");
   return Verdict::pass();
}

constexpr Check k_checks[] = {
   {"file.library", "It is a shared library for this machine", "", is_library},
   {"file.manifest", "It holds one manifest in its section .note.nebula", "file.library", has_manifest},
   {"file.manifest-members", "Every member of the manifest is what it should be", "file.manifest", manifest_is_right},
   {"file.license", "The manifest tells the license and a summary", "file.manifest-members", says_license},
   {"file.abi", "It is built for the ABI of this host", "file.manifest-members", abi_fits},
   {"file.config-schema", "The manifest's config is a schema this host checks in full", "file.manifest-members",
    schema_is_right},
   {"file.config-described", "Every option of its configuration has a description", "file.config-schema",
    options_are_described},
   {"file.config-defaults", "Every default fits its own schema", "file.config-schema", defaults_fit},
   {"file.entry", "It exports nebula_plugin_entry", "file.library", exports_entry},
   {"file.exports", "It exports nothing but nebula_plugin_entry", "file.library", exports_nothing_else},
   {"file.bind-now", "Everything it needs is bound when it is loaded", "file.library", binds_at_load},
   {"file.unique-symbols", "It has no symbols of unique binding", "file.library", has_no_unique_symbols},
   {"file.text-relocations", "Its code is position independent", "file.library", has_no_text_relocations},
   {"file.stack", "It leaves stacks without execute permission", "file.library", stack_is_not_executable},
   {"file.run-path", "It names no folders of the machine where it was built", "file.library", run_paths_are_relative},
};

} // namespace

std::span<const Check> file_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
