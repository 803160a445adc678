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

/// The branch the writer meant: the one whose `const` member (an id, a kind) the value has, else the only one of its
/// kind.
std::optional<std::size_t> meant_branch(const std::vector<SchemaPtr> &branches, const Value &value) {
   for (std::size_t i = 0; i < branches.size(); ++i)
      for (const auto &[name, property] : branches[i]->properties) {
         const Value *member = value.find(name);
         if (property->constant && member && same_content(*member, *property->constant))
            return i;
      }
   std::optional<std::size_t> only;
   for (std::size_t i = 0; i < branches.size(); ++i)
      if (Validator::type_fits(value, *branches[i])) {
         if (only)
            return std::nullopt;
         only = i;
      }
   return only;
}

/// "auto; a whole number; text": the branches in words.
std::string forms(const std::vector<SchemaPtr> &branches) {
   std::string text;
   for (const SchemaPtr &branch : branches) {
      std::string form = !branch->title.empty() ? branch->title : branch->description;
      if (form.empty() && branch->constant)
         form = shown(*branch->constant);
      for (const Value &allowed : branch->allowed)
         form += (form.empty() ? "" : ", ") + shown(allowed);
      if (form.empty())
         form = branch->types == 0 ? "another form" : wanted_types(*branch);
      text += (text.empty() ? "" : "; ") + form;
   }
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
