#include "host/config/describe.h"
#include "host/config/suggest.h"
#include "host/config/validator.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

struct Attempt {
   Value value;
   Mistakes mistakes;
};

std::vector<Attempt> try_all(const std::vector<SchemaPtr> &branches, const Value &value, const std::string &path,
                             Validator::Adapt adapt) {
   std::vector<Attempt> attempts;
   for (const SchemaPtr &branch : branches) {
      Attempt attempt;
      attempt.value = Validator(attempt.mistakes, adapt).check(value, *branch, path);
      attempts.push_back(std::move(attempt));
   }
   return attempts;
}

std::size_t count_fitting(const std::vector<Attempt> &attempts) {
   return static_cast<std::size_t>(
      std::count_if(attempts.begin(), attempts.end(), [](const Attempt &attempt) { return attempt.mistakes.empty(); }));
}

const Attempt &first_fitting(const std::vector<Attempt> &attempts) {
   return *std::find_if(attempts.begin(), attempts.end(),
                        [](const Attempt &attempt) { return attempt.mistakes.empty(); });
}

/// A branch that is only a choice of fixed values says best what it is by listing them.
bool is_choice(const Schema &branch) {
   return branch.constant || !branch.allowed.empty();
}

/// The branch whose `const` member (an id, a kind) the value has; its mistakes are the ones to talk about.
std::optional<std::size_t> branch_by_member(const std::vector<SchemaPtr> &branches, const Value &value) {
   for (std::size_t i = 0; i < branches.size(); ++i)
      for (const auto &[name, property] : branches[i]->properties) {
         const Value *member = value.find(name);
         if (property->constant && member && same_content(*member, *property->constant))
            return i;
      }
   return std::nullopt;
}

/// The branch the writer meant: by a `const` member, else the only one of the value's kind.
std::optional<std::size_t> meant_branch(const std::vector<SchemaPtr> &branches, const Value &value) {
   if (const auto named = branch_by_member(branches, value))
      return named;
   std::optional<std::size_t> only;
   for (std::size_t i = 0; i < branches.size(); ++i)
      if (!is_choice(*branches[i]) && Validator::type_fits(value, *branches[i])) {
         if (only)
            return std::nullopt;
         only = i;
      }
   return only;
}

/// "a whole number from 1 to 256"
std::string form_of(const Schema &branch) {
   std::string form = !branch.title.empty() ? branch.title : branch.description;
   if (!form.empty())
      return form;
   if (branch.constant)
      return shown(*branch.constant);
   for (const Value &allowed : branch.allowed)
      form += (form.empty() ? "" : ", ") + shown(allowed);
   if (!form.empty())
      return form;
   if (branch.types == 0)
      return "another form";
   form = wanted_types(branch);
   if (branch.minimum)
      form += " from " + shown(*branch.minimum);
   return branch.maximum ? form + " to " + shown(*branch.maximum) : form;
}

std::string forms(const std::vector<SchemaPtr> &branches) {
   std::string text;
   for (const SchemaPtr &branch : branches)
      text += (text.empty() ? "" : "; ") + form_of(*branch);
   return text;
}

} // namespace

Value Validator::check_any_of(const Value &value, const Schema &schema, const std::string &path) {
   std::vector<Attempt> attempts = try_all(schema.any_of, value, path, Adapt::no);
   if (count_fitting(attempts) == 0 && adapt_ == Adapt::yes)
      attempts = try_all(schema.any_of, value, path, Adapt::yes);
   if (count_fitting(attempts) > 0)
      return first_fitting(attempts).value;
   if (const auto meant = meant_branch(schema.any_of, value))
      mistakes_.append(attempts[*meant].mistakes);
   else
      fail(value, path, shown(value) + " fits none of the forms allowed here: " + forms(schema.any_of));
   return value;
}

Value Validator::check_one_of(const Value &value, const Schema &schema, const std::string &path) {
   std::vector<Attempt> attempts = try_all(schema.one_of, value, path, Adapt::no);
   if (count_fitting(attempts) == 0 && adapt_ == Adapt::yes)
      attempts = try_all(schema.one_of, value, path, Adapt::yes);
   if (count_fitting(attempts) == 1)
      return first_fitting(attempts).value;
   if (count_fitting(attempts) > 1)
      fail(value, path,
           shown(value) + " fits more than one of the forms allowed here, which are: " + forms(schema.one_of));
   else if (const auto meant = meant_branch(schema.one_of, value))
      mistakes_.append(attempts[*meant].mistakes);
   else
      fail(value, path, shown(value) + " fits none of the forms allowed here: " + forms(schema.one_of));
   return value;
}

} // namespace nebula::host::config
