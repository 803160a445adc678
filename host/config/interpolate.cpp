#include "host/config/interpolate.h"

#include "host/config/limits.h"
#include "host/config/path.h"
#include "host/config/scalar.h"
#include "host/config/suggest.h"
#include "host/config/text.h"

#include <algorithm>
#include <optional>

namespace nebula::host::config {

namespace {

bool is_name(std::string_view name) {
   const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
   return !name.empty() && name.size() <= k_max_variable_name && is_letter(name[0]) &&
          std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// One text being expanded; `problem` is set by the first mistake.
class Expander {
public:
   explicit Expander(const Interpolation &how) : how_(how) {}

   std::optional<std::string> expand(std::string_view text) {
      std::string out;
      while (!text.empty() && problem_.empty()) {
         const std::size_t dollar = text.find('$');
         out += text.substr(0, dollar);
         if (dollar == std::string_view::npos)
            break;
         text.remove_prefix(dollar + 1);
         take_one(text, out);
         if (out.size() > k_max_scalar_bytes)
            problem_ = "longer than " + std::to_string(k_max_scalar_bytes) + " bytes once its variables are put in";
      }
      return problem_.empty() ? std::optional(std::move(out)) : std::nullopt;
   }
   [[nodiscard]] const std::string &problem() const { return problem_; }
   [[nodiscard]] bool secret() const { return secret_; }

private:
   /// Takes what follows a dollar off `text`.
   void take_one(std::string_view &text, std::string &out) {
      if (text.starts_with('$')) {
         text.remove_prefix(1);
         out += '$';
      } else if (text.starts_with('{')) {
         const std::size_t close = text.find('}');
         if (close == std::string_view::npos) {
            problem_ = "${ is not closed with } (write $$ for a dollar sign)";
            return;
         }
         put(text.substr(1, close - 1), out);
         text.remove_prefix(close + 1);
      } else {
         out += '$'; // "$5" and a dollar at the end are what they look like
      }
   }

   void put(std::string_view inside, std::string &out) {
      if (inside.starts_with("file:"))
         return put_file(std::string(inside.substr(5)), out);
      const std::size_t colon = inside.find(':');
      const std::string_view name = inside.substr(0, colon);
      const std::string_view rest = colon == std::string_view::npos ? std::string_view() : inside.substr(colon);
      if (!is_name(name) || !(rest.empty() || rest.starts_with(":-") || rest.starts_with(":?"))) {
         problem_ = "${" + std::string(inside.substr(0, k_max_shown_bytes)) +
                    "} is no variable; write ${NAME}, ${NAME:-default}, ${NAME:?message} or ${file:/path}";
         return;
      }
      const auto found = how_.variables.find(name);
      const bool missing = found == how_.variables.end() || (!rest.empty() && found->second.empty());
      if (!missing && find_bad_utf8(found->second))
         problem_ = "the variable " + std::string(name) + " is not UTF-8 text";
      else if (!missing)
         out += found->second;
      else if (rest.starts_with(":-"))
         out += rest.substr(2);
      else
         report_missing(std::string(name), rest.starts_with(":?") ? rest.substr(2) : std::string_view());
   }

   void report_missing(const std::string &name, std::string_view message) {
      if (!message.empty()) {
         problem_ = "the variable " + name + " is not set: " + std::string(message) + " (export " + name +
                    "=..., or put it into .env)";
         return;
      }
      std::vector<std::string> names;
      for (const auto &[known, value] : how_.variables)
         names.push_back(known);
      const std::string near = nearest(name, names);
      problem_ = "the variable " + name + " is not set" + (near.empty() ? "" : "; did you mean " + near + "?") +
                 " (export it, put it into .env, or write ${" + name + ":-default})";
   }

   void put_file(const std::string &path, std::string &out) {
      secret_ = true;
      auto content = how_.read_file(beside(how_.file, path));
      if (!content)
         problem_ = "cannot read the file " + path + ": " + content.error().message;
      else if (content->size() > k_max_secret_bytes)
         problem_ = "the file " + path + " has more than " + std::to_string(k_max_secret_bytes) + " bytes";
      else if (find_bad_utf8(*content) || content->find('\0') != std::string::npos)
         problem_ = "the file " + path + " is not UTF-8 text";
      if (!problem_.empty())
         return;
      std::string_view text = *content;
      if (text.ends_with('\n'))
         text.remove_suffix(1);
      if (text.ends_with('\r'))
         text.remove_suffix(1);
      out += text;
   }

   const Interpolation &how_;
   std::string problem_;
   bool secret_ = false;
};

Value interpolate_text(const Value &value, const Interpolation &how, const std::string &path, Mistakes &mistakes) {
   const std::string_view text = *value.as_string();
   if (text.find('$') == std::string_view::npos)
      return value;
   Expander expander(how);
   const auto expanded = expander.expand(text);
   if (!expanded) {
      mistakes.add(value.origin(), path, expander.problem());
      return value.with_poison();
   }
   if (expander.secret())
      return Value::string(*expanded, value.origin()).with_secret();
   return value.written() ? plain_scalar(*expanded, value.origin()) : Value::string(*expanded, value.origin());
}

} // namespace

Value interpolate(const Value &value, const Interpolation &how, const std::string &path, Mistakes &mistakes) {
   if (value.is_string())
      return interpolate_text(value, how, path, mistakes);
   if (value.is_list()) {
      std::vector<Value> items;
      for (const Value &item : value.items())
         items.push_back(interpolate(item, how, join_path(path, items.size()), mistakes));
      return value.with_items(std::move(items));
   }
   if (!value.is_map())
      return value;
   std::vector<Entry> entries;
   for (const Entry &entry : value.entries())
      entries.push_back(
         {entry.key, entry.key_origin, interpolate(entry.value, how, join_path(path, entry.key), mistakes)});
   return value.with_entries(std::move(entries));
}

} // namespace nebula::host::config
