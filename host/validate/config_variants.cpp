#include "host/validate/config_variants.h"

#include "host/validate/rig.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::host::validation {
namespace json = boost::json;
namespace {

void set(json::object &root, std::string_view path, const json::value &value) {
   const auto dot = path.find('.');
   if (dot == std::string_view::npos) {
      root[path] = value;
      return;
   }
   auto &below = root[path.substr(0, dot)];
   if (!below.is_object())
      below = json::object();
   set(below.get_object(), path.substr(dot + 1), value);
}

const json::value *member(const json::object &schema, std::string_view name) {
   return schema.if_contains(name);
}

// The bound that a schema names, when it is a whole number.
bool whole_bound(const json::object &schema, std::string_view name, std::int64_t &out) {
   const auto *bound = member(schema, name);
   if (!bound || !bound->is_int64())
      return false;
   out = bound->get_int64();
   return true;
}

} // namespace

Result<ConfigVariants> ConfigVariants::of(const Manifest &manifest, const std::string &given) {
   boost::system::error_code failed;
   const auto parsed = json::parse(given.empty() ? "{}" : given, failed);
   if (failed || !parsed.is_object())
      return Error{"the configuration given with --config is no JSON object", ErrorKind::configuration};
   ConfigVariants variants;
   variants.manifest_ = manifest;
   variants.given_ = parsed.get_object();
   variants.collect(manifest.config, "");
   return variants;
}

void ConfigVariants::collect(const json::object &schema, const std::string &prefix) {
   const auto *properties = member(schema, "properties");
   if (!properties || !properties->is_object())
      return;
   for (const auto &[key, value] : properties->get_object()) {
      if (!value.is_object() || key.find('.') != json::string_view::npos)
         continue;
      const std::string option = prefix + std::string(key);
      if (member(value.get_object(), "properties"))
         collect(value.get_object(), option + ".");
      else
         add(option, value.get_object());
   }
}

void ConfigVariants::add(const std::string &option, const json::object &schema) {
   options_.push_back(option);
   Choice choice{option, {}};
   const auto *words = member(schema, "enum");
   const auto *type = member(schema, "type");
   if (words && words->is_array()) {
      choice.edges.assign(words->get_array().begin(), words->get_array().end());
   } else if (type && *type == "boolean") {
      choice.edges = {true, false};
   } else if (type && *type == "integer" && whole_bound(schema, "minimum", choice.least) &&
              whole_bound(schema, "maximum", choice.largest)) {
      choice.edges = {choice.least, choice.largest};
   }
   if (!choice.edges.empty())
      choices_.push_back(std::move(choice));
}

std::string ConfigVariants::with(const std::string &option, const json::value &value) const {
   json::object changed = given_;
   set(changed, option, value);
   return json::serialize(changed);
}

bool ConfigVariants::admitted(const std::string &config) const {
   return bool(examined_config(manifest_, config));
}

std::vector<Variant> ConfigVariants::edges() const {
   std::vector<Variant> all;
   for (const auto &choice : choices_)
      for (const auto &value : choice.edges)
         if (auto config = with(choice.option, value); admitted(config))
            all.push_back({choice.option, json::serialize(value), std::move(config)});
   return all;
}

std::string ConfigVariants::random(Random &random) const {
   json::object changed = given_;
   for (const auto &choice : choices_) {
      if (random.next() % 2)
         continue;
      if (choice.least <= choice.largest) {
         const auto span = static_cast<std::uint64_t>(choice.largest) - static_cast<std::uint64_t>(choice.least);
         const std::uint64_t step = span == UINT64_MAX ? random.next() : random.next() % (span + 1);
         set(changed, choice.option, static_cast<std::int64_t>(static_cast<std::uint64_t>(choice.least) + step));
      } else {
         set(changed, choice.option, choice.edges[random.next() % choice.edges.size()]);
      }
   }
   auto config = json::serialize(changed);
   return admitted(config) ? config : json::serialize(given_); // two options may exclude each other
}

} // namespace nebula::host::validation
