// Group "config": what the schema promises, and what the plugin makes of it.
#include "host/config/config_api.h"
#include "host/slots/c_error.h"
#include "host/validate/check.h"
#include "host/validate/child.h"
#include "host/validate/config_variants.h"
#include "host/validate/config_view.h"
#include "host/validate/rigged.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace nebula::host::validation {
namespace json = boost::json;
namespace {

// Calls `check(manifest, variants)` for each plugin of the file; the first verdict that is no pass counts.
template <class CheckOne>
Verdict each_config(Subject &subject, CheckOne check) {
   const auto manifests = subject.manifests();
   if (!manifests)
      return Verdict::fail(manifests.error().message);
   for (std::uint32_t index = 0; index < manifests->size(); ++index) {
      const auto variants = ConfigVariants::of(manifests->at(index), subject.options().config);
      if (!variants)
         return Verdict::fail(variants.error().message);
      if (auto verdict = check(index, manifests->at(index), *variants); !verdict.passed())
         return verdict;
   }
   return Verdict::pass();
}

Verdict refuses_unknown_options(Subject &subject) {
   return each_config(subject, [](std::uint32_t, const Manifest &manifest, const ConfigVariants &variants) {
      const auto read = examined_config(manifest, variants.with("x-no-such-option", 1));
      return read ? Verdict::fail("the schema admits an option \"x-no-such-option\" that nobody knows, so that a "
                                  "mistyped one is taken for set; leave additionalProperties out, or false")
                  : Verdict::pass();
   });
}

// Something of each kind that JSON has.
std::array<json::value, 6> one_of_each_kind() {
   return {json::value(nullptr),
           json::value(true),
           json::value(-7),
           json::value("x"),
           json::value(json::array{{}}),
           json::value(json::object{{"x", 1}})};
}

Verdict options_say_what_they_take(Subject &subject) {
   return each_config(subject, [](std::uint32_t, const Manifest &manifest, const ConfigVariants &variants) {
      for (const auto &option : variants.options()) {
         const auto kinds = one_of_each_kind();
         const bool anything = std::all_of(kinds.begin(), kinds.end(), [&](const json::value &value) {
            return bool(examined_config(manifest, variants.with(option, value)));
         });
         if (anything)
            return Verdict::fail("the option " + option +
                                 " takes a value of any kind; give it a type, so that a wrong one is refused by name");
      }
      return Verdict::pass();
   });
}

// The last part of a dotted path: what a message must contain to name it.
std::string last_name(const std::string &option) {
   const auto dot = option.rfind('.');
   return dot == std::string::npos ? option : option.substr(dot + 1);
}

bool names(const std::string &reason, const std::string &option) {
   return reason.find(last_name(option)) != std::string::npos;
}

Verdict takes_what_it_admits(Subject &subject) {
   return each_config(subject, [&](std::uint32_t index, const Manifest &, const ConfigVariants &variants) {
      for (const auto &variant : variants.edges()) {
         const auto what = variant.option + " = " + variant.value;
         auto verdict = with_node(subject, {}, [&](TestNode &node) {
            auto rig = make_rig(subject, node, index, {.config = variant.config});
            if (!rig)
               return Verdict::fail(rig.error().message);
            ChildPipe::prefix("with " + what + ", ");
            const auto up = (*rig)->bring_up(false);
            (*rig)->destroy();
            if (up || names((*rig)->reason(), variant.option))
               return Verdict::pass();
            return Verdict::fail("with " + what + ", which its schema admits, " + up.error().message +
                                 "; take it, name the option in the text, or let the schema refuse it");
         });
         ChildPipe::prefix("");
         if (!verdict.passed())
            return verdict;
      }
      return Verdict::pass();
   });
}

Verdict lives_with_nothing(Subject &subject) {
   return with_rig(subject, {.empty_config = true}, [](Rig &rig) {
      const auto up = rig.bring_up(false);
      rig.destroy();
      return up || !rig.reason().empty()
                ? Verdict::pass()
                : Verdict::fail("with an empty configuration " + up.error().message + "; name the option it needs");
   });
}

Verdict asks_for_its_options(Subject &subject) {
   return each_config(subject, [&](std::uint32_t index, const Manifest &manifest, const ConfigVariants &) {
      const auto schema = config::parse_schema(json::serialize(manifest.config), config::Unlisted::refused);
      if (!schema)
         return Verdict::fail(schema.error().message);
      return with_node(subject, {}, [&](TestNode &node) {
         auto rig = make_rig(subject, node, index, {.view = &for_ever<ConfigView>(*schema)});
         if (!rig)
            return Verdict::fail(rig.error().message);
         if (auto up = (*rig)->bring_up(true); !up)
            return Verdict::fail(up.error().message);
         (void)(*rig)->stop();
         const auto unknown = ConfigView::undocumented();
         return unknown.empty() ? Verdict::pass()
                                : Verdict::fail("it asks for the option \"" + unknown +
                                                "\", which its schema does not have, so that nobody can set it");
      });
   });
}

// Calls reconfigure with each edge of the configuration until `judge` does not pass one.
template <class Judge>
Verdict each_reconfigure(Subject &subject, Judge judge) {
   return each_config(subject, [&](std::uint32_t index, const Manifest &manifest, const ConfigVariants &variants) {
      return with_node(subject, {}, [&](TestNode &node) {
         auto made = make_rig(subject, node, index, {});
         if (!made)
            return Verdict::fail(made.error().message);
         Rig &rig = **made;
         if (auto up = rig.bring_up(true); !up)
            return Verdict::fail(up.error().message);
         for (const auto &variant : variants.edges()) {
            auto config = examined_config(manifest, variant.config);
            if (!config)
               return Verdict::fail(config.error().message);
            auto &kept = for_ever<config::Value>(std::move(*config)); // until the next that succeeds
            neb_error err = make_error();
            ChildPipe::step("calling reconfigure with " + variant.option + " = " + variant.value);
            const neb_status status = rig.table()->reconfigure(rig.table(), config::as_handle(kept), &err);
            if (auto verdict = judge(rig, variant, status, text_of(err)); !verdict.passed())
               return verdict;
         }
         return Verdict::pass();
      });
   });
}

Verdict explains_refused_changes(Subject &subject) {
   return each_reconfigure(subject, [](Rig &, const Variant &variant, neb_status status, const std::string &reason) {
      if (status == NEB_OK || status == NEB_E_UNSUPPORTED || names(reason, variant.option))
         return Verdict::pass();
      return Verdict::fail("reconfigure with " + variant.option + " = " + variant.value + " returned " +
                           std::to_string(status) + " \"" + reason +
                           "\"; name the option, or return NEB_E_UNSUPPORTED to be restarted");
   });
}

Verdict changes_all_or_nothing(Subject &subject) {
   return each_reconfigure(subject, [](Rig &rig, const Variant &variant, neb_status status, const std::string &) {
      if (status == NEB_OK || status == NEB_E_UNSUPPORTED)
         return Verdict::pass();
      neb_error err = make_error();
      ChildPipe::step("calling reconfigure with its first configuration again");
      const neb_status again = rig.table()->reconfigure(rig.table(), rig.config(), &err);
      return again == NEB_OK || again == NEB_E_UNSUPPORTED
                ? Verdict::pass()
                : Verdict::fail("after it had refused " + variant.option + " = " + variant.value +
                                ", reconfigure with the configuration it runs with returned " + std::to_string(again) +
                                "; a refusal must leave everything as it was");
   });
}

constexpr unsigned k_long_s = 60; // an instance for each edge of each option

constexpr Check k_checks[] = {
   {"config.unknown-option", "An option that it does not know is refused", "life.config", refuses_unknown_options},
   {"config.types", "Every option says what kind of value it takes", "life.config", options_say_what_they_take},
   {"config.edges", "Every value the schema admits is taken, or refused by the option's name", "life.init",
    takes_what_it_admits, k_long_s},
   {"config.empty", "An empty configuration is lived with, or refused with a text", "life.init", lives_with_nothing},
   {"config.documented", "It asks for no option that its schema lacks", "life.stop", asks_for_its_options, k_long_s},
   {"config.change", "A change is taken, left to a restart, or refused by the option's name", "life.reconfigure",
    explains_refused_changes, k_long_s},
   {"config.all-or-nothing", "After a refused change it is as before", "life.reconfigure", changes_all_or_nothing,
    k_long_s},
};

} // namespace

std::span<const Check> config_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
