// Group "family": nebula.pow.family/1, algorithms with free parameters.
#include "host/validate/algorithm_probe.h"
#include "host/validate/check.h"
#include "host/validate/family_probe.h"

#include <nebula/svc/pow-family.h>

#include <algorithm>

namespace nebula::host::validation {
namespace {

Verdict table_is_right(Subject &subject) {
   return with_family(subject, [](const neb_pow_family &family) {
      if (!family.name || !*family.name || std::string_view(family.name).find(':') != std::string_view::npos)
         return Verdict::fail("its name is what stands before the colon, without one");
      return family.parameters && *family.parameters
                ? Verdict::pass()
                : Verdict::fail("`parameters` is empty; name each parameter, its range and its default in one line");
   });
}

// Why asking failed, as a verdict.
Verdict not_given(const std::string &parameters, const Asked &asked) {
   return Verdict::fail("member(\"" + parameters + "\") returned " + std::to_string(asked.status) + " " + asked.reason);
}

// Calls `check` with the member of the defaults, and those named with --member.
template <class CheckOne>
Verdict each_member(Subject &subject, CheckOne check) {
   return with_family(subject, [&](const neb_pow_family &family) {
      std::vector<std::string> all{""};
      all.insert(all.end(), subject.options().members.begin(), subject.options().members.end());
      for (const auto &parameters : all) {
         const auto asked = ask_member(family, parameters);
         auto verdict =
            asked.status == NEB_OK && asked.member ? check(family, *asked.member) : not_given(parameters, asked);
         if (!verdict.passed())
            return verdict;
      }
      return Verdict::pass();
   });
}

Verdict has_defaults(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &, const neb_pow_member &member) {
      if (!member.algorithm || !member.algorithm->name)
         return Verdict::fail("a member has no algorithm with a name");
      if (const char *wrong = wrong_with_algorithm(*member.algorithm))
         return Verdict::fail(std::string(member.algorithm->name) + ": " + wrong);
      return Verdict::pass();
   });
}

Verdict names_are_canonical(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &family, const neb_pow_member &member) {
      const std::string name = member.algorithm->name;
      if (!name.starts_with(std::string(family.name) + ":"))
         return Verdict::fail("a member is called \"" + name + "\"; begin with \"" + family.name +
                              ":\" and say every parameter, also the defaults");
      const auto again = ask_member(family, parameters_in(name));
      if (again.status != NEB_OK || !again.member)
         return not_given(parameters_in(name), again);
      return again.member->algorithm->name == name
                ? Verdict::pass()
                : Verdict::fail("the parameters in \"" + name + "\" give the member \"" +
                                again.member->algorithm->name + "\"; a canonical name leads back to its member");
   });
}

Verdict members_are_stable(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &family, const neb_pow_member &member) {
      return ask_member(family, parameters_in(member.algorithm->name)).member == &member
                ? Verdict::pass()
                : Verdict::fail("the same parameters give another member each time; keep those that were asked for");
   });
}

Verdict order_does_not_matter(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &family, const neb_pow_member &member) {
      const auto parameters = parameters_in(member.algorithm->name);
      const auto comma = parameters.find(',');
      if (comma == std::string::npos)
         return Verdict::pass(); // one parameter has one order
      const auto turned = parameters.substr(comma + 1) + "," + parameters.substr(0, comma);
      const auto asked = ask_member(family, turned);
      return asked.member == &member ? Verdict::pass()
                                     : Verdict::fail("\"" + turned + "\" and \"" + parameters +
                                                     "\" are the same parameters and give two members");
   });
}

Verdict refuses(const neb_pow_family &family, const std::string &parameters, const char *what) {
   const auto asked = ask_member(family, parameters);
   if (asked.status != NEB_E_INVALID)
      return Verdict::fail("member(\"" + parameters + "\") returned " + std::to_string(asked.status) + "; " + what +
                           " is NEB_E_INVALID");
   return asked.reason.empty()
             ? Verdict::fail("member(\"" + parameters + "\") failed without a text; say which parameter is wrong")
             : Verdict::pass();
}

Verdict refuses_unknown(Subject &subject) {
   return with_family(subject, [](const neb_pow_family &family) {
      return refuses(family, "no-such-parameter=1", "an unknown parameter");
   });
}

Verdict refuses_twice(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &family, const neb_pow_member &member) {
      const auto parameters = parameters_in(member.algorithm->name);
      const auto first = parameters.substr(0, parameters.find(','));
      return refuses(family, first + "," + first, "a parameter that stands twice");
   });
}

Verdict gives_known_answers(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &, const neb_pow_member &member) {
      AlgorithmProbe probe(*member.algorithm);
      for (std::uint32_t i = 0; i < member.algorithm->vector_count; ++i) {
         const auto &vector = member.algorithm->vectors[i];
         const auto hashed = probe.hash(&vector.epoch, probe.input(i));
         if (hashed.status != NEB_OK ||
             hashed.digest != Bytes(vector.digest.ptr, vector.digest.ptr + vector.digest.len))
            return Verdict::fail(std::string(member.algorithm->name) + " does not give its known answer " +
                                 std::to_string(i));
      }
      return Verdict::pass();
   });
}

Verdict backends_are_the_members(Subject &subject) {
   return each_member(subject, [](const neb_pow_family &, const neb_pow_member &member) {
      for (std::uint32_t i = 0; i < member.backend_count; ++i) {
         const auto *backend = member.backends[i].backend;
         if (!backend || !backend->algorithm || std::string_view(backend->algorithm) != member.algorithm->name)
            return Verdict::fail("backend " + std::to_string(i) + " of " + member.algorithm->name +
                                 " names another algorithm; it is the member's, by its canonical name");
      }
      return Verdict::pass();
   });
}

constexpr unsigned k_patience_s = 60;

constexpr Check k_checks[] = {
   {"family.table", "It says its name and its parameters", "life.init", table_is_right},
   {"family.defaults", "Without parameters it gives a member", "family.table", has_defaults},
   {"family.names", "A member's name leads back to it", "family.defaults", names_are_canonical},
   {"family.stable", "The same parameters give the same member", "family.names", members_are_stable},
   {"family.order", "The order of parameters does not matter", "family.stable", order_does_not_matter},
   {"family.unknown", "An unknown parameter is refused with a text", "family.table", refuses_unknown},
   {"family.twice", "A parameter that stands twice is refused with a text", "family.names family.unknown",
    refuses_twice},
   {"family.known-answers", "A member gives its known answers", "family.defaults", gives_known_answers, k_patience_s},
   {"family.backends", "A member's backends are for that member", "family.defaults", backends_are_the_members},
};

} // namespace

std::span<const Check> family_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
